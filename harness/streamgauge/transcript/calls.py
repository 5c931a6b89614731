"""Which tool call a fragment belongs to, where a dialect has no block keys.

Vendors send an index, an id, both, blanks, or neither. A non-empty id that is new begins a call;
a known one continues it; without an id the index decides; without either, a name begins a call and
anything else continues the last one. The fact `tool-call-key = "index"` makes the index alone
decide, for servers that invent a new id for every piece.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamgauge.delta import Fragment, Kind
from streamgauge.transcript.building import Building
from streamgauge.transcript.note import Noted

if TYPE_CHECKING:
    from streamgauge.transcript.answer import Answer


class Calls:
    """The calls of one answer, found by what the vendor gives."""

    def __init__(self, *, by_index_only: bool) -> None:
        self.last: int | None = None
        self._by_index_only = by_index_only
        self._by_id: dict[str, int] = {}
        self._by_index: dict[object, int] = {}

    def place(self, answer: Answer, delta: Fragment, event: int) -> int:
        """The position of the part that a fragment belongs to; begins one where it must."""
        index = _hashable(delta.index)
        self._note_index(answer, delta, event)
        position = self._find(answer, delta, index, event)
        if position is None:
            position = self._begin(answer, delta, index, event)
        else:
            self._note_repeats(answer, delta, position, event)
        if isinstance(delta.id, str) and delta.id:
            self._by_id.setdefault(delta.id, position)
        if index is not None:
            self._by_index[index] = position
        self.last = position
        return position

    def _note_index(self, answer: Answer, delta: Fragment, event: int) -> None:
        if delta.index is None:
            answer.note(Noted.INDEX_MISSING, event, delta.pointer, None, None)
        elif delta.index != "function_call" and not _is_count(delta.index):
            answer.note(Noted.INDEX_NOT_COUNT, event, delta.pointer, None, delta.index)

    def _find(self, answer: Answer, delta: Fragment, index: object, event: int) -> int | None:
        if _is_whole(delta):
            return None
        by_index = None if index is None else self._by_index.get(index)
        if self._by_index_only and by_index is not None:
            return by_index
        if isinstance(delta.id, str) and delta.id:
            return self._find_by_id(answer, delta, by_index, event)
        if by_index is not None:
            return by_index
        if index is None and not delta.name and self.last is not None:
            return self.last
        return None

    def _find_by_id(
        self, answer: Answer, delta: Fragment, by_index: int | None, event: int
    ) -> int | None:
        found = self._by_id.get(str(delta.id))
        if found is not None:
            return found
        if by_index is None:
            return None
        if answer.parts[by_index].id in (None, ""):
            return by_index
        answer.note(Noted.INDEX_REUSED, event, delta.pointer, by_index, delta.index)
        return None

    def _begin(self, answer: Answer, delta: Fragment, index: object, event: int) -> int:
        raw = index if isinstance(index, int | str) else None
        part = Building(
            kind=Kind.TOOL_CALL,
            key=("call", len(answer.parts)),
            index=raw,
            id=delta.id,
            name=delta.name,
        )
        position = answer.begin(part)
        if delta.id is None or delta.id == "":
            answer.note(Noted.ID_MISSING, event, delta.pointer, position, delta.id)
        elif not isinstance(delta.id, str):
            answer.note(Noted.ID_NOT_STRING, event, delta.pointer, position, delta.id)
        if delta.name is None or delta.name == "":
            noted = Noted.ORPHAN if not delta.id else Noted.NAME_MISSING
            answer.note(noted, event, delta.pointer, position, delta.name)
        elif not isinstance(delta.name, str):
            answer.note(Noted.NAME_NOT_STRING, event, delta.pointer, position, delta.name)
        return position

    def _note_repeats(self, answer: Answer, delta: Fragment, position: int, event: int) -> None:
        part = answer.parts[position]
        if self.last is not None and position != self.last:
            answer.note(Noted.INTERLEAVED, event, delta.pointer, position, delta.index)
        _note_id(answer, delta, part, position, event)
        _note_name(answer, delta, part, position, event)


def _note_id(answer: Answer, delta: Fragment, part: Building, position: int, event: int) -> None:
    if delta.id is None:
        return
    if delta.id == "":
        answer.note(Noted.ID_BLANK_AGAIN, event, delta.pointer, position, "")
    elif part.id in (None, ""):
        part.id = delta.id
        answer.note(Noted.ID_LATE, event, delta.pointer, position, delta.id)
    else:
        answer.note(Noted.ID_AGAIN, event, delta.pointer, position, delta.id)


def _note_name(answer: Answer, delta: Fragment, part: Building, position: int, event: int) -> None:
    if delta.name is None:
        return
    if delta.name == "":
        answer.note(Noted.NAME_BLANK_AGAIN, event, delta.pointer, position, "")
    elif part.name in (None, ""):
        part.name = delta.name
        answer.note(Noted.NAME_LATE, event, delta.pointer, position, delta.name)
    elif part.name == delta.name:
        answer.note(Noted.NAME_AGAIN, event, delta.pointer, position, delta.name)
    else:
        answer.note(Noted.NAME_CHANGED, event, delta.pointer, position, delta.name)


def _is_whole(delta: Fragment) -> bool:
    """A named call without an index whose arguments are a value: nothing of it is still to come,
    so it is a call of its own whatever its id."""
    value = delta.arguments is not None and not isinstance(delta.arguments, str)
    return delta.index is None and bool(delta.name) and value


def _is_count(index: object) -> bool:
    return isinstance(index, int) and not isinstance(index, bool) and index >= 0


def _hashable(index: object) -> object:
    return index if isinstance(index, int | str | float) else None
