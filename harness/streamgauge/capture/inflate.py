"""Undo what wraps a body: gzip files, content codings, the chunked transfer coding.

Compressed bytes are inflated piece by piece and counted on the way, so a bomb is noticed while it
is still small. Nothing here ever inflates first and measures later.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from streamgauge.capture.limits import Limits, Unreadable

GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_GZIP, _ZLIB, _BARE_DEFLATE = 31, 15, -15
_FEED, _OUTPUT, _MEMBERS = 16 * 1024, 256 * 1024, 10_000


class Inflated(NamedTuple):
    """What came out, and whether the compressed data reached its own end."""

    data: bytes
    whole: bool


class Unchunked(NamedTuple):
    """A body without its chunked coding, and whether the last chunk was there."""

    body: bytes
    whole: bool


def gunzip(data: bytes, limits: Limits) -> bytes:
    """The content of a gzip file: all members, padding and trailing garbage left out."""
    inflated = _inflated(data, _GZIP, limits)
    if not inflated.whole:
        raise Unreadable("the gzip data ends early: the file was cut, copy it again")
    return inflated.data


def content_decoded(body: bytes, coding: str | None, limits: Limits) -> bytes:
    """A body without its `Content-Encoding`.

    Many recorders keep the header and store the body decoded; a body that does not look encoded
    is therefore taken as it is. A compressed stream that was cut gives what could be inflated.
    """
    for name in reversed([part.strip().lower() for part in (coding or "").split(",")]):
        body = _one_coding(body, name, limits)
    return body


def _one_coding(body: bytes, name: str, limits: Limits) -> bytes:
    match name:
        case "gzip" | "x-gzip":
            looks_encoded = body.startswith(GZIP_MAGIC)
            return _inflated(body, _GZIP, limits).data if looks_encoded else body
        case "deflate":
            return _deflate_decoded(body, limits)
        case "zstd":
            return _refuse(name) if body.startswith(_ZSTD_MAGIC) else body
        case "br":
            return body if _is_text(body) else _refuse(name)
        case _:
            return body


def _refuse(name: str) -> bytes:
    raise Unreadable(f"a body is {name}-encoded: record it with `Accept-Encoding: identity`")


def _deflate_decoded(body: bytes, limits: Limits) -> bytes:
    """RFC 9110 section 8.4.1.2: zlib data; it also knows of senders that leave the wrapper out."""
    if _is_text(body):
        return body
    has_wrapper = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return _inflated(body, _ZLIB if has_wrapper else _BARE_DEFLATE, limits).data


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _inflated(data: bytes, window_bits: int, limits: Limits) -> Inflated:
    output: list[bytes] = []
    size, whole = 0, False
    try:
        for piece, ended in _pieces(data, window_bits):
            size += len(piece)
            _weigh(size, len(data), limits)
            output.append(piece)
            whole = ended
    except zlib.error:
        raise Unreadable("the compressed data is damaged") from None
    return Inflated(b"".join(output), whole)


def _weigh(size: int, compressed: int, limits: Limits) -> None:
    if size > limits.inflated_bytes:
        raise Unreadable(f"the compressed data expands past {limits.inflated_bytes} bytes")
    if size > limits.ratio_from and size > limits.ratio * compressed:
        raise Unreadable(f"the compressed data expands more than {limits.ratio} times")


def _pieces(data: bytes, window_bits: int) -> Iterator[tuple[bytes, bool]]:
    """Inflated pieces of at most `_OUTPUT` bytes, each with whether a member ended there."""
    position = 0
    for _ in range(_MEMBERS):
        decoder = zlib.decompressobj(window_bits)
        while not decoder.eof:
            feed = decoder.unconsumed_tail or data[position : position + _FEED]
            position += 0 if decoder.unconsumed_tail else len(feed)
            piece = decoder.decompress(feed, _OUTPUT)
            if not feed and not piece:
                return
            yield piece, decoder.eof
        position -= len(decoder.unused_data)
        if data[position : position + 2] != GZIP_MAGIC:
            return
    raise Unreadable(f"the gzip data has more than {_MEMBERS} members")


def unchunked(body: bytes) -> Unchunked | None:
    """A body without the chunked coding (RFC 9112 section 7.1), None if it is not in it.

    curl shows the decoded body unless asked with `--raw`, so the header alone proves nothing: at
    least one chunk must be complete, and all that follows must fit, up to where the body was cut.
    """
    chunks: list[bytes] = []
    position = 0
    while (line := _size_line(body, position)) is not None:
        size, start = line
        if size == 0:
            return Unchunked(b"".join(chunks), True) if _ends(body, start) else None
        chunks.append(body[start : start + size])
        position = start + size + 2
        if position > len(body):
            return Unchunked(b"".join(chunks), False) if len(chunks) > 1 else None
        if body[position - 2 : position] != b"\r\n":
            return None
    was_cut = bool(chunks) and b"\n" not in body[position:]
    return Unchunked(b"".join(chunks), False) if was_cut else None


def _size_line(body: bytes, position: int) -> tuple[int, int] | None:
    """The size that a chunk announces and where its data starts."""
    end = body.find(b"\r\n", position, position + 256)
    digits = body[position:end].partition(b";")[0].strip() if end >= 0 else b""
    if not digits or len(digits) > 16 or digits.strip(b"0123456789abcdefABCDEF"):
        return None
    return int(digits, 16), end + 2


def _ends(body: bytes, position: int) -> bool:
    """Whether only trailer fields and the final blank line follow the last chunk."""
    rest = body[position:]
    return rest in (b"", b"\r\n") or (rest.endswith(b"\r\n\r\n") and b"\n\r\n" in rest)
