"""The bytes that an exchange becomes on the wire: head, pieces with their times, tail.

Framing and content coding are put on here; what the exchange states about them (content-length,
transfer-encoding) is replaced by what is true of the bytes sent, everything else is sent as
stated, `Connection` included. It must never wait, look at a clock or touch a socket.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

from streamgauge.exchange import Close, Exchange, Framing, Headers
from streamgauge.replay.http1 import Incoming, says_close

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_FIELD_TEXT = re.compile(r"[\r\n\0]")
_OURS = frozenset({"content-length", "transfer-encoding"})
_CODING = "content-encoding"
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class Piece(NamedTuple):
    """What one write carries: its offset in the decoded body, seconds after the request, bytes."""

    offset: int
    due: float
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WireForm:
    """An answer ready to be played; `ends_connection` where no other may follow on it."""

    head: bytes
    pieces: Iterable[Piece]
    tail: bytes
    close: Close
    ends_connection: bool


def wire_form(exchange: Exchange, incoming: Incoming) -> WireForm:
    """How this exchange answers this request."""
    status = exchange.head.status or HTTPStatus.OK
    bodiless = incoming.method == "HEAD" or status < 200 or status in (204, 304)
    framing = Framing.LENGTH if bodiless else _framing(exchange.framing, incoming)
    pieces: Iterable[Piece] = () if bodiless else _coded(exchange)
    close = _close(exchange.close)
    added: Headers = ()
    if framing is Framing.LENGTH and not bodiless:
        pieces = tuple(pieces)
        added = (("content-length", str(_stated_length(exchange, pieces))),)
    elif framing is Framing.CHUNKED:
        pieces = map(_as_chunk, pieces)
        added = (("transfer-encoding", "chunked"),)
    return WireForm(
        head=_head_bytes(status, exchange.head.headers, added),
        pieces=pieces,
        tail=b"0\r\n\r\n" if framing is Framing.CHUNKED and close is Close.CLEAN else b"",
        close=close,
        ends_connection=framing is Framing.UNTIL_CLOSE
        or close is not Close.CLEAN
        or status < 200
        or not incoming.keeps_open
        or says_close(exchange.head.headers),
    )


def segments(exchange: Exchange) -> Iterator[Piece]:
    """The segments of the body as recorded; all at once where the recording has no arrivals.

    An arrival at the end of the body has no bytes; it says when the connection was seen to close.
    """
    arrivals = exchange.arrivals or ((0, 0.0),)
    ends = [offset for offset, _ in arrivals[1:]] + [len(exchange.body)]
    start = 0
    for (offset, milliseconds), end in zip(arrivals, ends, strict=True):
        # Bytes before the first arrival have no time of their own and go out with it.
        yield Piece(min(start, offset), milliseconds / 1000, exchange.body[start:end])
        start = end


def _framing(stated: Framing, incoming: Incoming) -> Framing:
    known = Framing.CHUNKED if stated is Framing.UNKNOWN else stated
    # HTTP/1.0 has no chunked coding (RFC 9112 section 6.1).
    return Framing.UNTIL_CLOSE if known is Framing.CHUNKED and not incoming.is_1_1 else known


def _close(stated: Close) -> Close:
    """A client that went away is given the chance to go again: the answer holds still."""
    match stated:
        case Close.UNKNOWN:
            return Close.CLEAN
        case Close.CANCELLED:
            return Close.TIMEOUT
        case _:
            return stated


def _stated_length(exchange: Exchange, pieces: tuple[Piece, ...]) -> int:
    """The true length; of a cut body a greater one, as stated or by one byte."""
    size = sum(len(piece.data) for piece in pieces)
    if exchange.close in (Close.CLEAN, Close.UNKNOWN):
        return size
    stated = exchange.head.header("content-length") or ""
    known = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 else 0
    return max(known, size + 1)


def _as_chunk(piece: Piece) -> Piece:
    if not piece.data:
        return piece  # a chunk of no bytes would end the body
    return piece._replace(data=b"%x\r\n%b\r\n" % (len(piece.data), piece.data))


def _coded(exchange: Exchange) -> Iterator[Piece]:
    coding = _coding(exchange.head.headers)
    whole = exchange.close in (Close.CLEAN, Close.UNKNOWN)
    pieces = segments(exchange)
    return pieces if coding is None else _compressed(pieces, _WINDOWS[coding], whole)


def _coding(headers: Headers) -> str | None:
    """The one content coding that is stated, if it is one that we can put on."""
    stated = [value.strip().lower() for name, value in headers if name.lower() == _CODING]
    return stated[0] if len(stated) == 1 and stated[0] in _WINDOWS else None


def _compressed(pieces: Iterator[Piece], window_bits: int, whole: bool) -> Iterator[Piece]:
    """Each segment flushed, so that a client can read it when it comes; the last one ends it."""
    coder = zlib.compressobj(wbits=window_bits)
    held: Piece | None = None
    for piece in pieces:
        if held is not None:
            yield held
        held = piece._replace(data=coder.compress(piece.data) + coder.flush(zlib.Z_SYNC_FLUSH))
    if held is not None:
        yield held._replace(data=held.data + coder.flush()) if whole else held


def _head_bytes(status: int, headers: Headers, added: Headers) -> bytes:
    ours = _OURS if _coding(headers) else _OURS | {_CODING}
    stated = [
        field for field in headers if _TOKEN.fullmatch(field[0]) and field[0].lower() not in ours
    ]
    lines = [f"HTTP/1.1 {status} {_phrase(status)}"]
    # A line ending in a value would let recorded bytes write headers of their own.
    lines += [f"{name}: {_NO_FIELD_TEXT.sub(' ', value)}" for name, value in (*stated, *added)]
    return "\r\n".join((*lines, "", "")).encode("utf-8", "replace")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
