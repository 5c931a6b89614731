"""Messages of chat/completions, and how they read once a vendor has said them.

Forced away: reasoning where the vendor has no member for it, and the border between two texts
that then stand side by side; counts that the vendor's usage has no place for; ids of calls
where the vendor sends none. A refusal is no reason to stop here: it reads `stop`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts, Voice, WireEvent
from streamgauge.dialects.openai_chat import counters
from streamgauge.dialects.openai_chat.chances import entries
from streamgauge.dialects.openai_chat.fit import fit
from streamgauge.dialects.openai_chat.places import places_of
from streamgauge.dialects.openai_chat.shape import Shape, shape_of
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.strategies.arranging import changed, mixed
from streamgauge.strategies.composing import Tongue, joined, read_call
from streamgauge.strategies.lots import Lots
from streamgauge.strategies.voicing import Speaker

_NEUTRAL = {"length": "length", "tool_calls": "tool_call", "content_filter": "content_filter"}


def dress(_: Lots, parts: tuple[Part, ...], speaker: Speaker, choice: str) -> tuple[Part, ...]:
    """Calls get ids of the vendor's form; one without arguments says `{}`, as the API does."""
    return tuple(
        replace(
            part, id=speaker.id("tool", f"{choice}-tool-{at}", name=part.name), **_spelled(part)
        )
        if part.kind is Kind.TOOL_CALL
        else part
        for at, part in enumerate(parts)
    )


def _spelled(part: Part) -> dict[str, Any]:
    return {"arguments_json": part.arguments_json or "{}"}


def arrange(
    lots: Lots, events: Sequence[WireEvent], message: Message, speaker: Speaker
) -> Sequence[WireEvent]:
    """Calls of one choice now and then come in turns, where they are told apart by an index."""
    shape = shape_of(speaker.facts)
    whole = shape.calls_whole or shape.calls_on_finish or "index" not in shape.call_members
    several = any(
        sum(part.kind is Kind.TOOL_CALL for part in choice.parts) > 1 for choice in message.choices
    )
    if whole or not several or _IN_A_ROW in speaker.rules or not lots.rarely(2):
        return events
    return changed(events, lambda told: _in_turns(lots, told))


def _in_turns(lots: Lots, told: list[Any]) -> list[Any]:
    """Only deltas change places: counts and whatever else a chunk says stay in their order."""
    places: dict[int, list[int]] = {}
    for at, chunk in enumerate(told):
        for choice in chunk.get("choices", ())[:1]:
            if choice["delta"].get("tool_calls"):
                places.setdefault(choice["index"], []).append(at)
    for ours in places.values():
        deltas = [told[at]["choices"][0]["delta"] for at in ours]
        moved = mixed(lots, deltas, lambda delta: delta["tool_calls"][0]["index"])
        for at, delta in zip(ours, moved, strict=True):
            told[at]["choices"][0]["delta"] = delta
    return told


def heard(message: Message, voice: Voice) -> Message:
    """The message as it reads."""
    shape = shape_of(voice.facts)
    fitted = fit(message, voice, shape)
    choices = tuple(_choice(choice, shape, voice) for choice in fitted.choices)
    return replace(fitted, choices=choices, usage=_usage(message.usage, voice))


def _choice(choice: Choice, shape: Shape, voice: Voice) -> Choice:
    neutral = {**_NEUTRAL, **_own_words(voice.facts)}
    return replace(
        choice,
        parts=joined([*_parts(choice, shape, voice)]),
        finish_reason=neutral.get(str(choice.raw_finish_reason), "stop"),
    )


def _own_words(facts: Facts) -> dict[str, str]:
    words = facts.get("finish-words")
    return {str(raw): neutral for neutral, raw in words.items()} if isinstance(words, dict) else {}


def _parts(choice: Choice, shape: Shape, voice: Voice) -> Iterator[Part]:
    # Whole calls on the last chunk come after whatever else was said.
    late = shape.calls_on_finish
    parts = sorted(choice.parts, key=lambda part: late and part.kind is Kind.TOOL_CALL)
    calls = 0
    for part in parts:
        if part.kind is Kind.TOOL_CALL:
            index = calls if "index" in shape.call_members else None
            id = part.id if "id" in shape.call_members else None
            yield read_call(part, id=id, index=index)
            calls += 1
        elif part.kind is Kind.REASONING:
            yield Part(kind=part.kind, content=part.content, field=_field(shape))
        else:
            yield Part(kind=part.kind, content=part.content, logprobs=_chances(part, voice))


def _chances(part: Part, voice: Voice) -> tuple[object, ...]:
    member = "content" if part.kind is Kind.TEXT else "refusal"
    told = entries(voice.pieces(part.content), voice.asked, member)
    said = None if told is None else told[member]
    return tuple(said) if isinstance(said, list) else ()


def _field(shape: Shape) -> str:
    """The member that is read of those that carry the same reasoning."""
    for name in ("reasoning_content", "reasoning"):
        if name in shape.reasoning:
            return name
    return "content.thinking" if "content" in shape.reasoning else shape.reasoning[0]


def _usage(spent: UsageTotals | None, voice: Voice) -> UsageTotals | None:
    """The counts that the vendor has members for, where it counts at all."""
    places = places_of(voice.facts, voice.asked)
    sent = any((places.choice, places.finish_chunk, places.after_finish, places.own_chunk))
    if spent is None or not (sent or places.beside):
        return None
    said = counters.counted(spent, voice.facts)
    raw = said.pop("usage")
    assert isinstance(raw, dict)
    return replace(
        spent,
        reasoning_tokens=_said(spent.reasoning_tokens, voice.facts, "reasoning-counters"),
        cache_read_tokens=_said(spent.cache_read_tokens, voice.facts, "cache-counters"),
        cache_write_tokens=(
            spent.cache_write_tokens if "cache-write-counter" in voice.facts else None
        ),
        raw={**raw, **said},
    )


def _said(count: int | None, facts: Facts, name: str) -> int | None:
    """A count as it reads: nothing where the vendor has no member, zero where it always has one."""
    named = facts.get(name)
    if not isinstance(named, list):
        return count
    return (count or 0) if named else None


_IN_A_ROW = "tools/calls-not-interleaved"
"""Asked of vendors more strictly than of others where the profile has a word on it."""

TONGUE = Tongue(
    stops=("stop", "length", "content_filter"),
    choices=True,
    mixes=False,
    cuts=True,
    name=lambda speaker: speaker.id("message", "message"),
    dress=dress,
    heard=heard,
    arrange=arrange,
)
