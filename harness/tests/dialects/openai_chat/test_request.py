"""What a chat request asked for; a member of the wrong type counts as not said."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.openai_chat.request import request
from streamgauge.prompt import Asked, Tool

ROWS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a stream": ({"stream": True}, {"stream": True}),
    "no stream": ({}, {"stream": False}),
    "a stream that is no flag": ({"stream": "true"}, {"stream": False}),
    "a model": ({"model": "m"}, {"model": "m"}),
    "usage": ({"stream_options": {"include_usage": True}}, {"include_usage": True}),
    "a tool": (
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"a": 1}}}]},
        {"tools": (Tool(name="f", parameters={"a": 1}),), "offers_server_tools": False},
    ),
    "a custom tool": (
        {"tools": [{"type": "custom", "custom": {"name": "f"}}]},
        {"tools": (Tool(name="f"),), "offers_server_tools": False},
    ),
    "a tool of the vendor": ({"tools": [{"type": "web_search"}]}, {"offers_server_tools": True}),
    "tools of the wrong type": ({"tools": ["f", {"function": {"name": 7}}]}, {"tools": ()}),
    "a free choice": ({"tool_choice": "auto"}, {"tool_choice": "auto", "forced_tool": None}),
    "a forced tool": (
        {"tool_choice": {"type": "function", "function": {"name": "f"}}},
        {"tool_choice": "f", "forced_tool": "f"},
    ),
    "one call at a time": ({"parallel_tool_calls": False}, {"parallel_tools": False}),
    "several choices": ({"n": 3}, {"choices": 3}),
    "choices that are a flag": ({"n": True}, {"choices": None}),
    "a limit": ({"max_tokens": 5}, {"max_tokens": 5}),
    "the newer limit wins": ({"max_tokens": 5, "max_completion_tokens": 6}, {"max_tokens": 6}),
    "a stop": ({"stop": "x"}, {"stop_sequences": ("x",)}),
    "several stops": ({"stop": ["x", 7, "y"]}, {"stop_sequences": ("x", "y")}),
    "probabilities": ({"logprobs": True, "top_logprobs": 2}, {"logprobs": True, "top_logprobs": 2}),
    "thinking": ({"thinking": {"type": "enabled"}}, {"thinking": True}),
    "thoughts kept": (
        {"thinking": {"type": "enabled", "keep": "all"}},
        {"thinking": True, "extra": {"thinking_keep": "all"}},
    ),
    "no thinking": ({"thinking": {"type": "disabled"}}, {"thinking": False}),
    "thinking as a flag": ({"enable_thinking": True}, {"thinking": True}),
    "JSON": ({"response_format": {"type": "json_schema"}}, {"json_output": True}),
    "text": ({"response_format": {"type": "text"}}, {"json_output": False}),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_request_says_what_it_wants(name: str) -> None:
    value, members = ROWS[name]
    asked = request(value)
    assert {member: getattr(asked, member) for member in members} == members


@pytest.mark.parametrize("value", [None, [], "a", 7])
def test_what_is_no_request_says_nothing(value: object) -> None:
    assert request(value) == Asked()


def test_a_member_of_the_wrong_type_is_not_said() -> None:
    odd = {key: [{}] for key in ("model", "n", "tool_choice", "stop", "thinking", "logprobs")}
    assert request({**odd, "tools": 7, "response_format": "json"}) == Asked(
        stream=False, include_usage=False
    )
