"""Finish reasons as words: there, known, not empty, once, at their place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.rules.stop.reasons import (
    finish_reason_comes,
    finish_reason_is_known,
    finish_reason_not_blank,
    finish_reason_once,
    finish_reasons_agree,
    incomplete_says_why,
    no_reason_at_start,
)

REASON = "/choices/0/finish_reason"
ROLE = ({"role": "assistant", "content": ""}, None)
HI = ({"content": "Hi."}, None)
STOP = ({}, "stop")
OTHER = {"index": 1, "delta": {"content": "Ho."}, "finish_reason": None}


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([ROLE, HI, STOP], [], id="it comes"),
        pytest.param([ROLE, HI], [(2, None, 1)], id="only the sentinel comes"),
        pytest.param([[HI, OTHER], STOP], [(2, None, 1)], id="one of two answers has none"),
        pytest.param([[HI, OTHER], STOP, {**OTHER, "finish_reason": "stop"}], [], id="both do"),
    ],
)
def test_finish_reason_comes(chat: Any, places: Any, chunks: Any, expected: list[Any]) -> None:
    assert places(finish_reason_comes, chat(*chunks)) == expected


def test_finish_reason_of_a_cut_stream_is_not_asked_for(chat: Any, court: Any) -> None:
    outcome = court(finish_reason_comes, chat(ROLE, HI, end=""))
    assert [one.reason for one in outcome.skipped] == ["the stream did not reach its end"]


def test_finish_reason_comes_in_messages(messages: Any, places: Any) -> None:
    text = {"type": "text", "text": "Hi."}
    good, bad = messages(text, stop_reason="end_turn"), messages(text)
    assert places(finish_reason_comes, good, "anthropic-messages") == []
    assert places(finish_reason_comes, bad, "anthropic-messages") == [(3, None, 1)]


@pytest.mark.parametrize(
    ("reason", "facts", "expected"),
    [
        ("stop", {}, []),
        ("tool_calls", {}, []),
        ("network_error", {}, []),
        ("finished", {}, [(1, REASON, 1)]),
        ("null", {}, [(1, REASON, 1)]),
        (7, {}, [(1, REASON, 1)]),
        ("finished", {"finish-reasons": ["finished"]}, []),
        ("finished", {"finish-reasons": {"finished": "stop"}}, []),
        ("finished", {"finish-reasons": 7}, [(1, REASON, 1)]),
    ],
)
def test_finish_reason_is_known(
    chat: Any, places: Any, reason: object, facts: dict[str, object], expected: list[Any]
) -> None:
    assert places(finish_reason_is_known, chat(HI, ({}, reason)), facts=facts) == expected


@pytest.mark.parametrize(
    ("word", "count"), [("STOP", 0), ("MALFORMED_RESPONSE", 0), ("OTHER", 0), ("DONE", 1)]
)
def test_finish_reason_is_known_in_gemini(places: Any, word: str, count: int) -> None:
    value = {"candidates": [{"content": {"parts": [{"text": "Hi."}]}, "finishReason": word}]}
    body = f"data: {json.dumps(value)}\n\n".encode()
    assert len(places(finish_reason_is_known, body, "gemini")) == count


def test_finish_reason_not_blank(chat: Any, places: Any) -> None:
    assert places(finish_reason_not_blank, chat(HI, STOP)) == []
    blank = [({"content": letter}, "") for letter in "Hello, you."]
    assert places(finish_reason_not_blank, chat(*blank, STOP)) == [(0, REASON, 11)]


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([HI, STOP], [], id="once"),
        pytest.param([HI, STOP, STOP], [(2, REASON, 1)], id="twice"),
        pytest.param(
            [*[({"content": c}, "stop") for c in "Hello."]], [(1, REASON, 5)], id="always"
        ),
        pytest.param([HI, STOP, ({}, "length")], [], id="another reason is another rule's matter"),
        pytest.param([[STOP, {**OTHER, "finish_reason": "stop"}]], [], id="once in each answer"),
    ],
)
def test_finish_reason_once(chat: Any, places: Any, chunks: Any, expected: list[Any]) -> None:
    assert places(finish_reason_once, chat(*chunks)) == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([HI, STOP, STOP], [], id="the same again"),
        pytest.param([HI, ({}, "tool_calls"), STOP], [(2, REASON, 1)], id="another"),
        pytest.param([[STOP, {**OTHER, "finish_reason": "length"}]], [], id="of two answers"),
    ],
)
def test_finish_reasons_agree(chat: Any, places: Any, chunks: Any, expected: list[Any]) -> None:
    assert places(finish_reasons_agree, chat(*chunks)) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ({}, []),
        ({"stop_reason": "end_turn"}, [(0, "/message/stop_reason", 1)]),
        ({"stop_reason": ""}, [(0, "/message/stop_reason", 1)]),
        ({"stop_reason": "end_turn", "content": [{"type": "text", "text": "Hi."}]}, []),
    ],
    ids=["null", "a reason", "an empty text", "a whole message"],
)
def test_no_reason_at_start(
    messages: Any, places: Any, start: dict[str, object], expected: list[Any]
) -> None:
    body = messages(start=start, stop_reason="end_turn")
    assert places(no_reason_at_start, body, "anthropic-messages") == expected


def test_a_reason_at_the_start_is_told_once(messages: Any, places: Any) -> None:
    body = messages(start={"stop_reason": ""}, stop_reason="end_turn")
    assert places(finish_reason_is_known, body, "anthropic-messages") == []
    assert places(finish_reasons_agree, body, "anthropic-messages") == []


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"reason": "max_output_tokens"}, []),
        ({"reason": "steered"}, []),
        ({}, [(0, "/response", 1)]),
        (None, [(0, "/response", 1)]),
    ],
)
def test_incomplete_says_why(places: Any, details: object, expected: list[Any]) -> None:
    response = {"id": "resp_0", "status": "incomplete", "incomplete_details": details, "output": []}
    value = json.dumps({"type": "response.incomplete", "response": response})
    body = f"event: response.incomplete\ndata: {value}\n\n".encode()
    assert places(incomplete_says_why, body, "openai-responses") == expected
    assert places(finish_reason_is_known, body, "openai-responses") == []
