"""What the simulated model answers: a message, made from the request alone.

The same request gives the same message, streamed or not, whoever asks and whenever. Counts,
ids and the vendor's words are put on later. No vendor is known here: what differs is a fact.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.message import ArgumentsState, Choice, Part
from streamgauge.prompt import Turn
from streamgauge.replay.simulator import calls, cues, texts, tokens
from streamgauge.replay.simulator.arguments import Hints, fit
from streamgauge.replay.simulator.heard import Heard
from streamgauge.replay.simulator.refusals import Phrasebook, Refused

_MOST_CHOICES = 8
# In this dialect a call's arguments are one value: a call that was cut is not sent at all.
_WHOLE_CALLS = frozenset({"gemini"})
# In these a document holds arguments as a value, so that none at all have no text.
_VALUED_CALLS = frozenset({"gemini", "anthropic-messages"})
# Where a refusal has a part of its own; elsewhere it is text, or a reason to stop.
_REFUSING: dict[str, tuple[Kind, str]] = {
    "openai-chat": (Kind.REFUSAL, "stop"),
    "openai-responses": (Kind.REFUSAL, "stop"),
    "anthropic-messages": (Kind.TEXT, "refusal"),
    "gemini": (Kind.TEXT, "content_filter"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The choices of an answer, the stop sequence that ended one, and whether the model took
    its time to think."""

    choices: tuple[Choice, ...]
    stopped_by: str | None = None
    ponders: bool = False


def plan(heard: Heard, facts: Facts) -> Planned:
    """What is said to a request."""
    wanted = min(max(heard.asked.choices or 1, 1), _MOST_CHOICES)
    made = [_choice(heard, facts, index) for index in range(wanted)]
    return Planned(
        choices=tuple(choice for choice, _ in made),
        stopped_by=next((by for _, by in made if by), None),
        ponders=cues.given(cues.PONDER, calls.last_said(heard.turns)),
    )


def filtered(heard: Heard, words: Phrasebook) -> Refused | None:
    """The refusal of a request that is filtered before it is read, where the vendor does so.

    A vendor whose error `filtered` is known refuses the request; any other cuts the answer.
    """
    errors = words.facts.get("errors")
    known = isinstance(errors, Mapping) and "filtered" in errors
    asked = cues.given(cues.FILTER, calls.last_said(heard.turns))
    return words.refused("filtered") if known and asked else None


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
        valued = heard.dialect.name in _VALUED_CALLS
        return [_call(call, "" if valued else "{}") for call in wanted], "tool_call"
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


def _call(call: calls.Call, nothing: str) -> Part:
    """A call; `nothing` is the text of arguments where there are none."""
    empty = call.arguments == {}
    text = json.dumps(call.arguments, ensure_ascii=False, separators=(",", ":"))
    bare = empty and not nothing
    return Part(
        kind=Kind.TOOL_CALL,
        name=call.name,
        arguments=call.arguments,
        arguments_json=nothing if empty else text,
        arguments_state=ArgumentsState.EMPTY if bare else ArgumentsState.COMPLETE,
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


def spent(part: Part) -> int:
    """How many tokens a part costs; a call costs its name as well."""
    if part.kind is Kind.TOOL_CALL:
        return len(tokens.cut(f"{part.name}")) + len(tokens.cut(part.arguments_json))
    return len(tokens.cut(part.content))


def _limited(parts: list[Part], most: int | None, *, whole: bool) -> tuple[list[Part], bool]:
    """As many parts and tokens as fit, and whether anything was cut."""
    kept: list[Part] = []
    if most is None:
        return parts, False
    for part in parts:
        most -= spent(part)
        if most < 0:
            return [*kept, *_cut(part, -most, whole=whole)], True
        kept.append(part)
    return kept, False


def _cut(part: Part, over: int, *, whole: bool) -> list[Part]:
    """A part without its last tokens; none where nothing of it is left to say."""
    if part.kind is not Kind.TOOL_CALL:
        left = tokens.first(part.content, spent(part) - over)
        return [replace(part, content=left)] if left else []
    left = tokens.first(part.arguments_json, len(tokens.cut(part.arguments_json)) - over)
    if whole or not left:
        return []
    state = ArgumentsState.PARTIAL
    return [replace(part, arguments=None, arguments_json=left, arguments_state=state)]
