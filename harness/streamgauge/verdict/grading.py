"""Grades a client: what it said of a stream, held against what was sent and what it had to do.

Pure: the same reply to the same stream gets the same grade. The measure is the reference
aggregator's message of the very bytes that were sent, faults included. It must never know a
client by name, and never count a client's silence on a member that it does not have.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streamgauge.delta import Kind
from streamgauge.message import ArgumentsState, Choice, Ending, Message, Part
from streamgauge.reply import Answered, Died, Hung, Raised, Reply, SaidCall
from streamgauge.rules.finding import Level


class Duty(enum.Enum):
    """What a well-behaved client does with a stream."""

    EQUAL = "equal"
    MUST_FAIL = "must-fail"
    MUST_NOT_INVENT = "must-not-invent"
    MAY = "may"


class Behaviour(enum.Enum):
    """What a client did with a stream."""

    EQUAL = "equal"
    RAISED_TYPED = "raised-typed"
    CRASHED = "crashed"
    SILENT = "silent"
    INVENTED_END = "invented-end"
    TRUNCATED_TOOL_CALL = "truncated-tool-call"
    LOST_TEXT = "lost-text"
    HUNG = "hung"
    RESENT = "resent"


_KEEPS = {
    Duty.EQUAL: frozenset({Behaviour.EQUAL}),
    Duty.MUST_FAIL: frozenset({Behaviour.RAISED_TYPED}),
    Duty.MUST_NOT_INVENT: frozenset({Behaviour.EQUAL, Behaviour.RAISED_TYPED, Behaviour.SILENT}),
    Duty.MAY: frozenset[Behaviour](),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What a case asks of a client. `allowed` are behaviours that keep it besides its duty's."""

    duty: Duty
    level: Level
    allowed: frozenset[Behaviour] = frozenset()

    @property
    def keeping(self) -> frozenset[Behaviour]:
        """The behaviours with which the duty is kept."""
        return _KEEPS[self.duty] | self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the client was given: the message of those bytes, how they ended, requests that came.

    `lapse` is what was wrong with the history that it sent back, or empty.
    """

    message: Message
    ending: Ending
    requests: int = 1
    turns: int = 1
    lapse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Able:
    """What a client can tell at all (`features`), and the packages whose errors are its own."""

    features: frozenset[str]
    packages: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A client's behaviour, whether the duty was kept, at which level it counts, and why."""

    behaviour: Behaviour
    kept: bool
    level: Level
    says: str


def grade(reply: Reply, sent: Sent, charge: Charge, able: Able) -> Grade:
    """Grade one reply."""
    behaviour, says = _behaviour(reply, sent, able)
    return Grade(
        behaviour=behaviour,
        kept=behaviour in charge.keeping,
        level=_level(reply, behaviour, charge),
        says=says,
    )


def _level(reply: Reply, behaviour: Behaviour, charge: Charge) -> Level:
    """An error of a foreign class still stops whoever waits: it is no more than a should."""
    fails = charge.duty in (Duty.MUST_FAIL, Duty.MUST_NOT_INVENT)
    if fails and behaviour is Behaviour.CRASHED and isinstance(reply, Raised):
        return Level.SHOULD if charge.level is Level.MUST else charge.level
    return charge.level


def _behaviour(reply: Reply, sent: Sent, able: Able) -> tuple[Behaviour, str]:
    if sent.requests > sent.turns:
        return Behaviour.RESENT, f"{sent.requests} requests came where {sent.turns} belong"
    match reply:
        case Hung(seconds=seconds):
            return Behaviour.HUNG, f"nothing was said within {seconds:g} s"
        case Died(says=says):
            return Behaviour.CRASHED, says
        case _ if sent.lapse:
            return Behaviour.LOST_TEXT, sent.lapse
        case Raised():
            typed = _is_its_own(reply, able)
            kind = Behaviour.RAISED_TYPED if typed else Behaviour.CRASHED
            return kind, f"{reply.types[0]}: {reply.message}"
        case Answered():
            return _answered(reply, sent, able)


_TRANSPORT = ("UND_ERR_", "ECONN", "EPIPE", "ETIMEDOUT")


def _is_its_own(raised: Raised, able: Able) -> bool:
    """Whether a caller who reads the client's documentation can catch it by name."""
    roots = {name.partition(".")[0] for name in raised.types}
    return bool(roots & able.packages) or (raised.code or "").startswith(_TRANSPORT)


def _answered(reply: Answered, sent: Sent, able: Able) -> tuple[Behaviour, str]:
    if sent.requests < sent.turns:
        return Behaviour.LOST_TEXT, f"{sent.requests} of {sent.turns} requests came"
    choice = sent.message.choices[0] if sent.message.choices else Choice(index=0)
    for said, call in _paired(reply.calls, choice):
        if call.arguments_state in _UNWHOLE and _is_whole(said):
            return Behaviour.TRUNCATED_TOOL_CALL, (
                f"the call of {said.name} is handed over as {_shown(said)}; sent was "
                f"{call.arguments_json!r}"
            )
    if choice.finish_reason is None and _ends(reply.finish_reason):
        return Behaviour.INVENTED_END, f"it says {reply.finish_reason!r}; no reason was sent"
    wrong = next(_differences(reply, sent, choice, able), None)
    if wrong is not None:
        return Behaviour.LOST_TEXT, wrong
    if sent.ending is not Ending.COMPLETE:
        return Behaviour.SILENT, f"no error; the stream was {sent.ending.value}"
    return Behaviour.EQUAL, "as sent"


