"""A coded body is undone while it comes, however it is cut, and a bomb is noticed."""

from __future__ import annotations

import gzip
import importlib
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture import unpacking
from streamgauge.capture.limits import Limits, Unreadable
from streamgauge.capture.unpacking import Unpacking

TEXT = b'data: {"a": "\xc3\xa9"}\n\n' * 20


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": gzip.compress(TEXT, mtime=0),
    "x-gzip": gzip.compress(TEXT[:70], mtime=0) + gzip.compress(TEXT[70:], mtime=0) + bytes(8),
    "deflate": zlib.compress(TEXT),
    " Deflate ": bare(TEXT),
    "identity": TEXT,
}


def unpacked(coding: str | None, pieces: list[bytes]) -> tuple[bytes, bool]:
    body = Unpacking(coding)
    data = b"".join(body.feed(piece) for piece in pieces) + body.rest()
    return data, body.undone


@pytest.mark.parametrize("coding", PACKED)
@given(cuts=st.lists(st.integers(0, 400), max_size=5))
def test_any_cutting_gives_the_same_body(coding: str, cuts: list[int]) -> None:
    packed = PACKED[coding]
    edges = [0, *sorted(cuts), len(packed)]
    pieces = [packed[a:b] for a, b in itertools.pairwise(edges)]
    assert unpacked(coding, pieces) == (TEXT, coding != "identity")


@pytest.mark.parametrize("coding", PACKED)
def test_byte_by_byte(coding: str) -> None:
    packed = PACKED[coding]
    pieces = [packed[at : at + 1] for at in range(len(packed))]
    assert unpacked(coding, pieces)[0] == TEXT


@pytest.mark.parametrize("coding", [None, "", "gzip", "deflate", "br", "zstd", "unheard-of"])
@pytest.mark.parametrize("text", [b"", b"hi", TEXT])
def test_a_plain_body_is_taken_as_it_is(coding: str | None, text: bytes) -> None:
    assert unpacked(coding, [text[:1], text[1:]]) == (text, False)


def test_a_cut_body_gives_what_was_there() -> None:
    packer = zlib.compressobj(wbits=31)
    first = packer.compress(TEXT) + packer.flush(zlib.Z_SYNC_FLUSH)
    assert unpacked("gzip", [first])[0] == TEXT


@pytest.mark.parametrize(
    ("coding", "data", "says"),
    [
        ("gzip, gzip", b"", "coded twice"),
        ("gzip", PACKED["gzip"][:10] + b"\xff" * 40, "damaged"),
        ("gzip", gzip.compress(bytes(9_000_000), mtime=0), "expands further"),
    ],
)
def test_what_cannot_be_undone_is_said(coding: str, data: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        unpacked(coding, [data])


def test_a_limit_holds_over_all_segments() -> None:
    packer = zlib.compressobj(wbits=31)
    segment = packer.compress(TEXT) + packer.flush(zlib.Z_SYNC_FLUSH)
    body = Unpacking("gzip", Limits(inflated_bytes=len(TEXT) + 100))
    assert body.feed(segment) == TEXT
    with pytest.raises(Unreadable, match="expands further"):
        body.feed(packer.compress(TEXT) + packer.flush(zlib.Z_SYNC_FLUSH))


@pytest.mark.parametrize(
    ("coding", "data", "library"),
    [("br", b"\x8b\xff" * 20, "brotli"), ("zstd", b"\x28\xb5\x2f\xfd" * 9, "zstandard")],
)
def test_a_missing_library_is_said(
    coding: str, data: bytes, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: str) -> None:
        raise ImportError

    monkeypatch.setattr(unpacking.importlib, "import_module", missing)
    with pytest.raises(Unreadable, match=f"{library}.*identity"):
        unpacked(coding, [data])


@pytest.mark.parametrize(("coding", "library"), [("br", "brotli"), ("zstd", "zstandard")])
@pytest.mark.parametrize("size", [1, 5, 999])
def test_other_codings_are_undone_where_their_library_is(
    coding: str, library: str, size: int
) -> None:
    pytest.importorskip(library)
    compress = importlib.import_module(library).compress
    text = b"data: \xff" + TEXT
    packed = compress(text)
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert unpacked(coding, pieces) == (text, True)
