"""Requests to the Messages API: what is built is what is read back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given

from streamgauge.delta import Kind
from streamgauge.dialects.anthropic_messages import DIALECT
from streamgauge.message import Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn
from tests.dialects.prompts import bare, conversations, sent, wishes

NAME = "anthropic-messages"


def thought(content: str, signature: object, _: int) -> Part:
    return Part(kind=Kind.REASONING, content=content, field="thinking", signature=signature)


def text(content: str, _: int) -> Part:
    return Part(kind=Kind.TEXT, content=content)


@given(conversations(thought, text))
def test_turns_come_back(turns: Any) -> None:
    built = sent(NAME, Prompt(asked=Asked(model="m"), turns=turns))
    assert bare(DIALECT.turns(built)) == bare(turns)


@given(wishes())
def test_wishes_come_back(asked: Asked) -> None:
    schema = {"type": "object", "additionalProperties": False}
    built = sent(NAME, Prompt(asked=asked, turns=(), json_schema=schema))
    # Several answers have no word in this API.
    assert DIALECT.request(built) == replace(asked, choices=None)


def asking(**members: Any) -> Any:
    return sent(NAME, Prompt(asked=Asked(model="m"), turns=(), **members))


def test_a_limit_is_always_sent() -> None:
    assert asking()["max_tokens"] == 4096


def test_opaque_blocks_go_back_as_they_came() -> None:
    content = [
        {"type": "thinking", "thinking": "Hm", "signature": "a+/=="},
        {"type": "redacted_thinking", "data": "b+/=="},
        {"type": "text", "text": "See", "citations": [{"type": "x"}]},
        {"type": "tool_use", "id": "t1", "name": "f", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [{"url": "u"}]},
        {"type": "compaction", "content": None, "encrypted_content": "c"},
    ]
    messages = [{"role": "assistant", "content": content}]
    turns = DIALECT.turns({"messages": messages})
    assert asking_with(turns)["messages"] == messages


def asking_with(turns: tuple[Turn, ...]) -> Any:
    return sent(NAME, Prompt(asked=Asked(model="m"), turns=turns))


def test_empty_text_is_left_out_of_answers() -> None:
    turn = Turn(role=Role.ASSISTANT, parts=(text("", 0), text("a", 0)))
    assert asking_with((turn,))["messages"][0]["content"] == [{"type": "text", "text": "a"}]


def test_results_of_parallel_calls_share_a_message() -> None:
    turns = tuple(Turn(role=Role.TOOL, text="ok", call_id=f"t{n}") for n in range(2))
    (message,) = asking_with(turns)["messages"]
    assert [block["tool_use_id"] for block in message["content"]] == ["t0", "t1"]


def test_a_tool_without_parameters_takes_an_object() -> None:
    asked = Asked(model="m", tools=(Tool(name="now", description="The time"),))
    (tool,) = sent(NAME, Prompt(asked=asked, turns=()))["tools"]
    wanted = {"name": "now", "description": "The time", "input_schema": {"type": "object"}}
    assert tool == wanted


def test_the_profile_tells_how_thinking_is_switched() -> None:
    facts = {"thinking-knob": {"on": {"thinking": {"type": "adaptive"}}}}
    prompt = Prompt(asked=Asked(model="m", thinking=True), turns=())
    assert sent(NAME, prompt, facts)["thinking"] == {"type": "adaptive"}


def test_json_of_no_schema_has_no_word() -> None:
    built = sent(NAME, Prompt(asked=Asked(model="m", json_output=True), turns=()))
    assert "output_config" not in built


def test_members_are_merged_last() -> None:
    built = asking(members={"cache_control": {"type": "ephemeral"}, "max_tokens": 7})
    assert (built["cache_control"], built["max_tokens"]) == ({"type": "ephemeral"}, 7)


def test_the_path_and_the_key() -> None:
    assert DIALECT.path(Prompt(asked=Asked(), turns=())) == "/v1/messages"
    assert DIALECT.key_header == ("x-api-key", "{key}")
