"""Calls beside what the request offered and demanded."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.rule import Rule
from streamgauge.rules.tools.asked import (
    call_was_offered,
    forced_tool_was_called,
    no_call_when_none,
    parallel_as_asked,
)

_ = ...
CALL = "/choices/0/delta/tool_calls/0"
STOP = "/choices/0/finish_reason"
TOOLS = [{"type": "function", "function": {"name": "look"}}]
HOSTED = [*TOOLS, {"type": "web_search"}]
LOOK, FIND = (0, "call_a", "look", "{}"), (0, "call_a", "find", "{}")
LOOK_TWICE = [LOOK, (1, "call_b", "look", "{}")]
WORDS = {"content": "Hello."}
FORCED = {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "look"}}}
REQUIRED = {"tools": TOOLS, "tool_choice": "required"}


@pytest.mark.parametrize(
    ("rule", "request_", "chunks", "finish", "expected"),
    [
        pytest.param(call_was_offered, {"tools": TOOLS}, [LOOK], "tool_calls", [], id="offered"),
        pytest.param(
            call_was_offered, {"tools": TOOLS}, [FIND], "tool_calls", [(0, CALL, 1)], id="invented"
        ),
        pytest.param(
            call_was_offered, {"tools": HOSTED}, [FIND], "tool_calls", [], id="perhaps the vendor's"
        ),
        pytest.param(call_was_offered, {}, [FIND], "tool_calls", [], id="nothing offered"),
        pytest.param(forced_tool_was_called, FORCED, [LOOK], "stop", [], id="forced and called"),
        pytest.param(
            forced_tool_was_called, FORCED, [WORDS], "stop", [(1, STOP, 1)], id="forced, but words"
        ),
        pytest.param(
            forced_tool_was_called, FORCED, [FIND], "tool_calls", [(1, STOP, 1)], id="another tool"
        ),
        pytest.param(forced_tool_was_called, FORCED, [WORDS], "length", [], id="cut before it"),
        pytest.param(forced_tool_was_called, REQUIRED, [FIND], "tool_calls", [], id="any tool"),
        pytest.param(
            forced_tool_was_called, REQUIRED, [WORDS], "stop", [(1, STOP, 1)], id="required, words"
        ),
        pytest.param(
            forced_tool_was_called, {"tool_choice": "auto"}, [WORDS], "stop", [], id="free"
        ),
        pytest.param(
            parallel_as_asked, {"parallel_tool_calls": False}, [LOOK], "tool_calls", [], id="one"
        ),
        pytest.param(
            parallel_as_asked, {"parallel_tool_calls": False}, LOOK_TWICE, "tool_calls",
            [(1, CALL, 1)], id="two where one was allowed",
        ),
        pytest.param(
            parallel_as_asked, {"parallel_tool_calls": True}, LOOK_TWICE, "tool_calls", [],
            id="two where many were",
        ),
        pytest.param(no_call_when_none, {"tool_choice": "none"}, [WORDS], "stop", [], id="none"),
        pytest.param(
            no_call_when_none, {"tool_choice": "none"}, [LOOK], "tool_calls", [(0, CALL, 1)],
            id="a call although none",
        ),
        pytest.param(
            no_call_when_none, {"tool_choice": "auto"}, [LOOK], "tool_calls", [], id="auto"
        ),
    ],
)  # fmt: skip
def test_calls_go_with_the_request(
    *, chat: Any, places: Any, rule: Rule, request_: Any, chunks: Any, finish: str, expected: Any
) -> None:
    assert places(rule, chat(*chunks, finish=finish), request=request_) == expected


@pytest.mark.parametrize(
    "rule", [call_was_offered, forced_tool_was_called, parallel_as_asked, no_call_when_none]
)
def test_without_a_request_nothing_is_asked(chat: Any, court: Any, rule: Rule) -> None:
    outcome = court(rule, chat(LOOK))
    assert [one.reason for one in outcome.skipped] == ["no request is known"]


BLOCK = "/content_block"
NAMELESS = [(0, ..., ..., '{"a":'), (0, ..., ..., "1}")]


@pytest.mark.parametrize(
    ("rule", "request_", "expected"),
    [
        pytest.param(no_call_when_none, {"tool_choice": {"type": "none"}}, 1, id="none"),
        pytest.param(
            parallel_as_asked,
            {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
            5,
            id="one at a time",
        ),
    ],
)
def test_a_call_is_shown_where_it_began_and_not_at_its_first_piece(
    messages: Any, places: Any, rule: Rule, request_: Any, expected: int
) -> None:
    body = messages(("toolu_0", "look", ['{"a":', "1}"]), ("toolu_1", "look", ["{}"]))
    found = places(rule, body, "anthropic-messages", request=request_)
    assert found == [(expected, BLOCK, 2 if rule is no_call_when_none else 1)]


def test_a_call_without_name_and_id_is_shown_at_its_first_piece(chat: Any, places: Any) -> None:
    found = places(no_call_when_none, chat(WORDS, *NAMELESS), request={"tool_choice": "none"})
    assert found == [(1, None, 1)]


def test_a_required_call_in_messages(messages: Any, places: Any) -> None:
    request = {"tool_choice": {"type": "tool", "name": "find"}, "tools": [{"name": "find"}]}
    body = messages(("toolu_0", "look", ["{}"]))
    found = places(forced_tool_was_called, body, "anthropic-messages", request=request)
    assert found == [(4, "/delta/stop_reason", 1)]
