"""Compressed and chunked bytes come out whole, bounded, or with one clear line."""

from __future__ import annotations

import gzip
import zlib

import pytest

from streamgauge.capture.inflate import Unchunked, content_decoded, gunzip, unchunked
from streamgauge.capture.limits import Limits, Unreadable

TEXT = b"data: {}\n\n" * 50
LIMITS = Limits()


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        (gzip.compress(TEXT, mtime=0), TEXT),
        (gzip.compress(b"", mtime=0), b""),
        (gzip.compress(TEXT, mtime=0) + gzip.compress(b"end", mtime=0), TEXT + b"end"),
        (gzip.compress(TEXT, mtime=0) + bytes(512), TEXT),
        (gzip.compress(TEXT, mtime=0) + b"garbage", TEXT),
        (gzip.compress(bytes(range(256)) * 9000, mtime=0), bytes(range(256)) * 9000),
    ],
    ids=["one member", "empty", "two members", "padding", "trailing garbage", "several pieces"],
)
def test_gzip_files_are_inflated(packed: bytes, plain: bytes) -> None:
    assert gunzip(packed, LIMITS) == plain


@pytest.mark.parametrize("cut", [2, 9, 11, 20, -9, -1])
def test_a_cut_gzip_file_is_unreadable(cut: int) -> None:
    with pytest.raises(Unreadable, match="ends early"):
        gunzip(gzip.compress(TEXT, mtime=0)[:cut], LIMITS)


@pytest.mark.parametrize("place", [2, 14, -7], ids=["method", "data", "checksum"])
def test_a_damaged_gzip_file_is_unreadable(place: int) -> None:
    packed = bytearray(gzip.compress(TEXT, mtime=0))
    packed[place] ^= 0xFF
    with pytest.raises(Unreadable, match="damaged"):
        gunzip(bytes(packed), LIMITS)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(inflated_bytes=400_000), "expands past 400000 bytes"),
        (Limits(ratio=100, ratio_from=1000), "more than 100 times"),
    ],
    ids=["bytes", "ratio"],
)
def test_a_bomb_is_noticed_while_it_is_small(limits: Limits, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        gunzip(gzip.compress(bytes(3_000_000), mtime=0), limits)


def test_a_bomb_of_many_empty_members_is_noticed() -> None:
    with pytest.raises(Unreadable, match="members"):
        gunzip(gzip.compress(b"", mtime=0) * 10_001, LIMITS)


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "stored"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("X-Gzip", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare_deflate(TEXT)),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT), mtime=0)),
        (None, TEXT),
        ("identity", TEXT),
        ("unheard-of", TEXT),
        ("gzip", TEXT),
        ("deflate", TEXT),
        ("br", TEXT),
        ("zstd", TEXT),
    ],
    ids=str,
)
def test_a_body_is_decoded_of_its_coding_unless_that_was_done_before(
    coding: str | None, stored: bytes
) -> None:
    assert content_decoded(stored, coding, LIMITS) == TEXT


def test_a_compressed_stream_that_was_cut_gives_what_came() -> None:
    noise = zlib.compress(TEXT, 0)[:-200]
    decoded = content_decoded(noise, "deflate", LIMITS)
    assert decoded
    assert TEXT.startswith(decoded)


@pytest.mark.parametrize(("coding", "start"), [("br", b"\x8b\xff"), ("zstd", b"\x28\xb5\x2f\xfd")])
def test_a_coding_that_we_lack_is_named_with_the_way_out(coding: str, start: bytes) -> None:
    with pytest.raises(Unreadable, match=rf"{coding}-encoded.*Accept-Encoding: identity"):
        content_decoded(start, coding, LIMITS)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"5\r\nhello\r\n3;x=y\r\n wo\r\n0\r\n\r\n", Unchunked(b"hello wo", True)),
        (b"A\r\n0123456789\r\n0\r\nx-trailer: 1\r\n\r\n", Unchunked(b"0123456789", True)),
        (b"0\r\n\r\n", Unchunked(b"", True)),
        (b"5\r\nhello\r\n", Unchunked(b"hello", False)),
        (b"5\r\nhello\r\n5\r\nhe", Unchunked(b"hellohe", False)),
        (b"5\r\nhello\r\n5", Unchunked(b"hello", False)),
        (b"5\r\nhello\r\ndata: x\n\n", None),
        (b"5\r\nhelloX\r\n", None),
        (b"0\r\n\r\nmore", None),
        (b"data: {}\n\n", None),
        (b"99\r\nshort", None),
        (b"", None),
    ],
)
def test_the_chunked_coding_is_taken_off_only_where_it_is(
    body: bytes, expected: Unchunked | None
) -> None:
    assert unchunked(body) == expected
