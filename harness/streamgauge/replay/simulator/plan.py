"""What the simulated model answers: a message, made from the request alone.

The same request gives the same message, streamed or not, whoever asks and whenever. Counts,
ids and the vendor's words are put on later. No vendor is known here: what differs is a fact.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.message import ArgumentsState, Choice, Part
from streamgauge.prompt import Turn
from streamgauge.replay.simulator import calls, cues, texts, tokens
from streamgauge.replay.simulator.arguments import Hints, fit
from streamgauge.replay.simulator.heard import Heard

_MOST_CHOICES = 8
# In this dialect a call's arguments are one value: a call that was cut is not sent at all.
_WHOLE_CALLS = frozenset({"gemini"})
# Where a refusal has a part of its own; elsewhere it is text, or a reason to stop.
_REFUSING: dict[str, tuple[Kind, str]] = {
    "openai-chat": (Kind.REFUSAL, "stop"),
    "openai-responses": (Kind.REFUSAL, "stop"),
    "anthropic-messages": (Kind.TEXT, "refusal"),
    "gemini": (Kind.TEXT, "content_filter"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The choices of an answer, and the stop sequence that ended one."""

    choices: tuple[Choice, ...]
    stopped_by: str | None = None


def plan(heard: Heard, facts: Facts) -> Planned:
    """What is said to a request."""
    wanted = min(max(heard.asked.choices or 1, 1), _MOST_CHOICES)
    made = [_choice(heard, facts, index) for index in range(wanted)]
    return Planned(
        choices=tuple(choice for choice, _ in made),
        stopped_by=next((by for _, by in made if by), None),
    )


def thinks(heard: Heard, facts: Facts) -> bool:
    """Whether the answer shows reasoning: as asked, else as the vendor does, else by a cue."""
    fields = facts.get("reasoning-fields")
    if fields == []:
        return False
    if heard.asked.thinking is not None:
        return heard.asked.thinking
    said = calls.last_said(heard.turns)
    hinted = bool(fields) and cues.given(cues.THINK, said)
    return facts.get("thinks-unasked") is True or hinted


def _choice(heard: Heard, facts: Facts, index: int) -> tuple[Choice, str | None]:
    number = int(heard.digest[:8], 16) + index
    parts, reason = _said(heard, number)
    parts, stopped = _stopped(parts, heard.asked.stop_sequences)
    if thinks(heard, facts) and reason != "content_filter":
        parts = [_reasoning(heard, number), *parts]
    parts, cut = _limited(parts, heard.asked.max_tokens, whole=heard.dialect.name in _WHOLE_CALLS)
    if stopped is not None:
        reason = "stop_sequence"
    if cut:
        reason, stopped = "length", None
    choice = Choice(index=index, role="assistant", parts=tuple(parts), finish_reason=reason)
    return choice, stopped


def _said(heard: Heard, number: int) -> tuple[list[Part], str]:
    """The parts of an answer but for reasoning, and why it ends if nothing cuts it."""
    said = calls.last_said(heard.turns)
    if cues.given(cues.FILTER, said):
        return [_text(texts.answer("it", number).partition(" ")[0])], "content_filter"
    if cues.given(cues.REFUSE, said):
        kind, reason = _REFUSING[heard.dialect.name]
        return [Part(kind=kind, content=texts.REFUSAL)], reason
    wanted = calls.next_calls(heard.asked, heard.turns)
    if wanted:
        return [_call(call) for call in wanted], "tool_call"
    return [_text(_worded(heard, said, number))], "stop"


def _worded(heard: Heard, said: str, number: int) -> str:
    results = calls.results(heard.turns)
    if heard.asked.json_output:
        hints = Hints(said=said, topic=texts.topic(said), places=cues.places(said))
        schema = heard.json_schema or {"type": "object", "properties": {"answer": {}}}
        return json.dumps(fit(schema, hints), ensure_ascii=False)
    if results:
        return " ".join(_reported(results))
    told = texts.cued(said) or texts.answer(said, number, texts.wanted_words(said))
    unsaid = [stop for stop in heard.asked.stop_sequences if stop.strip()]
    if unsaid and not any(stop in told for stop in unsaid):
        told = f"{told} So it goes on, up to {unsaid[0]} and beyond."
    return told


def _reported(results: Sequence[Turn]) -> Iterator[str]:
    for turn in results:
        told = turn.text.encode("utf-8", "replace").decode("utf-8").strip()
        shown = tokens.first(told, 80)
        yield f"The tool says: {shown}{'' if shown == told else ' …'}"


def _text(content: str) -> Part:
    return Part(kind=Kind.TEXT, content=content)


def _call(call: calls.Call) -> Part:
    empty = call.arguments == {}
    return Part(
        kind=Kind.TOOL_CALL,
        name=call.name,
        arguments=call.arguments,
        arguments_json="{}" if empty else json.dumps(call.arguments, ensure_ascii=False),
        arguments_state=ArgumentsState.COMPLETE,
    )


def _reasoning(heard: Heard, number: int) -> Part:
    said = calls.last_said(heard.turns)
    told = texts.thoughts(said, number, 12 if cues.given(cues.PONDER, said) else 3)
    if heard.asked.max_tokens is not None:
        # A model that has little room thinks little; otherwise no short answer could be cut.
        told = tokens.first(told, max(heard.asked.max_tokens // 3, 1))
    return Part(kind=Kind.REASONING, content=told)


def _stopped(parts: list[Part], sequences: Sequence[str]) -> tuple[list[Part], str | None]:
    """The parts up to the first stop sequence in a text, and that sequence."""
    for at, part in enumerate(parts):
        found = [(part.content.find(s), s) for s in sequences if s and s in part.content]
        if part.kind is Kind.TEXT and found:
            end, sequence = min(found)
            return [*parts[:at], replace(part, content=part.content[:end])], sequence
    return parts, None


def _limited(parts: list[Part], most: int | None, *, whole: bool) -> tuple[list[Part], bool]:
    """As many parts and tokens as fit, and whether anything was cut."""
    if most is None:
        return parts, False
    kept: list[Part] = []
    for part in parts:
        length = len(tokens.cut(part.content or part.arguments_json))
        if length <= most:
            kept.append(part)
            most -= length
            continue
        if most > 0 and not (whole and part.kind is Kind.TOOL_CALL):
            kept.append(_cut(part, most))
        return kept, True
    return kept, False


def _cut(part: Part, most: int) -> Part:
    if part.kind is not Kind.TOOL_CALL:
        return replace(part, content=tokens.first(part.content, most))
    return replace(
        part,
        arguments=None,
        arguments_json=tokens.first(part.arguments_json, most),
        arguments_state=ArgumentsState.PARTIAL,
    )
