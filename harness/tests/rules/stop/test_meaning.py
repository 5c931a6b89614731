"""Finish reasons as claims: whether what they say of the answer is so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.rules.stop.meaning import (
    finish_chunk_is_bare,
    length_fits_limit,
    reason_is_not_a_failure,
    stop_sequence_agrees,
    tool_call_means_tool_reason,
    tool_reason_means_call,
)

REASON = "/choices/0/finish_reason"
HI = ({"content": "Hi."}, None)
CALL = {
    "index": 0,
    "id": "call_a",
    "type": "function",
    "function": {"name": "look", "arguments": "{}"},
}
CALLS = ({"tool_calls": [CALL]}, None)
USE = {"type": "tool_use", "id": "toolu_0", "name": "look", "input": {}}
HOSTED = {"type": "server_tool_use", "id": "srv_0", "name": "web_search", "input": {}}
TEXT = {"type": "text", "text": "Hi."}


@pytest.mark.parametrize(
    ("finish", "request_", "expected"),
    [
        ("tool_calls", None, []),
        ("function_call", None, []),
        ("length", None, []),
        ("stop", None, [(1, REASON, 1)]),
        ("stop", {"tool_choice": "required"}, [(1, REASON, 1)]),
        ("stop", {"tool_choice": {"type": "function", "function": {"name": "look"}}}, []),
    ],
    ids=["said", "said in the old word", "cut", "not said", "required", "forced by name"],
)
def test_tool_call_means_tool_reason(
    chat: Any, places: Any, finish: str, request_: Any, expected: list[Any]
) -> None:
    body = chat(CALLS, ({}, finish))
    assert places(tool_call_means_tool_reason, body, request=request_) == expected


@pytest.mark.parametrize(
    ("block", "stop", "expected"),
    [
        (USE, "tool_use", []),
        (USE, "end_turn", [(3, "/delta/stop_reason", 1)]),
        (USE, "max_tokens", []),
        (HOSTED, "end_turn", []),
        (TEXT, "end_turn", []),
    ],
)
def test_tool_call_means_tool_reason_in_messages(
    messages: Any, places: Any, block: Any, stop: str, expected: list[Any]
) -> None:
    body = messages(block, stop_reason=stop)
    assert places(tool_call_means_tool_reason, body, "anthropic-messages") == expected


def test_tool_reason_means_call(chat: Any, places: Any) -> None:
    assert places(tool_reason_means_call, chat(CALLS, ({}, "tool_calls"))) == []
    assert places(tool_reason_means_call, chat(HI, ({}, "stop"))) == []
    assert places(tool_reason_means_call, chat(HI, ({}, "tool_calls"))) == [(1, REASON, 1)]
    empty = ({"tool_calls": []}, "tool_calls")
    assert places(tool_reason_means_call, chat(HI, empty)) == [(1, REASON, 1)]


@pytest.mark.parametrize(("block", "count"), [(USE, 0), (HOSTED, 0), (TEXT, 1)])
def test_tool_reason_means_call_in_messages(
    messages: Any, places: Any, block: Any, count: int
) -> None:
    body = messages(block, stop_reason="tool_use")
    assert len(places(tool_reason_means_call, body, "anthropic-messages")) == count


@pytest.mark.parametrize(
    ("delta", "facts", "expected"),
    [
        ({}, {}, []),
        ({"content": ""}, {}, []),
        ({"role": "assistant", "content": None}, {}, []),
        ({"content": "!"}, {}, [(1, "/choices/0/delta", 1)]),
        (CALLS[0], {}, [(1, "/choices/0/delta", 1)]),
        ({"content": ""}, {"finish-chunk-delta": "{}"}, [(1, "/choices/0/delta", 1)]),
        ({}, {"finish-chunk-delta": "{}"}, []),
    ],
)
def test_finish_chunk_is_bare(
    chat: Any, places: Any, delta: Any, facts: dict[str, object], expected: list[Any]
) -> None:
    assert places(finish_chunk_is_bare, chat(HI, (delta, "stop")), facts=facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [({}, "nothing said in it"), ({"finish-chunk-delta": "{}"}, "an empty delta")],
)
def test_what_the_last_chunk_should_be_is_told(
    chat: Any, court: Any, facts: dict[str, object], expected: str
) -> None:
    body = chat(HI, ({"content": "!"}, "stop"))
    (finding,) = court(finish_chunk_is_bare, body, facts=facts).findings
    assert (finding.expected, finding.got) == (expected, "content")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("stop", []),
        ("content_filter", []),
        ("network_error", [(1, REASON, 1)]),
        ("engine_overloaded", [(1, REASON, 1)]),
    ],
)
def test_reason_is_not_a_failure(chat: Any, places: Any, reason: str, expected: list[Any]) -> None:
    assert places(reason_is_not_a_failure, chat(HI, ({}, reason))) == expected


def test_a_failure_that_the_stream_states_is_not_told_twice(chat: Any, places: Any) -> None:
    error = f"data: {json.dumps({'error': {'message': 'no'}, 'choices': []})}\n\n"
    body = chat(HI, ({}, "error"), end=error)
    assert places(reason_is_not_a_failure, body) == []


@pytest.mark.parametrize(
    ("delta", "request_", "expected"),
    [
        ({"stop_reason": "end_turn", "stop_sequence": None}, None, []),
        ({"stop_reason": "end_turn"}, None, []),
        ({"stop_reason": "stop_sequence", "stop_sequence": "END"}, None, []),
        (
            {"stop_reason": "stop_sequence", "stop_sequence": None},
            None,
            [(1, "/delta/stop_sequence", 1)],
        ),
        ({"stop_reason": "stop_sequence"}, None, [(1, "/delta/stop_reason", 1)]),
        (
            {"stop_reason": "end_turn", "stop_sequence": "END"},
            None,
            [(1, "/delta/stop_sequence", 1)],
        ),
        (
            {"stop_reason": "stop_sequence", "stop_sequence": "END"},
            {"stop_sequences": ["END", "###"]},
            [],
        ),
        (
            {"stop_reason": "stop_sequence", "stop_sequence": "END"},
            {"stop_sequences": ["###"]},
            [(1, "/delta/stop_sequence", 1)],
        ),
    ],
)
def test_stop_sequence_agrees(
    messages: Any, places: Any, delta: Any, request_: Any, expected: list[Any]
) -> None:
    body = messages(**delta)
    assert places(stop_sequence_agrees, body, "anthropic-messages", request=request_) == expected


@pytest.mark.parametrize(
    ("limit", "used", "reasoning", "finish", "says"),
    [
        (100, 100, 0, "length", []),
        (100, 96, 0, "length", []),
        (100, 40, 0, "length", ["the answer was cut for its length well below the limit"]),
        (100, 40, 0, "stop", []),
        (100, 140, 0, "stop", ["the answer is longer than the request allows"]),
        (100, 140, 60, "stop", []),
        (None, 40, 0, "length", []),
        (100, None, 0, "length", []),
    ],
)
def test_length_fits_limit(
    *,
    chat: Any,
    court: Any,
    limit: int | None,
    used: int | None,
    reasoning: int,
    finish: str,
    says: list[str],
) -> None:
    details = {"reasoning_tokens": reasoning}
    usage = {"completion_tokens": used, "completion_tokens_details": details}
    request = {} if limit is None else {"max_tokens": limit}
    body = chat(HI, ({}, finish), usage=usage)
    outcome = court(length_fits_limit, body, request=request)
    assert [one.says for one in outcome.findings] == says
    assert not outcome.skipped
