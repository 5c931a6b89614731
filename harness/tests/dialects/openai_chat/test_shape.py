"""Facts describe what a vendor's chunks look like; without them they have the base form."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.openai_chat import DIALECT
from streamgauge.dialects.openai_chat.shape import shape_of
from streamgauge.pipeline import profiles

MEMBERS = {
    "opening-chunk": "opening",
    "chunk-members": "chunk",
    "choice-members": "choice",
    "first-chunk-delta": "first_delta",
    "thinking-first-delta": "thinking_first",
    "text-delta-members": "text_delta",
    "thinking-delta-members": "thinking_delta",
    "call-delta-members": "call_delta",
    "call-piece-members": "call_piece",
    "finish-chunk-delta": "finish_delta",
    "reasoning-detail-members": "detail",
}


@pytest.mark.parametrize(("fact", "member"), MEMBERS.items(), ids=list(MEMBERS))
def test_a_text_of_json_becomes_members(fact: str, member: str) -> None:
    assert getattr(shape_of({fact: '{"a": null}'}), member) == {"a": None}


def test_without_facts_the_role_comes_alone_and_nothing_is_added() -> None:
    shape = shape_of({})
    assert shape.first_delta == {"role": "assistant", "content": ""}
    assert (shape.opening, shape.thinking_first) == (None, None)
    assert (shape.chunk, shape.choice, shape.text_delta, shape.finish_delta) == ({}, {}, {}, {})
    assert shape.early_reason
    assert not shape.calls_whole


def test_a_role_that_rides_on_the_first_piece_has_no_chunk() -> None:
    assert shape_of({"first-chunk-delta": "none"}).first_delta is None


HABITS = {
    # Fact: what it may say, the member, and what the member is then and without the fact.
    "early-finish-reason": ("absent", "early_reason", False, True),
    "reasoning-end": ("empty-piece", "reasoning_end", True, False),
    "tool-arguments": ("whole", "calls_whole", True, False),
    "calls-on-finish": (True, "calls_on_finish", True, False),
    "finish-repeated": (True, "finish_repeated", True, False),
    "call-members": (["id"], "call_members", ("id",), ("index", "id", "type")),
}


@pytest.mark.parametrize("fact", HABITS)
def test_a_habit_is_there_with_its_fact_alone(fact: str) -> None:
    value, member, with_fact, without = HABITS[fact]
    assert getattr(shape_of({fact: value}), member) == with_fact
    assert getattr(shape_of({}), member) == without
    assert getattr(shape_of({fact: False}), member) == without


FIELDS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, ("reasoning_content",)),
    ({"reasoning-fields": ["reasoning", "reasoning_content"]}, ("reasoning",)),
    ({"reasoning-fields": []}, ()),
    (
        {"reasoning-fields": ["reasoning", "reasoning_details"], "reasoning-repeated": True},
        ("reasoning", "reasoning_details"),
    ),
]


@pytest.mark.parametrize(("facts", "fields"), FIELDS, ids=["unknown", "first", "none", "repeated"])
def test_reasoning_travels_in_the_first_field_or_in_all(
    facts: dict[str, Any], fields: tuple[str, ...]
) -> None:
    assert shape_of(facts).reasoning == fields


@pytest.mark.parametrize("vendor", [profile.slug for profile in profiles()])
def test_every_text_of_json_in_a_profile_is_an_object(vendor: str) -> None:
    facts = next(p for p in profiles() if p.slug == vendor).narrowed(DIALECT.name).facts
    shape = shape_of(facts)
    for fact, member in MEMBERS.items():
        if fact in facts and facts[fact] not in ("none", "{}"):
            assert getattr(shape, member), fact
