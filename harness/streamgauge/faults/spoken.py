"""What the events of an exchange say, in words of no dialect: where faults find what to spoil.

Every event is read alone, as the dialect reads it; nothing is put together, and nothing is edited.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from streamgauge.delta import Append, Assign, Delta, Fragment, Identity, Kind, Role, Usage
from streamgauge.exchange import Exchange
from streamgauge.faults.events import Said, said
from streamgauge.faults.fault import DIALECTS, Setting
from streamgauge.faults.members import Path

D = TypeVar("D", bound=Delta)

Part = tuple[object, ...]
"""What tells one part from others: answer, key, kind and field of its pieces."""


class Spoken(NamedTuple):
    """One event and the deltas that it was read as."""

    event: Said
    deltas: tuple[Delta, ...]


class Piece(NamedTuple):
    """A piece of text that is all its event says; it is the `number`th of its part, from 0."""

    event: Said
    delta: Append
    part: Part
    number: int

    @property
    def place(self) -> tuple[int, Path]:
        """Where its text stands."""
        return self.event.index, path_at(self.event.json, self.delta.pointer)


def speaks(setting: Setting, *dialects: str) -> bool:
    """Whether the exchange is in one of some dialects, by their short names."""
    return setting.dialect.name in {DIALECTS[name] for name in dialects}


def spoken(exchange: Exchange, setting: Setting) -> tuple[Spoken, ...]:
    """Every event whose payload is an object."""
    read = setting.dialect.read
    return tuple(
        Spoken(event, tuple(read(event.name, event.json))) for event in said(exchange) if event.json
    )


def each(exchange: Exchange, setting: Setting, kind: type[D]) -> Iterator[tuple[Said, D]]:
    """Every delta of one kind, with its event."""
    for event, deltas in spoken(exchange, setting):
        for delta in deltas:
            if isinstance(delta, kind):
                yield event, delta


def speakers(exchange: Exchange, setting: Setting) -> set[int]:
    """The answers that say something: some text or thought, or a call."""
    return {
        delta.choice
        for _, deltas in spoken(exchange, setting)
        for delta in deltas
        if isinstance(delta, Fragment | Assign) or (isinstance(delta, Append) and delta.text)
    }


def pieces(exchange: Exchange, setting: Setting, *kinds: Kind) -> tuple[Piece, ...]:
    """The pieces of parts of some kinds that stand alone in their events, in order."""
    numbers: dict[Part, int] = {}
    turns = _Turns()
    begun: set[int] = set()
    found = []
    for event, deltas in spoken(exchange, setting):
        saying = [one for one in deltas if isinstance(one, Append) and one.text]
        alone = len(saying) == 1 and all(_is_quiet(delta, begun) for delta in deltas)
        for one in deltas:
            turn = turns.take(one)
            if not isinstance(one, Append) or not one.text:
                continue
            part = (one.choice, turn if one.key is None else one.key, one.kind, one.field)
            numbers[part] = numbers.get(part, -1) + 1
            if alone and one.kind in kinds:
                found.append(Piece(event, one, part, numbers[part]))
        begun |= {one.choice for one in deltas if isinstance(one, Role)}
    return tuple(found)


class _Turns:
    """Counts how often an answer passed on to another kind of part; there a part ends that has
    no key of its own."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[int, object]] = {}

    def take(self, delta: Delta) -> int:
        """Go on with a delta: in which turn its answer is."""
        match delta:
            case Append():
                what: object = (delta.kind, delta.field)
            case Fragment():
                what = (Kind.TOOL_CALL, None)
            case Assign() if delta.what != "logprobs":
                what = (delta.kind, None)
            case _:
                return 0
        turn, before = self._last.get(delta.choice, (0, what))
        self._last[delta.choice] = (turn + (what != before), what)
        return turn + (what != before)


def _is_quiet(delta: Delta, begun: set[int]) -> bool:
    """Whether a delta says nothing of the answer beside the piece that it comes with.

    `begun` are the answers whose role is known already.
    """
    if isinstance(delta, Role):
        return delta.choice in begun
    if isinstance(delta, Assign):
        return delta.what == "logprobs"
    return isinstance(delta, Append | Identity | Usage)


def path_at(value: object, pointer: str) -> Path:
    """The path of a JSON pointer into a value; the steps that are there are followed.

    >>> path_at({"a": [{"b": 1}]}, "/a/0/b")
    ('a', 0, 'b')
    """
    path: list[str | int] = []
    for step in pointer.split("/")[1:]:
        key: str | int = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            key = int(step)
            value = value[key]
        else:
            value = value.get(key) if isinstance(value, dict) else None
        path.append(key)
    return tuple(path)
