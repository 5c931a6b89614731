"""Faults of the pieces in which chat sends a call: what the first lacks, later ones repeat.

A piece is an entry of `delta.tool_calls`. The first one of a call is its header, with index, id,
type and name; later ones bring the index and a bit of the arguments. Other dialects announce a
call in an event of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

from streamgauge.exchange import Exchange
from streamgauge.faults.events import said
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.faults.members import GONE, Path, members, with_members
from streamgauge.faults.seeding import pick
from streamgauge.wire.payload import parse

_PIECES = "/choices/*/delta/tool_calls/*"
_HEADER = "tools/header-has-empty-arguments"
_BARE = "tools/continuations-are-bare"
_FORCED = "tools/forced-tool-was-called"


class Piece(NamedTuple):
    """One entry of `tool_calls`: its answer, its event, the path to it, and its members."""

    choice: int
    event: int
    path: Path
    value: dict[str, Any]

    def at(self, *steps: str | int) -> tuple[int, Path]:
        """The place of a member."""
        return self.event, (*self.path, *steps)

    @property
    def id(self) -> object:
        """Its id, if any."""
        return self.value.get("id")

    @property
    def name(self) -> object:
        """The name of its tool, if any."""
        return self._function.get("name")

    @property
    def arguments(self) -> str:
        """Its bit of the arguments."""
        text = self._function.get("arguments")
        return text if isinstance(text, str) else ""

    @property
    def _function(self) -> dict[str, Any]:
        function = self.value.get("function")
        return function if isinstance(function, dict) else {}


Call = tuple[Piece, ...]


New = dict[tuple[int, Path], object]


def _with(
    exchange: Exchange, setting: Setting, seed: int, change: Callable[[Call], New]
) -> Exchange:
    """One call of several pieces, changed."""
    calls = [call for call in _calls(exchange, setting) if len(call) > 1]
    return with_members(exchange, change(pick(exchange, seed, calls))) if calls else exchange


def _calls(exchange: Exchange, setting: Setting) -> list[Call]:
    """The pieces of every call that begins with its index, id and name, in order."""
    if setting.dialect.name != "openai-chat":
        return []
    found: dict[object, list[Piece]] = {}
    values: dict[int, Any] = {event.index: event.json for event in said(exchange)}
    for event, path, value in members(exchange, _PIECES):
        choice = values[event]["choices"][path[1]].get("index")
        if isinstance(value, dict) and isinstance(value.get("index"), int):
            piece = Piece(choice, event, path, value)
            found.setdefault((choice, value["index"]), []).append(piece)
    return [tuple(pieces) for pieces in found.values() if pieces[0].id and pieces[0].name]


_AGAIN = (_BARE,)
_SHAPE = "schema/chunk-matches-schema"
_TORN = (
    "tools/arguments-are-json",
    "tools/arguments-are-whole",
    "tools/arguments-fit-schema",
    "tools/arguments-not-blank",
)
"""What becomes of arguments that are torn in two."""


@fault(chat=Breaks(("tools/id-sent-once",), perhaps=_AGAIN))
def repeat_id(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """Every piece of a call carries its id, not the first one alone."""

    def change(call: Call) -> New:
        return {piece.at("id"): call[0].id for piece in call[1:]}

    return _with(exchange, setting, seed, change)


@fault(chat=Breaks(("tools/id-not-blanked",), perhaps=_AGAIN))
def blank_later_ids(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """Later pieces of a call carry an empty id, which overwrites the right one in some clients."""

    def change(call: Call) -> New:
        return {piece.at("id"): "" for piece in call[1:]}

    return _with(exchange, setting, seed, change)


@fault(
    chat=Breaks(
        ("tools/index-is-not-reused",),
        perhaps=(*_TORN, "tools/parallel-as-asked", "tools/id-has-vendor-form", _BARE),
    )
)
def change_id(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """A later piece of a call carries another id than the first, under the same index."""

    def change(call: Call) -> New:
        return {pick(exchange, seed, call[1:]).at("id"): f"{call[0].id}x"}

    return _with(exchange, setting, seed, change)


@fault(chat=Breaks(("tools/id-comes-first",), perhaps=(_HEADER, _BARE)))
def late_id(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The id of a call comes with its second piece."""

    def change(call: Call) -> New:
        return {call[0].at("id"): GONE, call[1].at("id"): call[0].id}

    return _with(exchange, setting, seed, change)


