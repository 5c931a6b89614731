"""Faults of ids, models and times, and of how chat chunks are made up."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.faults import naming
from streamgauge.faults.events import said
from streamgauge.faults.fault import Fault
from streamgauge.faults.members import members

CHAT = "written: chat: thoughts, text, two calls"
RESPONSES = "written: responses: refusal"
MESSAGES = "written: messages: text"
GEMINI = "written: gemini: two candidates"


def values(fault: Fault, one, patterns: str) -> list[Any]:
    """What stands at some members once the fault was there."""
    return [found.value for found in members(fault(one.exchange, one.setting), patterns)]


@pytest.mark.parametrize(
    ("fault", "name", "pattern", "other"),
    [
        (naming.blank_answer_id, CHAT, "/id", ""),
        (naming.blank_answer_id, GEMINI, "/responseId", ""),
        (naming.blank_answer_id, MESSAGES, "/message/id", ""),
        (naming.change_answer_id, CHAT, "/id", "chatcmpl-0"),
        (naming.change_answer_id, RESPONSES, "/response/id", "resp_0"),
        (naming.change_model, CHAT, "/model", "m-1-mini"),
        (naming.change_model, GEMINI, "/modelVersion", "m-1-mini"),
        (naming.change_created, CHAT, "/created", 1700000001),
    ],
)
def test_one_event_says_another_thing(
    fault: Fault, name: str, pattern: str, other: object, good
) -> None:
    found = values(fault, good(name), pattern)
    assert found.count(other) == 1
    assert len(set(found)) == min(2, len(found))
    if fault is not naming.blank_answer_id:
        assert found[0] != other


def test_an_id_that_ends_in_zero_is_changed_too(good) -> None:
    one = good("openai-chat/two-answers-interleaved")
    assert set(values(naming.change_answer_id, one, "/id")) == {"chatcmpl-0", "chatcmpl-1"}


def test_all_events_have_one_foreign_id(good) -> None:
    found = values(naming.foreign_answer_id, good(CHAT), "/id")
    assert len(set(found)) == 1
    assert found[0].startswith("gw-")


def test_refusals_that_are_null_stand_beside_texts(good) -> None:
    one = good(CHAT)
    assert values(naming.null_increments, one, "/choices/*/delta/refusal") == [None] * 3


def test_what_is_null_is_left_out(good) -> None:
    one = good(CHAT)
    assert values(naming.lose_nulls, one, "/choices/*/finish_reason") == ["tool_calls"]
    assert values(naming.lose_nulls, one, "/choices/*/logprobs") == []


def test_two_answers_come_in_one_chunk(good) -> None:
    one = good("written: chat: two choices")
    found = values(naming.merge_choices, one, "/choices")
    assert sorted(len(choices) for choices in found) == [0] + [1] * 8 + [2]
    (both,) = [choices for choices in found if len(choices) == 2]
    assert {choice["index"] for choice in both} == {0, 1}


def test_a_thought_and_a_text_come_in_one_chunk(good) -> None:
    one = good(CHAT)
    spoiled = naming.merge_kinds(one.exchange, one.setting)
    deltas = [found.value for found in members(spoiled, "/choices/*/delta")]
    (both,) = [delta for delta in deltas if {"content", "reasoning_content"} <= delta.keys()]
    assert both["reasoning_content"].startswith("two words")
    assert both["content"].startswith("Tea")
    assert len(said(spoiled)) == len(said(one.exchange)) - 1


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (naming.change_answer_id, MESSAGES),
        (naming.change_created, RESPONSES),
        (naming.null_increments, MESSAGES),
        (naming.lose_nulls, GEMINI),
        (naming.merge_choices, CHAT),
        (naming.merge_kinds, "written: chat: two choices"),
    ],
)
def test_where_there_is_nothing_to_spoil_nothing_is(fault: Fault, name: str, good) -> None:
    one = good(name)
    assert fault(one.exchange, one.setting) == one.exchange
