"""Bytes in pieces, pieces in time, and bytes that are no stream at all."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from streamgauge.exchange import Exchange, Seam
from streamgauge.strategies.lots import Lots, drawn

Arrivals = tuple[tuple[int, float], ...]

_LINES = (
    b"data: ", b"data:", b"event: message\n", b"id: 1\n", b"retry: 9\n", b": ping\n", b"\n", b"\r",
    b"\r\n", b"\n\n", b"\xef\xbb\xbf", b"[DONE]", b'{"choices":[{"index":0,"delta":{"content":"',
    b'"type":"message_start"', b'{"candidates":[', b"\xff\xfe", b"\xe2\x80\xa8", b"\x00", b"<html>",
    b'"}}]}', b"{", b"}", b"[", b"]", b",", b'"', b"\\u", b"\\ud83d", b"1e999", b"-0",
)  # fmt: skip
"""Stretches that readers of streams look for, in no good order."""

_WAYS = ("whole", "bytes", "even", "random", "lines")


def splits(body: bytes) -> st.SearchStrategy[tuple[bytes, ...]]:
    """The body in pieces, in order and none empty: at once, in equal pieces (single bytes
    among them), anywhere, or right inside its line ends and characters."""
    return drawn(lambda lots: _pieces(lots, body), 64)


def _pieces(lots: Lots, body: bytes) -> tuple[bytes, ...]:
    return tuple(body[a:b] for a, b in itertools.pairwise((*_offsets(lots, body), len(body))))


def _offsets(lots: Lots, body: bytes) -> Sequence[int]:
    """Where pieces begin: 0 first, rising; nothing at all of an empty body."""
    if not body:
        return ()
    match lots.among(_WAYS):
        case "whole":
            return (0,)
        case "bytes" if len(body) <= 4096:
            return range(len(body))
        case "lines":
            tender = [at for at in range(1, len(body)) if _is_tender(body, at)]
            return (0, *tender[:: lots.between(1, 7)])
        case "random":
            picked = {lots.below(len(body)) for _ in range(lots.below(25))}
            return (0, *sorted(picked - {0}))
        case _:
            return range(0, len(body), lots.between(max(1, len(body) // 512), len(body)))


def _is_tender(body: bytes, at: int) -> bool:
    """Inside a character of several bytes, or between the two signs of a line end."""
    return body[at] & 0xC0 == 0x80 or body[at - 1 : at + 1] in (b"\r\n", b"\n\n")


def arrivals(exchange: Exchange, *, max_gap_ms: float = 400.0) -> st.SearchStrategy[Exchange]:
    """The exchange with its body in drawn pieces at drawn times, as a socket may give them.

    Gaps are those of no model in particular; rules about time may well find fault with them.
    """
    return drawn(lambda lots: timed(lots, exchange, max_gap_ms), 96)


def timed(lots: Lots, exchange: Exchange, max_gap_ms: float) -> Exchange:
    """The exchange with times of arrival."""
    gaps = [lots.below(1001) for _ in range(lots.between(1, 12))]
    at, found = 0.0, []
    for offset, gap in zip(_offsets(lots, exchange.body), itertools.cycle(gaps), strict=False):
        at += gap * max_gap_ms / 1000
        found.append((offset, round(at, 3)))
    return replace(exchange, arrivals=tuple(found), seam=Seam.SOCKET)


def any_bytes(*, max_stretches: int = 30) -> st.SearchStrategy[bytes]:
    """Bytes that are no stream, and bytes that nearly are one."""
    stretch = st.one_of(st.sampled_from(_LINES), st.sampled_from(_LINES), st.binary(max_size=12))
    made = st.lists(stretch, max_size=max_stretches).map(b"".join)
    return st.one_of(made, st.binary(max_size=400))
