"""What a `generateContent` request asks for."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.gemini.request import request
from streamgauge.prompt import Asked, Tool

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
DECLARED = {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}}

CASES: dict[str, tuple[dict[str, object], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "functions with the API's own schema": (
        {"tools": [{"functionDeclarations": [{"name": "f", "parameters": DECLARED}]}]},
        {"tools": (Tool(name="f", parameters=SCHEMA),)},
    ),
    "functions with a JSON Schema": (
        {"tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": SCHEMA}]}]},
        {"tools": (Tool(name="f", parameters=SCHEMA),)},
    ),
    "functions without parameters, in snake case": (
        {"tools": [{"function_declarations": [{"name": "f"}, {"name": "g"}]}]},
        {"tools": (Tool(name="f"), Tool(name="g"))},
    ),
    "a tool that the vendor runs": (
        {"tools": [{"googleSearch": {}}]},
        {"offers_server_tools": True},
    ),
    "any function": (
        {"toolConfig": {"functionCallingConfig": {"mode": "ANY"}}},
        {"tool_choice": "required"},
    ),
    "one forced function": (
        {"toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}}},
        {"tool_choice": "f", "forced_tool": "f"},
    ),
    "no function, in snake case": (
        {"tool_config": {"function_calling_config": {"mode": "NONE"}}},
        {"tool_choice": "none"},
    ),
    "arguments in a stream": (
        {"toolConfig": {"functionCallingConfig": {"streamFunctionCallArguments": True}}},
        {"extra": {"stream_arguments": True}},
    ),
    "the configuration": (
        {
            "generationConfig": {
                "candidateCount": 2,
                "maxOutputTokens": 9,
                "stopSequences": ["END"],
                "responseLogprobs": True,
                "logprobs": 3,
                "responseMimeType": "application/json",
            }
        },
        {
            "choices": 2,
            "max_tokens": 9,
            "stop_sequences": ("END",),
            "logprobs": True,
            "top_logprobs": 3,
            "json_output": True,
        },
    ),
    "plain text": (
        {"generationConfig": {"responseMimeType": "text/plain"}},
        {"json_output": False},
    ),
    "thoughts": (
        {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}},
        {"thinking": True},
    ),
    "no thinking": (
        {"generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}},
        {"thinking": False},
    ),
    "thinking that is not shown": (
        {"generationConfig": {"thinkingConfig": {"thinkingBudget": 100}}},
        {},
    ),
    "members of the wrong type": (
        {
            "tools": [None, {"functionDeclarations": [None, {"name": 1}]}],
            "toolConfig": [],
            "generationConfig": {"candidateCount": "2", "stopSequences": "END"},
        },
        {},
    ),
}


@pytest.mark.parametrize(("value", "asked"), CASES.values(), ids=CASES.keys())
def test_a_request_says_what_it_asks_for(value: object, asked: dict[str, Any]) -> None:
    assert request(value) == Asked(**asked)


@pytest.mark.parametrize("value", [None, [], "model", 1])
def test_what_is_no_object_asks_for_nothing(value: object) -> None:
    assert request(value) == Asked()