@fault(chat=Breaks(("tools/name-sent-once",), perhaps=_AGAIN))
def repeat_name(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """Every piece of a call carries the tool's name, which some clients join."""

    def change(call: Call) -> New:
        return {piece.at("function", "name"): call[0].name for piece in call[1:]}

    return _with(exchange, setting, seed, change)


@fault(chat=Breaks(("tools/name-not-blanked",), perhaps=_AGAIN))
def blank_later_names(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """Later pieces of a call carry an empty name."""

    def change(call: Call) -> New:
        return {piece.at("function", "name"): "" for piece in call[1:]}

    return _with(exchange, setting, seed, change)


@fault(chat=Breaks(("tools/name-comes-first",), perhaps=(_HEADER, _BARE)))
def late_name(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The name of the tool comes with the second piece of its call."""

    def change(call: Call) -> New:
        header, second = call[:2]
        return {
            header.at("function", "name"): GONE,
            second.at("function", "name"): header.name,
        }

    return _with(exchange, setting, seed, change)


@fault(chat=Breaks(("tools/fragments-have-a-call",), perhaps=(_HEADER, _FORCED)))
def drop_header(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """A call never gets an id or a name; its pieces of arguments belong to nothing."""

    def change(call: Call) -> New:
        lost = [call[0].at(name) for name in ("id", "type") if name in call[0].value]
        return dict.fromkeys([*lost, call[0].at("function", "name")], GONE)

    return _with(exchange, setting, seed, change)


@fault(chat=Breaks((), perhaps=(_HEADER,)))
def arguments_in_header(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The first piece of a call brings the first bit of its arguments as well."""

    def change(call: Call) -> New:
        header, second = call[:2]
        joined = f"{header.arguments}{second.arguments}"
        return {header.at("function", "arguments"): joined, second.at("function", "arguments"): ""}

    return _with(exchange, setting, seed, change)


@fault(chat=Breaks(("tools/arguments-are-text",), perhaps=(_HEADER, _SHAPE)))
def arguments_as_value(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The arguments of a call are a JSON object and not the text of one."""
    calls = [call for call in _calls(exchange, setting) if isinstance(_value(call), dict)]
    if not calls:
        return exchange
    header, *later = call = pick(exchange, seed, calls)
    new: New = {piece.at("function", "arguments"): "" for piece in later}
    return with_members(exchange, {**new, header.at("function", "arguments"): _value(call)})


def _value(call: Call) -> object:
    return parse("".join(piece.arguments for piece in call).encode("utf-8", "replace")).value


@fault(chat=Breaks(("tools/index-is-present",), perhaps=(_HEADER, _SHAPE)))
def lose_index(exchange: Exchange, setting: Setting) -> Exchange:
    """No piece of a call has an index, and clients cannot tell which call it continues."""
    return _indexed(exchange, setting, lambda _: GONE)


@fault(chat=Breaks(("tools/index-is-count", _SHAPE)))
def text_index(exchange: Exchange, setting: Setting) -> Exchange:
    """The indexes of calls are texts."""
    return _indexed(exchange, setting, str)


@fault(chat=Breaks(("tools/indexes-count-from-zero",)))
def shift_indexes(exchange: Exchange, setting: Setting, *, by: int = 1) -> Exchange:
    """The indexes of calls begin at 1."""
    return _indexed(exchange, setting, lambda index: index + by)


def _indexed(exchange: Exchange, setting: Setting, change: Callable[[int], object]) -> Exchange:
    pieces = [piece for call in _calls(exchange, setting) for piece in call]
    return with_members(exchange, {one.at("index"): change(one.value["index"]) for one in pieces})


@fault(chat=Breaks(("tools/index-is-not-reused",), perhaps=(_BARE,)))
def reuse_index(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """A call comes under the index of the one before it, and clients join the two."""
    pairs = _pairs(exchange, setting)
    if not pairs:
        return exchange
    one, two = pick(exchange, seed, pairs)
    return with_members(exchange, {piece.at("index"): one[0].value["index"] for piece in two})


@fault(chat=Breaks(("tools/calls-not-interleaved",)))
def interleave_calls(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The last piece of a call comes when the next one has begun."""
    pairs = [(one, two) for one, two in _pairs(exchange, setting)
             if one[0].event < one[-1].event < two[0].event]  # fmt: skip
    if not pairs:
        return exchange
    one, two = pick(exchange, seed, pairs)
    last, first = one[-1].event, two[0].event
    choices: dict[int, object] = {
        event.index: event.json["choices"] for event in said(exchange) if "choices" in event.json
    }
    # What else the chunks say, such as counts that grow, stays where it is.
    return with_members(
        exchange, {(last, ("choices",)): choices[first], (first, ("choices",)): choices[last]}
    )


def _pairs(exchange: Exchange, setting: Setting) -> list[tuple[Call, Call]]:
    """Calls of one answer that follow each other."""
    return [
        (one, two)
        for one, two in pairwise(_calls(exchange, setting))
        if one[0].choice == two[0].choice
    ]
