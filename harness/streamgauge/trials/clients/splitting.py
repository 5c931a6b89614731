"""Plans by which a body goes out in pieces: the same bytes, other segments.

Each piece is one write on its own time, so that it is one segment on loopback as far as a kernel
lets us say so. Pure: a plan cuts the same body always alike.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from streamgauge.exchange import Exchange

_STEP = 4.0
"""Milliseconds between two pieces, where there are few."""
_WHOLE = 1500.0
"""Milliseconds that all pieces together take at most."""

Cut = Callable[[bytes, Sequence[int]], Iterable[int]]


def split(exchange: Exchange, plan: str, bounds: Sequence[int]) -> Exchange:
    """The exchange with its body cut by a plan; KeyError for a plan that there is none of.

    `bounds` are the offsets at which events begin.
    """
    body = exchange.body
    inner = {at for at in PLANS[plan](body, bounds) if 0 < at < len(body)}
    starts = sorted({0, *inner})
    step = min(_STEP, _WHOLE / len(starts))
    arrivals = tuple((start, round(number * step, 3)) for number, start in enumerate(starts))
    return replace(exchange, arrivals=arrivals)


def _in_characters(body: bytes, _: Sequence[int]) -> Iterable[int]:
    return (at for at in range(1, len(body)) if body[at] & 0xC0 == 0x80)


def _in_line_ends(body: bytes, _: Sequence[int]) -> Iterable[int]:
    pairs = (b"\r\n", b"\n\n", b"\r\r")
    return (at for at in range(1, len(body)) if body[at - 1 : at + 1] in pairs)


def _in_fields(_: bytes, bounds: Sequence[int]) -> Iterable[int]:
    return (start + 3 for start in bounds)


def _anywhere(seed: int) -> Cut:
    def cut(body: bytes, _: Sequence[int]) -> Iterable[int]:
        digest = hashlib.blake2b(body, digest_size=8, person=b"split%d" % seed).digest()
        drawn = random.Random(digest)
        return drawn.sample(range(len(body)), min(len(body), 40))

    return cut


PLANS: dict[str, Cut] = {
    "whole": lambda _, __: (),
    "events": lambda _, bounds: bounds,
    "event-pairs": lambda _, bounds: bounds[::2],
    "bytes": lambda body, _: range(len(body)),
    "characters": _in_characters,
    "line-ends": _in_line_ends,
    "fields": _in_fields,
    "sevens": lambda body, _: range(0, len(body), 7),
    "random-1": _anywhere(1),
    "random-2": _anywhere(2),
}
"""Plans by name: where pieces begin."""
