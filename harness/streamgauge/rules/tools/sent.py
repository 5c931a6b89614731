"""Tool calls as they were sent, entry by entry, for rules that ask about single members.

The aggregator joins entries into calls and notes what it meets; here the entries themselves are
found again. Nothing here judges, and nothing raises on any JSON value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from streamgauge.delta import Fragment, Open
from streamgauge.message import Choice, Part
from streamgauge.rules.case import Case
from streamgauge.transcript.chunk import Chunk
from streamgauge.transcript.note import Note

_ARGUMENTS = ("/function/arguments", "/args", "/arguments")


class Entry(NamedTuple):
    """One entry of `delta.tool_calls`; `members` is its JSON object, `pointer` leads to it."""

    chunk: Chunk
    choice: int
    pointer: str
    members: dict[str, object]

    @property
    def function(self) -> dict[str, object]:
        """The `function` member, empty where it is none."""
        found = self.members.get("function")
        return found if isinstance(found, dict) else {}


class Spot(NamedTuple):
    """Where something stands: the event and the JSON pointer, None where nobody knows."""

    event: int | None
    pointer: str | None


def entries(case: Case) -> Iterator[Entry]:
    """Every entry of `tool_calls` in a chat stream; an entry stands for its look-alikes too."""
    for chunk in case.transcript.chunks:
        for choice, pointer, delta in _deltas(chunk.value):
            calls = delta.get("tool_calls")
            for position, call in enumerate(calls if isinstance(calls, list) else ()):
                if isinstance(call, dict):
                    yield Entry(chunk, choice, f"{pointer}/tool_calls/{position}", call)


def fragments(case: Case) -> Iterator[tuple[Chunk, Fragment]]:
    """Every piece of a call in the dialects whose calls have no block."""
    for chunk, delta in case.transcript.deltas():
        if isinstance(delta, Fragment):
            yield chunk, delta


def _deltas(value: object) -> Iterator[tuple[int, str, dict[str, object]]]:
    choices = value.get("choices") if isinstance(value, dict) else None
    for position, choice in enumerate(choices if isinstance(choices, list) else ()):
        delta = choice.get("delta") if isinstance(choice, dict) else None
        if isinstance(delta, dict):
            index = choice.get("index", 0)
            index = index if is_count(index) else position
            yield index, f"/choices/{position}/delta", delta


def is_count(index: object) -> bool:
    """Whether an index is a whole number from zero on; `true` is not."""
    return isinstance(index, int) and not isinstance(index, bool) and index >= 0


def differ(one: object, other: object) -> bool:
    """Whether two members are both there and not the same."""
    return one is not None and other is not None and one != other


def plain_calls(case: Case) -> frozenset[str]:
    """The ids of chat's custom calls, whose input is free text and not JSON."""
    found: set[str] = set()
    for entry in entries(case):
        id = entry.members.get("id")
        custom = entry.members.get("type") == "custom" or "custom" in entry.members
        if custom and isinstance(id, str):
            found.add(id)
    return frozenset(found)


def beginnings(case: Case) -> dict[tuple[int, str], Spot]:
    """Where the calls of each (choice, id) began, and of each (choice, name) without an id."""
    found: dict[tuple[int, str], Spot] = {}
    for chunk, delta in case.transcript.deltas():
        if isinstance(delta, Open | Fragment):
            spot = Spot(chunk.event.index, entry_of(delta.pointer))
            for word in (delta.id, delta.name):
                if isinstance(word, str) and word:
                    found.setdefault((delta.choice, word), spot)
    return found


def spot_of(known: dict[tuple[int, str], Spot], choice: int, part: Part) -> Spot:
    """Where a call began, by its id or else by its name."""
    for word in (part.id, part.name):
        if isinstance(word, str) and (choice, word) in known:
            return known[choice, word]
    return Spot(None, None)


def entry_of(pointer: str) -> str:
    """The pointer of the entry around an arguments pointer.

    >>> entry_of("/choices/0/delta/tool_calls/0/function/arguments")
    '/choices/0/delta/tool_calls/0'
    """
    for tail in _ARGUMENTS:
        if pointer.endswith(tail):
            return pointer.removesuffix(tail)
    return pointer


def at_member(note: Note, member: str = "") -> Note:
    """A note that points at a member of its entry, or at the entry itself."""
    tail = f"/{member}" if member else ""
    return note._replace(pointer=entry_of(note.pointer) + tail)


def choices(case: Case) -> dict[int, Choice]:
    """The answers by their index."""
    return {choice.index: choice for choice in case.transcript.folded.message.choices}


def is_legacy(part: Part) -> bool:
    """Whether a call came as the deprecated `function_call`, which has neither id nor index."""
    return part.index == "function_call"