_UNWHOLE = (ArgumentsState.PARTIAL, ArgumentsState.INVALID)
_NO_END = frozenset({"", "unknown", "other", "error", "none", "null", "interrupted"})


def _ends(word: str | None) -> bool:
    return (word or "").lower() not in _NO_END


def _paired(calls: Sequence[SaidCall], choice: Choice) -> Iterator[tuple[SaidCall, Part]]:
    ours = [part for part in choice.parts if part.kind is Kind.TOOL_CALL]
    return zip(calls, ours, strict=False)


def _is_whole(said: SaidCall) -> bool:
    return said.arguments is not None or _parsed(said.text) is not None


def _shown(said: SaidCall) -> str:
    return said.text or json.dumps(said.arguments, ensure_ascii=False)


def _parsed(text: str | None) -> object:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return None


def _differences(reply: Answered, sent: Sent, choice: Choice, able: Able) -> Iterator[str]:
    for feature, got, kind in (
        ("text", reply.text, Kind.TEXT),
        ("reasoning", reply.reasoning, Kind.REASONING),
        ("refusal", reply.refusal, Kind.REFUSAL),
    ):
        wanted = "".join(part.content for part in choice.parts if part.kind is kind)
        if feature in able.features and (got or "") != wanted:
            yield f"{feature}: {_short(got)}; sent was {_short(wanted)}"
    if "tools" in able.features:
        yield from _call_differences(reply, choice)
    if "finish-reason" in able.features and not _same_reason(reply.finish_reason, choice):
        yield f"finish reason: {reply.finish_reason!r}; sent was {choice.raw_finish_reason!r}"
    if "usage" in able.features and sent.ending is Ending.COMPLETE:
        # Of a stream that was cut, counts are no more than a beginning.
        yield from _usage_differences(reply, sent.message)


def _call_differences(reply: Answered, choice: Choice) -> Iterator[str]:
    ours = [part for part in choice.parts if part.kind is Kind.TOOL_CALL]
    if len(reply.calls) != len(ours):
        yield f"{len(reply.calls)} tool calls; sent were {len(ours)}"
    for said, call in _paired(reply.calls, choice):
        if said.name != call.name:
            yield f"a call of {said.name!r}; sent was {call.name!r}"
        elif not _same_arguments(said, call):
            yield f"arguments {_short(_shown(said))}; sent were {_short(call.arguments_json)}"


def _same_arguments(said: SaidCall, call: Part) -> bool:
    if call.arguments_state in _UNWHOLE:
        return said.text is None or said.text == call.arguments_json
    given = said.arguments if said.arguments is not None else _parsed(said.text or "{}")
    return given == call.arguments


_MEANINGS = {
    "stop": ("stop", "end_turn", "completed", "complete", "finish_reason_stop"),
    "stop_sequence": ("stop_sequence", "stop"),
    "tool_call": ("tool_call", "tool_calls", "tool_use", "function_call"),
    "length": ("length", "max_tokens", "max_output_tokens", "incomplete"),
    "content_filter": ("content_filter", "safety", "refusal", "recitation"),
    "refusal": ("refusal", "content_filter"),
    "pause": ("pause", "pause_turn"),
    "context_window": ("context_window", "model_context_window_exceeded", "length"),
}
"""What clients call the reasons that we have a word for, in small letters."""


def _same_reason(said: str | None, choice: Choice) -> bool:
    if said is None or choice.finish_reason is None:
        return not _ends(said) and choice.finish_reason is None
    word = said.rpartition(".")[2].lower().replace("-", "_")
    raw = str(choice.raw_finish_reason or "").lower().replace("-", "_")
    return (
        word == raw
        or word in _MEANINGS.get(choice.finish_reason, ())
        or (choice.finish_reason not in _MEANINGS and not _ends(said))
    )


def _usage_differences(reply: Answered, message: Message) -> Iterator[str]:
    usage = message.usage
    for name, got, wanted in (
        ("input tokens", reply.input_tokens, usage.input_tokens if usage else None),
        ("output tokens", reply.output_tokens, usage.output_tokens if usage else None),
    ):
        raw = tuple(usage.raw.values()) if usage else ()
        if got != wanted and got not in raw and not (got in (None, 0) and wanted is None):
            yield f"{name}: {got}; sent were {wanted}"


def _short(text: str | None) -> str:
    shown = repr(text)
    return shown if len(shown) <= 80 else f"{shown[:77]}…'"
