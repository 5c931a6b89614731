"""The chunk: an event's payload as a dialect understands it, with the look-alikes after it."""

from __future__ import annotations

import enum
from typing import NamedTuple

from streamgauge.delta import Delta
from streamgauge.wire.event import Event
from streamgauge.wire.payload import Flaw
from streamgauge.wire.template import Run


class State(enum.Enum):
    """What a dispatched payload turned out to be."""

    JSON = "json"
    SENTINEL = "sentinel"
    UNREADABLE = "unreadable"


class Chunk(NamedTuple):
    """One exactly read chunk and the run of chunks after it that differ only in the run's holes.

    Rules look at `value` and `deltas` once for all of them; `count` says how many there are.
    """

    event: Event
    state: State
    value: object
    deltas: tuple[Delta, ...]
    flaws: tuple[tuple[Flaw, str], ...]
    run: Run | None

    @property
    def count(self) -> int:  # type: ignore[override]  # hides tuple.count, which nobody calls here
        """How many chunks this stands for, itself included."""
        return 1 if self.run is None else 1 + len(self.run)

    @property
    def last_event(self) -> int:
        """The index of the last event that this stands for."""
        return self.event.index + self.count - 1

    @property
    def end(self) -> int:
        """The body offset behind the last event that this stands for."""
        return self.event.end if self.run is None else self.run.bounds[-1]
