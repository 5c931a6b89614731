"""Chunks against their schemas: by pointer and keyword, with a vendor's overlays."""

from __future__ import annotations

import pytest

from streamgauge import data
from streamgauge.rules.case import Violation
from streamgauge.schema import chunk_check, composed

CHAT = "openai-chat"
GOOD = {
    "id": "i",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}],
}


def violations(value: object, *overlays: str) -> set[tuple[str, str]]:
    return {(one.pointer, one.keyword) for one in chunk_check(CHAT, overlays)(value)}


def test_a_good_chunk_has_none() -> None:
    assert violations(GOOD) == set()


def test_a_violation_points_and_names_its_keyword() -> None:
    assert violations({**GOOD, "created": "1"}) == {("/created", "type")}
    assert violations({**GOOD, "object": "chat"}) == {("/object", "const")}


def test_a_pointer_is_escaped() -> None:
    found = chunk_check("gemini", ())({"candidates": [{"content": {"parts": [{"text": 7}]}}]})
    assert "/candidates/0/content/parts/0/text" in {one.pointer for one in found}


def test_overlays_replace_definitions_of_their_own_dialect_only() -> None:
    name = "chat-object-absent"
    without = {key: value for key, value in GOOD.items() if key != "object"}
    assert violations(without)
    assert violations(without, name, "gemini-open-enums") == set()


def test_a_later_overlay_wins_and_the_base_stays_as_it_was() -> None:
    before = data.schema(f"{CHAT}.chunk")
    names = [
        n.removeprefix("overlays/") for n in data.schema_names() if n.startswith("overlays/chat-")
    ]
    assert composed(CHAT, tuple(names)) != before
    assert data.schema(f"{CHAT}.chunk") == before


def test_half_a_surrogate_pair_is_checked_as_text() -> None:
    assert violations({**GOOD, "model": "\ud83d"}) == set()
    assert violations({**GOOD, "\udc00": 1, "created": ["\ud83d"]}) == {("/created", "type")}


@pytest.mark.parametrize("value", [None, 7, "a", [], {}, {"choices": [None]}, {"choices": 10**30}])
def test_any_value_is_checked(value: object) -> None:
    for one in chunk_check(CHAT, ())(value):
        assert isinstance(one, Violation)
        assert "\n" not in one.says
        assert len(one.says) <= 200
