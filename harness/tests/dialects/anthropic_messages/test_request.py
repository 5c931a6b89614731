"""What a Messages request asks for."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.anthropic_messages.request import request
from streamgauge.prompt import Asked, Tool

SCHEMA = {"type": "object", "properties": {}}

CASES: dict[str, tuple[dict[str, object], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "the plain members": (
        {"model": "m", "stream": True, "max_tokens": 9, "stop_sequences": ["END"]},
        {"model": "m", "stream": True, "max_tokens": 9, "stop_sequences": ("END",)},
    ),
    "own tools": (
        {"tools": [{"name": "f", "input_schema": SCHEMA}, {"type": "custom", "name": "g"}]},
        {"tools": (Tool(name="f", parameters=SCHEMA), Tool(name="g"))},
    ),
    "a tool that the vendor runs": (
        {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        {"offers_server_tools": True},
    ),
    "a tool that the vendor defines and the caller runs": (
        {"tools": [{"type": "bash_20250124", "name": "bash"}]},
        {"tools": (Tool(name="bash"),), "offers_server_tools": True},
    ),
    "tools behind MCP": ({"mcp_servers": [{"url": "u"}]}, {"offers_server_tools": True}),
    "any tool": ({"tool_choice": {"type": "any"}}, {"tool_choice": "required"}),
    "no tool": ({"tool_choice": {"type": "none"}}, {"tool_choice": "none"}),
    "tools as the model likes, one at a time": (
        {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
        {"tool_choice": "auto", "parallel_tools": False},
    ),
    "one forced tool": (
        {"tool_choice": {"type": "tool", "name": "f"}},
        {"tool_choice": "f", "forced_tool": "f"},
    ),
    "thinking": (
        {"thinking": {"type": "enabled", "budget_tokens": 1024}},
        {"thinking": True},
    ),
    "adaptive thinking that is not shown": (
        {"thinking": {"type": "adaptive", "display": "omitted"}},
        {
            "thinking": True,
            "extra": {"thinking_display": "omitted", "thinking_type": "adaptive"},
        },
    ),
    "no thinking": ({"thinking": {"type": "disabled"}}, {"thinking": False}),
    "JSON output": (
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        {"json_output": True},
    ),
    "JSON output as the beta called it": (
        {"output_format": {"type": "json_schema", "schema": SCHEMA}},
        {"json_output": True},
    ),
    "members of the wrong type": (
        {
            "model": 1,
            "stream": "yes",
            "max_tokens": True,
            "tools": [None, {"name": 1}],
            "tool_choice": "auto",
            "stop_sequences": "END",
            "thinking": True,
            "output_config": [],
        },
        {"tools": (Tool(name=""),)},
    ),
}


@pytest.mark.parametrize(("value", "asked"), CASES.values(), ids=CASES.keys())
def test_a_request_says_what_it_asks_for(value: object, asked: dict[str, Any]) -> None:
    assert request(value) == Asked(**asked)


@pytest.mark.parametrize("value", [None, [], "model", 1])
def test_what_is_no_object_asks_for_nothing(value: object) -> None:
    assert request(value) == Asked()
