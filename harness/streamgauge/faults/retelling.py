"""A part of the answer told in other words: its pieces, and every copy of them, changed together.

Where the pieces stand is taken from the transcript, so that nothing here knows a dialect. A part
keeps its number of pieces; a piece may become empty. It must never change anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.edits import transcript
from streamgauge.faults.events import said
from streamgauge.faults.fault import Setting
from streamgauge.faults.members import Member, Path, with_members
from streamgauge.message import Choice, Part
from streamgauge.transcript.transcript import Transcript

Json = dict[str, object]


class Told(NamedTuple):
    """A part of an answer, the places of its pieces that say something, and of their copies."""

    choice: Choice
    part: Part
    pieces: tuple[Member, ...]
    copies: tuple[Member, ...]

    @property
    def texts(self) -> list[str]:
        """What the pieces say."""
        return [piece.value for piece in self.pieces]


def told(exchange: Exchange, setting: Setting, *kinds: Kind) -> tuple[Told, ...]:
    """The parts of these kinds that came as text, in order."""
    found = transcript(exchange, setting)
    values = {event.index: event.json for event in said(exchange)}
    return tuple(one for one in _told(found, values, kinds) if one.pieces)


def _told(found: Transcript, values: dict[int, Json], kinds: Sequence[Kind]) -> Iterator[Told]:
    choices = {choice.index: choice for choice in found.folded.message.choices}
    for choice, position, part, trace in found.parts(*kinds):
        pieces = [(event, pointer) for event, pointer, text in trace.each() if text]
        copies = [
            (copy.event, copy.pointer)
            for copy in found.folded.copies
            if (copy.choice, copy.part) == (choice, position)
        ]
        yield Told(
            choices[choice], part, tuple(_texts(pieces, values)), tuple(_texts(copies, values))
        )


def _texts(places: Iterable[tuple[int, str]], values: dict[int, Json]) -> Iterator[Member]:
    for event, pointer in places:
        path, value = followed(values.get(event, {}), pointer)
        if isinstance(value, str):
            yield Member(event, path, value)


def followed(value: object, pointer: str) -> tuple[Path, Any]:
    """Where a JSON pointer leads in a value: the path, and what stands there (None for nothing)."""
    path: list[str | int] = []
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            path.append(int(name))
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            path.append(name)
            value = value[name]
        else:
            return (), None
    return tuple(path), value


def retold(exchange: Exchange, one: Told, texts: Sequence[str], *, copies: bool = True) -> Exchange:
    """The part with other pieces, as many as there are; `copies` says whether they follow."""
    new: dict[tuple[int, Path], object] = {
        (piece.event, piece.path): text for piece, text in zip(one.pieces, texts, strict=True)
    }
    if copies:
        new |= {(copy.event, copy.path): "".join(texts) for copy in one.copies}
    return with_members(exchange, new)


def spread(text: str, one: Told) -> list[str]:
    """A text cut as the part's own pieces are; the last one takes what is left."""
    pieces, start = [], 0
    for before in one.texts[:-1]:
        pieces.append(text[start : start + len(before)])
        start += len(before)
    return [*pieces, text[start:]]
