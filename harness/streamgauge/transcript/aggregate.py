"""The reference aggregator: deltas to message, part by part, by the vendor's key.

It never repairs. A piece that belongs to nothing is kept apart and noted; a finish reason that
never came stays None; the text of arguments stays as sent. One pass, work in proportion to the
deltas; a run of look-alike chunks is one step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from streamgauge.delta import (
    Append,
    Assign,
    Copy,
    Delta,
    Ended,
    Failure,
    Fragment,
    Identity,
    Open,
    Role,
    ShutPart,
    Stop,
    Usage,
)
from streamgauge.dialects.dialect import Dialect, Facts
from streamgauge.message import Choice, Fault, Message
from streamgauge.transcript.answer import Answer
from streamgauge.transcript.building import Trace
from streamgauge.transcript.chunk import Chunk
from streamgauge.transcript.note import CopyOf, Note


class Stopped(NamedTuple):
    """One finish reason as it came."""

    choice: int
    reason: str
    raw: object
    event: int
    pointer: str


class Spent(NamedTuple):
    """One usage object as it came."""

    raw: Mapping[str, object]
    event: int
    pointer: str


class Failed(NamedTuple):
    """One error as it came."""

    failure: Failure
    event: int


class Folded(NamedTuple):
    """What a stream adds up to, and what was noticed on the way.

    `traces` holds, by (choice, position of the part), where the part's text came from.
    """

    message: Message
    notes: tuple[Note, ...]
    traces: Mapping[tuple[int, int], Trace]
    copies: tuple[CopyOf, ...]
    stops: tuple[Stopped, ...]
    usages: tuple[Spent, ...]
    failures: tuple[Failed, ...]
    ended: tuple[tuple[Ended, int], ...]


class Aggregator:
    """Folds chunks in order. `facts` are the vendor's, narrowed to the dialect."""

    def __init__(self, dialect: Dialect, facts: Facts) -> None:
        self._dialect = dialect
        self._facts = facts
        self._answers: dict[int, Answer] = {}
        self._id: str | None = None
        self._model: str | None = None
        self._usage: dict[str, object] = {}
        self._usage_seen = False
        self._stops: list[Stopped] = []
        self._usages: list[Spent] = []
        self._failures: list[Failed] = []
        self._ended: list[tuple[Ended, int]] = []

    def fold(self, chunk: Chunk) -> None:
        """Take one chunk, and the look-alikes that follow it, into account."""
        event = chunk.event.index
        data = chunk.event.data or b""
        for delta in chunk.deltas:
            self._take(delta, event, data)
        if chunk.run is not None:
            for delta in chunk.deltas:
                if isinstance(delta, Append | Fragment) and delta.pointer in chunk.run.holes:
                    self.answer(delta.choice).extend(delta, chunk.run)

    def answer(self, choice: int) -> Answer:
        """The answer under construction at an index."""
        found = self._answers.get(choice)
        if found is None:
            found = self._answers[choice] = Answer(choice, self._facts)
        return found

    def _take(self, delta: Delta, event: int, data: bytes) -> None:
        match delta:
            case Append():
                self.answer(delta.choice).append(delta, event)
            case Fragment():
                self.answer(delta.choice).add_fragment(delta, event, data)
            case Identity():
                self._id = self._id or delta.id
                self._model = self._model or delta.model
            case Open():
                self.answer(delta.choice).open(delta, event)
            case Assign():
                self.answer(delta.choice).assign(delta, event, data)
            case ShutPart():
                self.answer(delta.choice).shut(delta, event)
            case Copy():
                self.answer(delta.choice).copy(delta, event)
            case Role():
                answer = self.answer(delta.choice)
                answer.role = answer.role or delta.role
            case Stop():
                self.answer(delta.choice).stop(delta)
                self._stops.append(
                    Stopped(delta.choice, delta.reason, delta.raw, event, delta.pointer)
                )
            case Usage():
                self._usages.append(Spent(delta.raw, event, delta.pointer))
                _merge(self._usage, delta.raw)
                self._usage_seen = True
            case Failure():
                self._failures.append(Failed(delta, event))
            case Ended():
                self._ended.append((delta, event))
            case _:
                pass

    def finish(self) -> Folded:
        """The message and everything that was noticed."""
        answers = [self._answers[index] for index in sorted(self._answers)]
        usage = self._dialect.usage(self._usage, self._facts) if self._usage_seen else None
        message = Message(
            id=self._id,
            model=self._model,
            choices=tuple(self._choice(answer) for answer in answers),
            usage=usage,
            error=_fault(self._failures[0].failure) if self._failures else None,
        )
        return Folded(
            message=message,
            notes=tuple(sorted((n for a in answers for n in a.notes), key=lambda n: n.event)),
            traces={
                (answer.index, position): Trace(tuple(part.pieces))
                for answer in answers
                for position, part in enumerate(answer.parts)
            },
            copies=tuple(copy for answer in answers for copy in answer.copies),
            stops=tuple(self._stops),
            usages=tuple(self._usages),
            failures=tuple(self._failures),
            ended=tuple(self._ended),
        )

    def _choice(self, answer: Answer) -> Choice:
        reason = answer.reason
        # Gemini has no word for "call a tool": it says STOP beside a function call.
        if reason == "stop" and self._dialect.stop_beside_call_is_call and answer.called:
            reason = "tool_call"
        return Choice(
            index=answer.index,
            role=answer.role,
            parts=tuple(part.finish() for part in answer.parts),
            finish_reason=reason,
            raw_finish_reason=answer.raw_reason,
        )


def _merge(into: dict[str, object], raw: Mapping[str, object]) -> None:
    """Last value of each field; a null or an absent field leaves what was there."""
    for key, value in raw.items():
        before = into.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            merged = dict(before)
            _merge(merged, value)
            into[key] = merged
        elif value is not None or key not in into:
            into[key] = value


def _fault(failure: Failure) -> Fault:
    return Fault(type=failure.type, code=failure.code, message=failure.message, raw=failure.raw)
