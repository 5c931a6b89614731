"""Requests to the Responses API: what is built is what is read back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given

from streamgauge.delta import Kind
from streamgauge.dialects.openai_responses import DIALECT
from streamgauge.message import Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn
from tests.dialects.prompts import bare, conversations, sent, wishes

NAME = "openai-responses"


def thought(content: str, signature: object, number: int) -> Part:
    return Part(
        kind=Kind.REASONING,
        content=content,
        field="reasoning_summary_text",
        signature=signature,
        extra={"item_id": f"rs_{number}"},
    )


def text(content: str, number: int) -> Part:
    return Part(kind=Kind.TEXT, content=content, extra={"item_id": f"msg_{number}"})


@given(conversations(thought, text))
def test_turns_come_back(turns: Any) -> None:
    built = sent(NAME, Prompt(asked=Asked(model="m"), turns=turns))
    assert bare(DIALECT.turns(built)) == bare(turns)


@given(conversations(thought, text))
def test_arguments_go_back_byte_for_byte(turns: Any) -> None:
    built = DIALECT.turns(sent(NAME, Prompt(asked=Asked(model="m"), turns=turns)))
    for before, after in zip(turns, built, strict=True):
        texts = [part.arguments_json for part in before.parts]
        assert [part.arguments_json for part in after.parts] == texts


@given(wishes())
def test_wishes_come_back(asked: Asked) -> None:
    read = DIALECT.request(sent(NAME, Prompt(asked=asked, turns=())))
    # Several answers and stop sequences have no words in this API.
    assert replace(read, extra={}) == replace(asked, choices=None, stop_sequences=())


def asking(*turns: Turn, asked: Asked | None = None, **members: Any) -> Any:
    return sent(NAME, Prompt(asked=asked or Asked(model="m"), turns=turns, **members))


def test_opaque_items_go_back_as_they_came() -> None:
    items = [
        {
            "id": "rs_1",
            "type": "reasoning",
            "summary": [{"type": "summary_text", "text": "A"}],
            "encrypted_content": "e+/==",
        },
        {"id": "rs_2", "type": "reasoning", "summary": [], "encrypted_content": "h+/=="},
        {
            "id": "fc_1",
            "type": "function_call",
            "call_id": "c1",
            "name": "f",
            "status": "completed",
            "arguments": '{"a":1}',
        },
        {"type": "compaction", "encrypted_content": "x"},
    ]
    assert asking(*DIALECT.turns({"input": items}))["input"] == items


def test_ids_that_nobody_gave_are_not_made_up() -> None:
    parts = (Part(kind=Kind.TEXT, content="Hi"), Part(kind=Kind.TOOL_CALL, id="c1", name="f"))
    items = asking(Turn(role=Role.ASSISTANT, parts=parts))["input"]
    assert [item.get("id") for item in items] == [None, None]


def test_a_tool_has_its_description() -> None:
    asked = Asked(model="m", tools=(Tool(name="now", description="The time", parameters={}),))
    assert asking(asked=asked)["tools"] == [
        {"type": "function", "name": "now", "description": "The time", "parameters": {}}
    ]


def test_token_probabilities_are_included() -> None:
    asked = Asked(model="m", logprobs=True, top_logprobs=2)
    read = DIALECT.request(asking(asked=asked))
    assert (read.logprobs, read.top_logprobs) == (True, 2)


def test_thinking_may_include_something_too() -> None:
    facts = {"thinking-knob": {"on": {"include": ["reasoning.encrypted_content"]}}}
    prompt = Prompt(asked=Asked(thinking=True, logprobs=True), turns=())
    assert sent(NAME, prompt, facts)["include"] == [
        "reasoning.encrypted_content",
        "message.output_text.logprobs",
    ]


def test_a_schema_for_the_output_has_a_name() -> None:
    built = asking(asked=Asked(json_output=True), json_schema={"type": "object"})
    form = {"type": "json_schema", "name": "answer", "schema": {"type": "object"}}
    assert built["text"] == {"format": form}


def test_members_are_merged_last() -> None:
    built = asking(asked=Asked(thinking=True), members={"reasoning": {"effort": "low"}})
    assert built["reasoning"] == {"effort": "low", "summary": "auto"}


def test_the_path_and_the_key() -> None:
    assert DIALECT.path(Prompt(asked=Asked(), turns=())) == "/responses"
    assert DIALECT.key_header == ("authorization", "Bearer {key}")
