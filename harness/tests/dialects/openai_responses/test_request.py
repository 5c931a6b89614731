"""What a request to the Responses API asks for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.dialects.openai_responses.request import request
from streamgauge.prompt import Asked, Tool

SCHEMA = {"type": "object"}

REQUESTS: dict[str, tuple[object, dict[str, Any]]] = {
    "nothing said": ({}, {}),
    "no object": ([], {}),
    "a stream of a model": ({"stream": True, "model": "m"}, {"stream": True, "model": "m"}),
    "a function": (
        {"tools": [{"type": "function", "name": "f", "parameters": SCHEMA}]},
        {"tools": (Tool(name="f", parameters=SCHEMA),)},
    ),
    "a function nested as in chat": (
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": SCHEMA}}]},
        {"tools": (Tool(name="f", parameters=SCHEMA),)},
    ),
    "a custom tool": (
        {"tools": [{"type": "custom", "name": "sql"}]},
        {"tools": (Tool(name="sql"),)},
    ),
    "a hosted tool": ({"tools": [{"type": "web_search"}]}, {"offers_server_tools": True}),
    "a forced function": (
        {"tool_choice": {"type": "function", "name": "f"}},
        {
            "tool_choice": "f",
            "forced_tool": "f",
            "extra": {"tool_choice": {"type": "function", "name": "f"}},
        },
    ),
    "a forced hosted tool": (
        {"tool_choice": {"type": "web_search"}},
        {"tool_choice": "required", "extra": {"tool_choice": {"type": "web_search"}}},
    ),
    "allowed tools": (
        {"tool_choice": {"type": "allowed_tools", "mode": "auto"}},
        {
            "tool_choice": "auto",
            "extra": {"tool_choice": {"type": "allowed_tools", "mode": "auto"}},
        },
    ),
    "limits and switches": (
        {"max_output_tokens": 5, "parallel_tool_calls": False, "top_logprobs": 2},
        {"max_tokens": 5, "parallel_tools": False, "top_logprobs": 2},
    ),
    "probabilities": (
        {"include": ["message.output_text.logprobs"]},
        {"logprobs": True, "extra": {"include": ["message.output_text.logprobs"]}},
    ),
    "thinking": ({"reasoning": {"effort": "high"}}, {"thinking": True}),
    "no thinking": ({"reasoning": {"effort": "none"}}, {"thinking": False}),
    "JSON": ({"text": {"format": {"type": "json_schema"}}}, {"json_output": True}),
    "plain text": ({"text": {"format": {"type": "text"}}}, {"json_output": False}),
    "wrong types read as not said": (
        {"stream": 1, "model": 2, "tools": {}, "tool_choice": 3, "max_output_tokens": "5"},
        {"extra": {"tool_choice": 3}},
    ),
}


@pytest.mark.parametrize(("value", "asked"), REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request_is_read(value: object, asked: dict[str, Any]) -> None:
    assert request(value) == Asked(**asked)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["function", "custom", "auto"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["tools", "tool_choice", "type", "name", "function", "include", "reasoning", "text"]
            ),
            inner,
        )
    ),
)


@given(JSON)
def test_reading_a_request_is_total(value: object) -> None:
    assert isinstance(request(value), Asked)
