"""What a reader heard in a stream, in words that every official client and our message share.

Values and one comparison; nothing here knows a client, and nothing is repaired or explained away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from streamgauge.delta import Kind
from streamgauge.message import ArgumentsState, Choice, Message, Part


class Call(NamedTuple):
    """A tool call: `text` is the arguments as sent, `value` what they are worth as JSON.

    A client that shows only one of the two leaves the other None on both sides.
    """

    id: object
    name: object
    text: str | None = None
    value: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One choice: its texts joined by kind, its calls in order, its finish reason as sent."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: tuple[Call, ...] = ()
    finish: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Everything that is compared. An answer that says nothing is none."""

    answers: Mapping[int, Answer] = field(default_factory=dict)
    usage: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that our message and a client do not say alike.

    `where` is text, reasoning, refusal, calls, finish or usage, or `raises` where the client gave
    no message; then `theirs` is the exception. `choice` is None for usage and exceptions.
    """

    where: str
    choice: int | None
    ours: Any
    theirs: Any


class Shown(NamedTuple):
    """What of a call a client shows: the text of its arguments, their value, or both."""

    text: bool = True
    value: bool = False


def of_message(message: Message, shown: Shown) -> Said:
    """Our message in the shared words."""
    answers = {choice.index: _answer(choice, shown) for choice in message.choices}
    return Said(answers=answers, usage=None if message.usage is None else message.usage.raw)


def _answer(choice: Choice, shown: Shown) -> Answer:
    calls = (part for part in choice.parts if part.kind is Kind.TOOL_CALL)
    return Answer(
        text=_joined(choice, Kind.TEXT),
        reasoning=_joined(choice, Kind.REASONING),
        refusal=_joined(choice, Kind.REFUSAL),
        calls=tuple(_call(part, shown) for part in calls),
        finish=choice.raw_finish_reason,
    )


def _joined(choice: Choice, kind: Kind) -> str:
    return "".join(part.content for part in choice.parts if part.kind is kind)


def _call(part: Part, shown: Shown) -> Call:
    whole = part.arguments_state in (ArgumentsState.COMPLETE, ArgumentsState.EMPTY)
    return Call(
        part.id,
        part.name,
        part.arguments_json if shown.text else None,
        part.arguments if shown.value and whole else None,
    )


def differences(ours: Said, theirs: Said) -> Iterator[Difference]:
    """Everything that is not equal, choice by choice."""
    for index in sorted({*ours.answers, *theirs.answers}):
        left = ours.answers.get(index, Answer())
        right = theirs.answers.get(index, Answer())
        for where in Answer.__slots__:
            mine, other = getattr(left, where), getattr(right, where)
            if mine != other:
                yield Difference(where=where, choice=index, ours=mine, theirs=other)
    if ours.usage != theirs.usage:
        yield Difference(where="usage", choice=None, ours=ours.usage, theirs=theirs.usage)
