"""Where usage stands follows from the facts and from what was asked."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from streamgauge.dialects.openai_chat.places import places_of
from streamgauge.prompt import Asked
from tests.dialects.openai_chat.spoken import facts_of


def placed(facts: Any, *, usage: bool) -> set[str]:
    places = dataclasses.asdict(places_of(facts, Asked(include_usage=usage)))
    return {name for name, holds in places.items() if holds and name != "null_between"}


KNOWN = [
    ("unknown", {"own_chunk"}, set()),
    ("openai", {"own_chunk"}, set()),
    ("moonshot", {"choice", "own_chunk"}, {"choice"}),
    ("zhipu", {"finish_chunk"}, set()),
    ("deepseek", {"finish_chunk"}, {"finish_chunk"}),
    ("groq", {"beside", "finish_chunk", "own_chunk"}, {"beside", "finish_chunk"}),
    ("openrouter", {"after_finish"}, {"after_finish"}),
    ("perplexity", {"every_chunk", "finish_chunk"}, {"every_chunk", "finish_chunk"}),
]


@pytest.mark.parametrize(("vendor", "asked", "unasked"), KNOWN, ids=[v for v, *_ in KNOWN])
def test_a_vendor_has_its_places(vendor: str, asked: set[str], unasked: set[str]) -> None:
    assert placed(facts_of(vendor), usage=True) == asked
    assert placed(facts_of(vendor), usage=False) == unasked


BETWEEN = [(None, True, False), ("null", True, True), ("absent", False, False)]


@pytest.mark.parametrize(("fact", "asked", "unasked"), BETWEEN, ids=["unsaid", "null", "absent"])
def test_what_stands_between(fact: str | None, asked: bool, unasked: bool) -> None:
    facts = {} if fact is None else {"usage-between": fact}
    assert places_of(facts, Asked(include_usage=True)).null_between is asked
    assert places_of(facts, Asked()).null_between is unasked
