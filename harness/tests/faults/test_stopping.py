"""Faults of the finish reason change the word, its place, or how often it comes."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Stop
from streamgauge.exchange import Exchange
from streamgauge.faults import stopping
from streamgauge.faults.events import said
from streamgauge.faults.fault import Fault
from streamgauge.faults.members import members
from streamgauge.faults.spoken import each

CHAT = "written: chat: two choices"
CALLS = "written: chat: thoughts, text, two calls"
MESSAGES = "written: messages: text"
TOOLS = "written: messages: thinking, text, two calls"
GEMINI = "written: gemini: thoughts, text, two calls"
RESPONSES = "openai-responses/incomplete-says-why"


def spoil(fault: Fault, one, **options: Any) -> Exchange:
    return fault(one.exchange, one.setting, **options)


@pytest.mark.parametrize(
    ("fault", "name", "reasons"),
    [
        (stopping.drop_stop, CHAT, []),
        (stopping.drop_stop, MESSAGES, []),
        (stopping.drop_stop, GEMINI, []),
        (stopping.blank_stop, CHAT, []),
        (stopping.unknown_stop, CHAT, ["gone_home", "gone_home"]),
        (stopping.unknown_stop, GEMINI, ["gone_home"]),
        (stopping.failure_as_stop, CALLS, ["error"]),
        (stopping.failure_as_stop, GEMINI, ["MALFORMED_FUNCTION_CALL"]),
        (stopping.repeat_stop, CHAT, ["stop", "stop", "length"]),
        (stopping.repeat_stop, GEMINI, ["STOP", "STOP"]),
        (stopping.change_stop, CALLS, ["tool_calls", "content_filter"]),
        (stopping.change_stop, MESSAGES, ["end_turn", "pause_turn"]),
        (stopping.change_stop, GEMINI, ["STOP", "SAFETY"]),
        (stopping.stop_at_start, MESSAGES, ["end_turn", "end_turn"]),
        (stopping.deny_calls, CALLS, ["stop"]),
        (stopping.deny_calls, TOOLS, ["end_turn"]),
        (stopping.promise_calls, CHAT, ["tool_calls", "length"]),
        (stopping.promise_calls, MESSAGES, ["tool_use"]),
        (stopping.claim_cut, CHAT, ["length", "length"]),
        (stopping.claim_cut, GEMINI, ["MAX_TOKENS"]),
        (stopping.hide_cut, CHAT, ["stop", "stop"]),
        (stopping.hide_cut, "stopping: messages: call cut", ["end_turn"]),
    ],
)
def test_the_reasons_that_come(fault: Fault, name: str, reasons: list[str], good) -> None:
    one = good(name)
    assert [stop.raw for _, stop in each(spoil(fault, one), one.setting, Stop)] == reasons


@pytest.mark.parametrize(
    ("fault", "word"),
    [(stopping.drop_stop, None), (stopping.blank_stop, "")],
    ids=["null", "blank"],
)
def test_a_reason_of_chat_is_lost(fault: Fault, word: str | None, good) -> None:
    reasons = members(spoil(fault, good(CALLS)), "/choices/*/finish_reason")
    assert {one.value for one in reasons} == {None, word}


def test_reasons_before_the_end_are_blank(good) -> None:
    reasons = members(spoil(stopping.blank_reasons, good(CALLS)), "/choices/*/finish_reason")
    first, *inner, last = (one.value for one in reasons)
    assert (first, set(inner), last) == (None, {""}, "tool_calls")


@pytest.mark.parametrize("name", [CHAT, "naming: chat: two answers", GEMINI, MESSAGES])
def test_a_reason_that_comes_again_says_nothing_else(name: str, good) -> None:
    one = good(name)
    before = [event.json for event in said(one.exchange)]
    (more,) = [
        event.json for event in said(spoil(stopping.change_stop, one)) if event.json not in before
    ]
    assert "text" not in str(more).replace("parts", "")
    assert "content" not in more.get("candidates", [{}])[0]
    assert more.get("choices", [{"delta": {}}])[0]["delta"] == {}


def test_the_last_text_comes_with_the_reason(good) -> None:
    one = good("stopping: chat: whole")
    spoiled = spoil(stopping.text_in_finish_chunk, one)
    (choice,) = [
        found.value for found in members(spoiled, "/choices/*") if found.value["finish_reason"]
    ]
    assert choice["delta"] == {"content": "is picked by hand."}
    assert len(said(spoiled)) == len(said(one.exchange)) - 1


def test_nobody_learns_why_a_response_is_incomplete(good) -> None:
    found = members(spoil(stopping.lose_why, good(RESPONSES)), "/response/incomplete_details")
    assert {one.value for one in found} == {None}


@pytest.mark.parametrize(
    ("name", "sequence"), [("anthropic-messages/stop-sequence-met", None), (MESSAGES, "###")]
)
def test_a_stop_sequence_does_not_go_with_the_reason(name: str, sequence: str | None, good) -> None:
    found = members(spoil(stopping.spoil_stop_sequence, good(name)), "/delta/stop_sequence")
    assert [one.value for one in found] == [sequence]


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (stopping.drop_stop, RESPONSES),
        (stopping.blank_stop, MESSAGES),
        (stopping.failure_as_stop, MESSAGES),
        (stopping.repeat_stop, MESSAGES),
        (stopping.stop_at_start, CHAT),
        (stopping.deny_calls, MESSAGES),
        (stopping.promise_calls, CALLS),
        (stopping.promise_calls, TOOLS),
        (stopping.text_in_finish_chunk, MESSAGES),
        (stopping.lose_why, CHAT),
        (stopping.spoil_stop_sequence, CHAT),
        (stopping.claim_cut, RESPONSES),
        (stopping.hide_cut, MESSAGES),
    ],
)
def test_where_there_is_nothing_to_spoil_nothing_is(fault: Fault, name: str, good) -> None:
    one = good(name)
    assert spoil(fault, one) == one.exchange


def test_a_filtered_answer_of_chat_is_given_no_other_reason(good) -> None:
    one = good(CALLS)
    body = one.exchange.body.replace(
        b'"finish_reason":"tool_calls"', b'"finish_reason":"content_filter"'
    )
    filtered = Exchange(body=body)
    assert [stop.raw for _, stop in each(filtered, one.setting, Stop)] == ["content_filter"]
    assert stopping.change_stop(filtered, one.setting) is filtered
