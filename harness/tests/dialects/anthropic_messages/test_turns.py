"""Conversations read from Messages requests."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from streamgauge.delta import Kind
from streamgauge.dialects.anthropic_messages.turns import turns
from streamgauge.message import Part
from streamgauge.prompt import Role, Turn
from tests.dialects.prompts import members

RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "sunny"}

REQUESTS: dict[str, tuple[Any, list[Turn]]] = {
    "a question": (
        {"messages": [{"role": "user", "content": "Hi"}]},
        [Turn(role=Role.USER, text="Hi", position=0)],
    ),
    "a system text has no position": (
        {"system": "Be brief.", "messages": []},
        [Turn(role=Role.SYSTEM, text="Be brief.")],
    ),
    "each block of the system is a turn": (
        {"system": [{"type": "text", "text": "A"}, {"type": "text", "text": "B"}]},
        [Turn(role=Role.SYSTEM, text="A"), Turn(role=Role.SYSTEM, text="B")],
    ),
    "results and words of one message": (
        {"messages": [{"role": "user", "content": [RESULT, {"type": "text", "text": "So?"}]}]},
        [
            Turn(role=Role.TOOL, text="sunny", call_id="t1", position=0),
            Turn(role=Role.USER, text="So?", position=0),
        ],
    ),
    "a result of blocks": (
        {
            "messages": [
                {
                    "role": "user",
                    "content": [RESULT | {"content": [{"type": "text", "text": "ok"}]}],
                }
            ]
        },
        [Turn(role=Role.TOOL, text="ok", call_id="t1", position=0)],
    ),
    "an answer as a bare text": (
        {"messages": ["odd", {"role": "assistant", "content": "Yes."}]},
        [
            Turn(
                role=Role.ASSISTANT,
                parts=(Part(kind=Kind.TEXT, content="Yes.", index=0),),
                position=1,
            )
        ],
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_turns_are_read(name: str) -> None:
    request, expected = REQUESTS[name]
    assert list(turns(request)) == expected


def test_an_answer_keeps_signatures_and_opaque_blocks() -> None:
    content = [
        {"type": "thinking", "thinking": "Hm", "signature": "a+/=="},
        {"type": "redacted_thinking", "data": "b+/=="},
        {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}, "caller": {"type": "d"}},
        {"type": "compaction", "content": None},
    ]
    (turn,) = turns({"messages": [{"role": "assistant", "content": content}]})
    thinking, redacted, call, other = turn.parts
    assert (thinking.content, thinking.signature, thinking.field) == ("Hm", "a+/==", "thinking")
    assert (redacted.redacted, redacted.extra) == (True, {"data": "b+/=="})
    assert (call.id, call.arguments, call.extra) == ("t1", {"a": 1}, {"caller": {"type": "d"}})
    assert other.raw == content[3]


@given(
    members(
        "system", "messages", "role", "content", "type", "text", "assistant", "user", "tool_use",
        "tool_result", "thinking", "signature", "input", "id", "name", "citations",
    )
)  # fmt: skip
def test_any_json_has_turns(value: Any) -> None:
    assert all(isinstance(turn, Turn) for turn in turns(value))
    assert all(isinstance(turn, Turn) for turn in turns({"system": value, "messages": value}))
    assert all(isinstance(turn, Turn) for turn in turns({"messages": [value, value]}))
