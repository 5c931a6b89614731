"""When each event of an answer is sent: first token, gaps by tokens, keepalives in silence.

It draws from the numbers that it is handed and never reads a clock; scaling to real time is the
server's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from streamgauge.replay.simulator.settings import Settings

Arrivals = tuple[tuple[int, float], ...]


class Sending(NamedTuple):
    """Some bytes, and how many tokens they are worth (none in what only frames an answer)."""

    data: bytes
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast one answer is. `pause_ms` is how long it thinks unseen after its first event.

    `waiting` fills the silence before the first event, `silence` that of later; None where the
    vendor lets it be. Both are sent each `keepalive_ms`.
    """

    first_ms: float
    token_ms: float
    sigma: float
    waiting: bytes | None = None
    silence: bytes | None = None
    keepalive_ms: float = 0.0
    pause_ms: float = 0.0


def first_token_ms(settings: Settings, uncached: int, random: Random) -> float:
    """Milliseconds to the first token of an answer whose prompt has so many tokens to read."""
    reading = 1000 * uncached / settings.prefill_tokens_per_second
    return (settings.first_ms + reading) * random.lognormvariate(0, settings.first_sigma)


def paced(sendings: Iterable[Sending], pace: Pace, random: Random) -> tuple[bytes, Arrivals]:
    """The body, and the (offset, milliseconds) of each of its segments: one for each event."""
    body, arrivals = bytearray(), []
    for data, at in _timed(sendings, pace, lambda: random.lognormvariate(0, pace.sigma)):
        arrivals.append((len(body), round(at, 3)))
        body += data
    return bytes(body), tuple(arrivals)


def _timed(
    sendings: Iterable[Sending], pace: Pace, factor: Callable[[], float]
) -> Iterator[tuple[bytes, float]]:
    now, keepalive = 0.0, pace.waiting
    for number, sending in enumerate(sendings):
        wait = sending.tokens * pace.token_ms * factor() if number else pace.first_ms
        wait += pace.pause_ms if number == 1 else 0
        while keepalive and 0 < pace.keepalive_ms < wait:
            now, wait = now + pace.keepalive_ms, wait - pace.keepalive_ms
            yield keepalive, now
        now += wait
        yield sending.data, now
        keepalive = pace.silence
