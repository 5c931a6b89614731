"""The case before a rule: a transcript, the vendor's facts, and a way to point at evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from streamgauge.delta import Kind
from streamgauge.message import Part
from streamgauge.transcript.building import Trace
from streamgauge.transcript.chunk import Chunk
from streamgauge.transcript.note import Note, Noted
from streamgauge.transcript.transcript import Transcript


class Violation(NamedTuple):
    """One way in which a chunk does not fit its schema."""

    pointer: str
    keyword: str
    says: str


class Evidence(NamedTuple):
    """One way in which a rule is broken, before its level is known.

    `says` names the fault in one sentence that holds for every occurrence, `expected` and `got`
    show it. Equal faults (same says, expected, pointer and choice) are reported once, at their
    first occurrence, with the number of times.
    """

    says: str
    expected: str
    got: str
    event: int | None = None
    pointer: str | None = None
    choice: int | None = None
    span: tuple[int, int] | None = None
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Case:
    """One exchange before the rules.

    `facts` are the vendor's for this dialect (absent means unknown); `violations` checks one
    chunk against the dialect's schema with the vendor's overlays.
    """

    transcript: Transcript
    facts: Mapping[str, object]
    violations: Callable[[object], Iterator[Violation]]

    def at(
        self,
        chunk: Chunk,
        says: str,
        expected: str,
        got: object,
        *,
        pointer: str | None = None,
        choice: int | None = None,
    ) -> Evidence:
        """Evidence at a chunk; it counts for the look-alikes of that chunk too."""
        event = chunk.event.index
        return Evidence(says, expected, shown(got), event, pointer, choice, times=chunk.count)

    def noted(self, *wanted: Noted) -> Iterator[Note]:
        """What the aggregator noticed of some kinds."""
        return (note for note in self.transcript.folded.notes if note.noted in wanted)

    def from_note(self, note: Note, says: str, expected: str, got: object) -> Evidence:
        """Evidence where the aggregator noticed something."""
        return Evidence(
            says, expected, shown(got), note.event, note.pointer, note.choice, times=note.times
        )

    def calls(self) -> Iterator[tuple[int, int, Part, Trace]]:
        """The client's tool calls: (choice, position, part, trace)."""
        return self.transcript.parts(Kind.TOOL_CALL)


def shown(value: object, limit: int = 160) -> str:
    """A value as a finding shows it: short, on one line."""
    text = value if isinstance(value, str) else repr(value)
    text = " ".join(text.split("\n"))
    return text if len(text) <= limit else text[: limit - 1] + "…"
