"""Undo the content coding of a body while it comes, segment by segment.

`inflate` does it for a body that lies there whole. gzip and deflate are undone by the standard
library, br and zstd where their library is installed; otherwise `Unreadable` says what to do. A
compressed body cannot be searched for keys, so it must never be kept as it came.
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from streamgauge.capture.inflate import GZIP_MAGIC
from streamgauge.capture.limits import Limits, Unreadable
from streamgauge.exchange import Head

_GZIP, _ZLIB, _BARE_DEFLATE = 31, 15, -15
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ENOUGH_TO_TELL: Final = 16
"""Bytes after which it is decided whether a body is coded at all."""

_ABOUT_THE_CODED_BODY = frozenset({"content-encoding", "content-length"})

_Decode = Callable[[bytes], bytes]


class Unpacking:
    """One body; `undone` says whether it really came in a coding.

    Some servers name a coding and send the body plain; it is then taken as it is.

    >>> import gzip
    >>> packed, body = gzip.compress(b"data: 1"), Unpacking("gzip")
    >>> body.feed(packed[:20]) + body.feed(packed[20:]) + body.rest(), body.undone
    (b'data: 1', True)
    """

    def __init__(self, coding: str | None, limits: Limits | None = None) -> None:
        """Raises `Unreadable` where nothing here can undo the coding."""
        names = [part.strip().lower() for part in (coding or "").split(",")]
        wanted = [name for name in names if name in _DECODERS]
        if len(wanted) > 1:
            raise Unreadable("a body is coded twice: record it with `Accept-Encoding: identity`")
        self._name = wanted[0] if wanted else None
        self._decode: _Decode | None = None
        self._limits = limits or Limits()
        self._first = b""
        self._came = self._made = 0
        self.undone = False

    def feed(self, data: bytes) -> bytes:
        """What these bytes add to the body. Raises `Unreadable` for damaged data and bombs."""
        if self._name is None:
            return data
        self._came += len(data)
        if self._decode is not None:
            return self._weighed(self._decode(data))
        self._first += data
        return b"" if len(self._first) < _ENOUGH_TO_TELL else self._begin(self._name)

    def rest(self) -> bytes:
        """What is left of a body too short to tell its coding before."""
        is_undecided = self._decode is None and self._name is not None and self._first
        return self._begin(self._name or "") if is_undecided else b""

    def _begin(self, name: str) -> bytes:
        first, self._first = self._first, b""
        looks_coded, decoder = _DECODERS[name]
        if not looks_coded(first):
            self._name = None
            return first
        self._decode, self.undone = decoder(first, self._room), True
        return self._weighed(self._decode(first))

    def _room(self) -> int:
        """How many bytes may yet be made of what came."""
        allowed = max(self._limits.ratio_from, self._limits.ratio * self._came)
        return max(1, min(allowed, self._limits.inflated_bytes) - self._made)

    def _weighed(self, data: bytes) -> bytes:
        if len(data) >= self._room():
            raise Unreadable("the compressed body expands further than any honest one")
        self._made += len(data)
        return data


def stored_decoded(head: Head) -> Head:
    """The head of a body that is kept decoded: what spoke of the coded one is set aside.

    A player that hands these fields to a client would make it decode a second time.

    >>> stored_decoded(Head(headers=(("content-encoding", "gzip"),))).headers
    (('x-streamgauge-content-encoding', 'gzip'),)
    """
    return replace(
        head,
        headers=tuple(
            (
                f"x-streamgauge-{name.lower()}" if name.lower() in _ABOUT_THE_CODED_BODY else name,
                value,
            )
            for name, value in head.headers
        ),
    )


def _inflating(window_bits: int, room: Callable[[], int]) -> _Decode:
    decoder, after = zlib.decompressobj(window_bits), b""

    def decode(data: bytes) -> bytes:
        nonlocal decoder, after
        made, data = b"", after + data
        try:
            while data:
                if decoder.eof:
                    # Another gzip member may follow; what else stands there is padding.
                    if window_bits != _GZIP or not GZIP_MAGIC.startswith(data[:2]):
                        return made
                    if len(data) < len(GZIP_MAGIC):
                        break
                    decoder = zlib.decompressobj(window_bits)
                made += decoder.decompress(data, room())
                data = decoder.unused_data
        except zlib.error:
            raise Unreadable("the compressed body is damaged") from None
        after = data
        return made

    return decode


def _gzip(_: bytes, room: Callable[[], int]) -> _Decode:
    return _inflating(_GZIP, room)


def _deflate(first: bytes, room: Callable[[], int]) -> _Decode:
    """RFC 9110, section 8.4.1.2: zlib data, and some send it without the wrapper."""
    is_wrapped = first[0] & 0x0F == 8 and int.from_bytes(first[:2], "big") % 31 == 0
    return _inflating(_ZLIB if is_wrapped else _BARE_DEFLATE, room)


def _brotli(_: bytes, room: Callable[[], int]) -> _Decode:
    decoder = _library("brotli", "br").Decompressor()
    return _guarded(lambda data: decoder.process(data, output_buffer_limit=room()))


def _zstd(_: bytes, __: Callable[[], int]) -> _Decode:
    decoder = _library("zstandard", "zstd").ZstdDecompressor().decompressobj()
    return _guarded(decoder.decompress)


def _guarded(decode: _Decode) -> _Decode:
    def guarded(data: bytes) -> bytes:
        try:
            return decode(data)
        except Exception:  # each library has an error of its own
            raise Unreadable("the compressed body is damaged") from None

    return guarded


def _library(name: str, coding: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Unreadable(
            f"a body is {coding}-encoded and the Python package {name} is missing: "
            "install it, or record with `Accept-Encoding: identity`"
        ) from None


def _is_no_text(first: bytes) -> bool:
    try:
        first[: _ENOUGH_TO_TELL // 2].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason != "unexpected end of data"
    return False


_DECODERS: Final[dict[str, tuple[Callable[[bytes], bool], Callable[..., _Decode]]]] = {
    "gzip": (lambda first: first.startswith(GZIP_MAGIC), _gzip),
    "x-gzip": (lambda first: first.startswith(GZIP_MAGIC), _gzip),
    "deflate": (_is_no_text, _deflate),
    "br": (_is_no_text, _brotli),
    "zstd": (lambda first: first.startswith(_ZSTD_MAGIC), _zstd),
}
"""For each coding: whether a body's first bytes look like it, and what undoes it."""
