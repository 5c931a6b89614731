"""Conversations read from Responses requests."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from streamgauge.delta import Kind
from streamgauge.dialects.openai_responses.turns import turns
from streamgauge.message import Part
from streamgauge.prompt import Role, Turn
from tests.dialects.prompts import members

REQUESTS: dict[str, tuple[Any, list[Turn]]] = {
    "a bare text": ({"input": "Hi"}, [Turn(role=Role.USER, text="Hi", position=0)]),
    "instructions have no position": (
        {"instructions": "Be brief.", "input": []},
        [Turn(role=Role.SYSTEM, text="Be brief.")],
    ),
    "roles of every rank": (
        {
            "input": [
                {"role": "developer", "content": "A"},
                {"role": "system", "content": [{"type": "input_text", "text": "B"}]},
                {"type": "message", "role": "user", "content": "C"},
            ]
        },
        [
            Turn(role=Role.SYSTEM, text="A", position=0),
            Turn(role=Role.SYSTEM, text="B", position=1),
            Turn(role=Role.USER, text="C", position=2),
        ],
    ),
    "results in every form": (
        {
            "input": [
                {"type": "function_call_output", "call_id": "c1", "output": "ok"},
                {
                    "type": "function_call_output",
                    "call_id": "c2",
                    "output": [{"type": "input_text", "text": "yes"}],
                },
                {"type": "function_call_output", "call_id": "c3", "output": {"a": 1}},
            ]
        },
        [
            Turn(role=Role.TOOL, text="ok", call_id="c1", position=0),
            Turn(role=Role.TOOL, text="yes", call_id="c2", position=1),
            Turn(role=Role.TOOL, text='{"a": 1}', call_id="c3", position=2),
        ],
    ),
    "an answer as a bare text": (
        {"input": [{"role": "assistant", "content": "Yes."}]},
        [
            Turn(
                role=Role.ASSISTANT,
                parts=(Part(kind=Kind.TEXT, content="Yes.", index=0),),
                position=0,
            )
        ],
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_turns_are_read(name: str) -> None:
    request, expected = REQUESTS[name]
    assert list(turns(request)) == expected


ANSWER: list[Any] = [
    {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [{"type": "summary_text", "text": "A"}, {"type": "summary_text", "text": "B"}],
        "encrypted_content": "e+/==",
    },
    {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "h+/=="},
    {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "phase": "commentary",
        "content": [{"type": "output_text", "text": "See"}, {"type": "refusal", "refusal": "No"}],
    },
    {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "f", "arguments": '{"a":1}'},
    {"type": "custom_tool_call", "call_id": "c2", "name": "g", "input": "x = 1"},
    {"type": "item_reference", "id": "r1"},
]


def test_items_beside_each_other_are_one_answer() -> None:
    question = {"role": "user", "content": "?"}
    asked, answer, more = turns({"input": [question, *ANSWER, question]})
    assert (asked.position, answer.position, more.position) == (0, 1, 7)
    assert [part.kind for part in answer.parts] == [
        *[Kind.REASONING] * 3,
        Kind.TEXT,
        Kind.REFUSAL,
        *[Kind.TOOL_CALL] * 2,
        Kind.GENERIC,
    ]
    first, second, hidden, words, _, call, custom, other = answer.parts
    assert (first.signature, second.signature, hidden.signature) == ("e+/==", None, "h+/==")
    assert (first.extra, first.field) == ({"item_id": "rs_1"}, "reasoning_summary_text")
    assert hidden.redacted
    assert words.extra == {"item_id": "msg_1", "phase": "commentary"}
    assert (call.id, call.arguments_json, call.extra) == ("c1", '{"a":1}', {"item_id": "fc_1"})
    assert (custom.field, custom.arguments) == ("input", "x = 1")
    assert other.raw == ANSWER[-1]


@given(
    members(
        "input", "instructions", "role", "content", "type", "text", "assistant", "message",
        "reasoning", "summary", "summary_text", "output_text", "function_call", "shell_call",
        "custom_tool_call", "function_call_output", "arguments", "action", "commands", "call_id",
        "id", "name", "output", "encrypted_content",
    )
)  # fmt: skip
def test_any_json_has_turns(value: Any) -> None:
    for request in (value, {"input": value}, {"input": [value, value]}):
        assert all(isinstance(turn, Turn) for turn in turns(request))
