"""The contract that every target is held to: accepted or reported, in bounded time and memory.

What is broken is an exception: any that comes out of the package, or one of those here. The time is
that of the processor, so a busy machine breaks nothing.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable

from streamgauge.message import Ending
from streamgauge.pipeline import Judgement
from streamgauge.report.plain_json import dumps
from streamgauge.wire.event import Event

BIGGEST = 16 * 1024
"""Bytes of the longest input that is tried."""
SECONDS = 5.0
"""Processor time for one input. An input of that size takes milliseconds, or a tenth of a second
where coverage is traced; work that grows with the square of its bytes takes far more."""
GROWTH = 400 * 1024 * 1024
"""Bytes that the process may grow by for one input."""

_UNIT = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in


class BrokenContractError(AssertionError):
    """The package did not raise, and yet did what it must never do."""


def bounded(target: Callable[[bytes], None], data: bytes) -> None:
    """Try one input; raises whatever the target raises, and where it took too much."""
    grown, began = _most_memory(), time.process_time()
    target(data)
    took, grown = time.process_time() - began, _most_memory() - grown
    if took > SECONDS:
        raise BrokenContractError(f"{took:.1f} s for {len(data)} bytes")
    if grown > GROWTH:
        raise BrokenContractError(f"{grown} bytes of memory for {len(data)} bytes")


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def tiled(events: Iterable[Event], size: int) -> None:
    """The events cover the body once and in order."""
    at = 0
    for index, event in enumerate(events):
        require(event.index == index, f"event {index} says that it is {event.index}")
        require(event.start == at < event.end, f"event {index} does not begin where one ended")
        at = event.end
    require(at == size, f"the events end at {at} of {size}")


def sound(judgement: Judgement) -> str:
    """The judgement can be written down, and all its evidence lies in the body; its JSON."""
    size = len(judgement.exchange.body)
    written = dumps(judgement.record)
    record = json.loads(written)
    require(record["metadata"]["bytes"] == size, "the record has another size")
    for finding in record["findings"]:
        start, end = finding["span"] or (0, 0)
        require(0 <= start <= end <= size, f"{finding['rule']} points out of the body")
    if judgement.transcript is not None:
        require(judgement.transcript.ending in Ending, "the ending is none")
        bounds = list(judgement.transcript.bounds)
        require(bounds == sorted(bounds) and bounds[-1] == size, "events do not tile the body")
    return written


def require(holds: bool, otherwise: str) -> None:
    """Raises BrokenContractError with these words unless it holds."""
    if not holds:
        raise BrokenContractError(otherwise)
