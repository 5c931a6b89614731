"""What a vendor's chunks look like beside what they say, gathered from its facts.

Facts that hold members of a chunk are JSON texts, for TOML has no null (docs/vendors.md tells of
each). It must never know a vendor: a fact that is missing takes the base dialect's form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from streamgauge.dialects.dialect import Facts

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How one vendor dresses what it says; each member is the fact of that name.

    `first_delta` is None where the role rides on the first piece. The members called thinking
    stand in an answer that thinks, in addition or (`thinking_first`) instead.
    """

    opening: Json | None
    chunk: Json
    choice: Json
    first_delta: Json | None
    thinking_first: Json | None
    text_delta: Json
    thinking_delta: Json
    call_delta: Json
    call_piece: Json
    finish_delta: Json
    early_reason: bool
    reasoning: tuple[str, ...]
    reasoning_end: bool
    detail: Json
    call_members: tuple[str, ...]
    calls_whole: bool
    calls_on_finish: bool
    finish_repeated: bool


def shape_of(facts: Facts) -> Shape:
    """The shape that the facts describe."""
    first = facts.get("first-chunk-delta")
    return Shape(
        opening=_members(facts, "opening-chunk") or None,
        chunk=_members(facts, "chunk-members"),
        choice=_members(facts, "choice-members"),
        first_delta=None if first == "none" else _members(facts, "first-chunk-delta", _FIRST),
        thinking_first=_members(facts, "thinking-first-delta") or None,
        text_delta=_members(facts, "text-delta-members"),
        thinking_delta=_members(facts, "thinking-delta-members"),
        call_delta=_members(facts, "call-delta-members"),
        call_piece=_members(facts, "call-piece-members"),
        finish_delta=_members(facts, "finish-chunk-delta"),
        early_reason=facts.get("early-finish-reason") != "absent",
        reasoning=_spoken(facts),
        reasoning_end=facts.get("reasoning-end") == "empty-piece",
        detail=_members(facts, "reasoning-detail-members"),
        call_members=_names(facts.get("call-members"), ("index", "id", "type")),
        calls_whole=facts.get("tool-arguments") == "whole",
        calls_on_finish=facts.get("calls-on-finish") is True,
        finish_repeated=facts.get("finish-repeated") is True,
    )


_FIRST: Mapping[str, object] = {"role": "assistant", "content": ""}


def _members(facts: Facts, name: str, default: Mapping[str, object] | None = None) -> Json:
    text = facts.get(name)
    value = json.loads(text) if isinstance(text, str) else None
    return value if isinstance(value, dict) else dict(default or {})


def _names(value: object, default: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(value, list):
        return default
    return tuple(name for name in value if isinstance(name, str))


def _spoken(facts: Facts) -> tuple[str, ...]:
    """The members that carry reasoning: the first of them, or all where the vendor repeats it."""
    fields = _names(facts.get("reasoning-fields"), ("reasoning_content",))
    return fields if facts.get("reasoning-repeated") is True else fields[:1]
