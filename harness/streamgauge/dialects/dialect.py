"""What a dialect is: a grammar and a handful of pure functions, as one value.

A dialect knows the words of one API family. It never knows a vendor (vendors are profile facts,
handed in as a mapping), never another dialect, and it never keeps state between chunks.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from streamgauge.delta import Delta
from streamgauge.message import Message, UsageTotals

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
class Tool:
    """A tool that a request offered; `parameters` is its JSON Schema or None."""

    name: str
    parameters: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asked for, as far as rules need to know; None where it does not say.

    `tool_choice` is auto, none, required, or the name of the one forced tool (then
    `forced_tool` holds it too). `offers_server_tools` is True where the vendor's own tools may be
    called, whose names need not be among `tools`.
    """

    stream: bool | None = None
    model: str | None = None
    tools: tuple[Tool, ...] = ()
    offers_server_tools: bool = False
    tool_choice: str | None = None
    forced_tool: str | None = None
    parallel_tools: bool | None = None
    choices: int | None = None
    max_tokens: int | None = None
    stop_sequences: tuple[str, ...] = ()
    include_usage: bool | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    thinking: bool | None = None
    json_output: bool | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


class WireEvent(NamedTuple):
    """An event to be encoded: its name (None for none) and its data text."""

    name: str | None
    data: str


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
    noise     JSON pointers whose string or integer varies from chunk to chunk without meaning
    stop_beside_call_is_call  True where the dialect says "stop" when a tool is called
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
    noise: tuple[str, ...] = ()
    stop_beside_call_is_call: bool = False
    sentinel: str | None = None
