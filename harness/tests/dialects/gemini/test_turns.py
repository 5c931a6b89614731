"""Conversations read from `generateContent` requests."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from streamgauge.delta import Kind
from streamgauge.dialects.gemini.turns import turns
from streamgauge.prompt import Role, Turn
from tests.dialects.prompts import members

REQUESTS: dict[str, tuple[Any, list[Turn]]] = {
    "a question": (
        {"contents": [{"role": "user", "parts": [{"text": "H"}, {"text": "i"}]}]},
        [Turn(role=Role.USER, text="Hi", position=0)],
    ),
    "one content that is no list": (
        {"contents": {"parts": {"text": "Hi"}}},
        [Turn(role=Role.USER, text="Hi", position=0)],
    ),
    "a system instruction has no position": (
        {"system_instruction": {"parts": [{"text": "A"}, {"text": "B"}]}, "contents": []},
        [Turn(role=Role.SYSTEM, text="A"), Turn(role=Role.SYSTEM, text="B")],
    ),
    "results and words of one content": (
        {
            "contents": [
                {
                    "role": "user",
                    "parts": [
                        {"functionResponse": {"name": "f", "response": {"output": "ok"}}},
                        {
                            "function_response": {
                                "id": "c2",
                                "name": "g",
                                "response": {"a": 1},
                            }
                        },
                        {"text": "So?"},
                    ],
                }
            ]
        },
        [
            Turn(role=Role.TOOL, text="ok", name="f", position=0),
            Turn(role=Role.TOOL, text='{"a": 1}', name="g", call_id="c2", position=0),
            Turn(role=Role.USER, text="So?", position=0),
        ],
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_turns_are_read(name: str) -> None:
    request, expected = REQUESTS[name]
    assert list(turns(request)) == expected


def test_an_answer_keeps_signatures_on_their_parts() -> None:
    parts = [
        {"text": "Hm", "thought": True},
        {"text": "See", "thoughtSignature": "a+/=="},
        {"functionCall": {"name": "f", "args": {"a": 1}, "id": "c1"}, "thoughtSignature": "b+/=="},
        {"function_call": {"name": "g"}, "thought_signature": "c+/=="},
        {"executableCode": {"code": "1"}},
    ]
    (turn,) = turns({"contents": [{"role": "model", "parts": parts}]})
    thought, words, call, snake, code = turn.parts
    assert (thought.kind, thought.field, thought.signature) == (Kind.REASONING, "thought", None)
    assert (words.kind, words.signature) == (Kind.TEXT, "a+/==")
    assert (call.id, call.arguments, call.signature) == ("c1", {"a": 1}, "b+/==")
    assert (snake.name, snake.arguments, snake.signature) == ("g", {}, "c+/==")
    assert code.raw == parts[-1]
    assert [part.extra for part in turn.parts[:4]] == [{}] * 4


@given(
    members(
        "contents", "systemInstruction", "parts", "role", "model", "user", "text", "thought",
        "functionCall", "functionResponse", "function_call", "args", "name", "id", "response",
        "output", "thoughtSignature", "inlineData",
    )
)  # fmt: skip
def test_any_json_has_turns(value: Any) -> None:
    for request in (value, {"contents": value}, {"contents": [value], "systemInstruction": value}):
        assert all(isinstance(turn, Turn) for turn in turns(request))
