"""What a dialect is: a grammar and a handful of pure functions, as one value.

A dialect knows the words of one API family. It never knows a vendor (vendors are profile facts,
handed in as a mapping), never another dialect, and it never keeps state between chunks.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from streamgauge.delta import Delta
from streamgauge.message import Message, UsageTotals
from streamgauge.prompt import Asked, Prompt, Turn

Facts = Mapping[str, object]
"""Profile facts by name, already narrowed to one dialect; absent means unknown."""


class EndRule(enum.Enum):
    """When the end of an answer counts as reached (docs/architecture.md, endings)."""

    STOPS_OR_SENTINEL = "every choice seen has a finish reason, or the sentinel came"
    MARKER = "the terminal event came"
    STOPS = "every choice seen has a finish reason"


class Symbol(NamedTuple):
    """One step in a grammar machine: which machine, which instance of it, and the symbol."""

    scope: str
    key: Hashable
    symbol: str
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The legal order of symbols in one scope (the stream, a choice, an item, a part …).

    `edges` maps (state, symbol) to the next state; a pair that is not there is a violation and
    leaves the state as it is. `accepts` are the states in which a complete stream may end.
    A symbol that may repeat must loop on one state, so that look-alike chunks need one step.
    """

    scope: str
    start: str
    edges: Mapping[tuple[str, str], str]
    accepts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How a vendor says a message: what `speak` and `tell` need beside the message itself.

    `created` is the unix time in seconds that the answer states. `pieces` cuts a text into tokens,
    in order, nothing lost; `ids` gives a fresh id of a kind (`message`, `item`, `tool`, `request`),
    in whatever form the vendor's facts ask for. Both must be deterministic.
    """

    facts: Facts
    asked: Asked
    created: int
    pieces: Callable[[str], Sequence[str]]
    ids: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error answer in no vendor's words; `retry_after` is in seconds."""

    status: int
    type: str
    message: str
    code: object = None
    param: object = None
    retry_after: float | None = None


class WireEvent(NamedTuple):
    """An event to be encoded: its name (None for none) and its data text."""

    name: str | None
    data: str


class Live(Protocol):
    """Says one answer of a dialect while it is still coming in.

    It is told deltas in order: parts are keyed by whole numbers from 0, each is opened, filled and
    shut before the next one opens. Counts come as totals whenever they are known; the last of them
    hold. A whole answer ends with a `Stop` for each choice and one `Ended`; one that failed ends
    with a `Failure` and is never given a stop.
    """

    def say(self, delta: Delta | UsageTotals) -> Iterable[WireEvent]:
        """The events that this delta makes; none where it is still to be said, or has no words."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One API family.

    read      (event name, parsed JSON) → deltas of one chunk; total over any JSON value
    document  parsed JSON of the non-streamed answer → the same deltas, in reading order
    write     message → the events of a legal stream that says it
    request   parsed JSON of a request → what was asked
    usage     merged usage fields, facts → normalised totals
    likeness  (event name, parsed JSON) → how much this chunk looks like the dialect:
              0 not at all, 1 could be, 2 typical, 3 unmistakable
    is_document  parsed JSON → is this a whole, non-streamed answer (or error answer) of the dialect
    symbols   (event name, parsed JSON) → steps for the grammar machines
    turns     parsed JSON of a request → the conversation so far, positions as the vendor counts
    build     prompt, facts → the JSON of a request; what `request` and `turns` read back
    path      prompt → path and query of the request, below the vendor's base URL
    speak     message, voice → the events of the stream as the vendor sends it
    tell      message, voice → the JSON of the same answer, not streamed
    refuse    refusal, facts → the JSON of an error answer
    key_header  the header that carries the key, and its form with `{key}` in it
    noise     JSON pointers whose string or integer varies from chunk to chunk without meaning
    stop_beside_call_is_call  True where the dialect says "stop" when a tool is called
    live      voice → what says an answer as it comes; None where nobody needed it yet
    sentinel  the data text that is not JSON and ends a stream by convention (`[DONE]`), or None
    """

    name: str
    read: Callable[[str | None, object], Sequence[Delta]]
    document: Callable[[object], Sequence[Delta]]
    write: Callable[[Message], Iterable[WireEvent]]
    request: Callable[[object], Asked]
    usage: Callable[[Mapping[str, object], Facts], UsageTotals]
    likeness: Callable[[str | None, object], int]
    is_document: Callable[[object], bool]
    symbols: Callable[[str | None, object], Sequence[Symbol]]
    machines: tuple[Machine, ...]
    end: EndRule
    turns: Callable[[object], tuple[Turn, ...]]
    build: Callable[[Prompt, Facts], dict[str, object]]
    path: Callable[[Prompt], str]
    speak: Callable[[Message, Voice], Iterable[WireEvent]]
    tell: Callable[[Message, Voice], object]
    refuse: Callable[[Refusal, Facts], object]
    key_header: tuple[str, str]
    noise: tuple[str, ...] = ()
    stop_beside_call_is_call: bool = False
    live: Callable[[Voice], Live] | None = None
    sentinel: str | None = None
