"""Requests to the `generateContent` API: what is built is what is read back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from streamgauge.delta import Kind
from streamgauge.dialects.gemini import DIALECT
from streamgauge.message import Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn
from tests.dialects.prompts import bare, conversations, sent, wishes

NAME = "gemini"


def thought(content: str, signature: object, _: int) -> Part:
    return Part(kind=Kind.REASONING, content=content, field="thought", signature=signature)


def text(content: str, number: int) -> Part:
    return Part(kind=Kind.TEXT, content=content, signature=f"t+/{number}==")


@given(conversations(thought, text))
def test_turns_come_back(turns: Any) -> None:
    built = sent(NAME, Prompt(asked=Asked(model="m"), turns=turns))
    assert bare(DIALECT.turns(built), names=True) == bare(turns, names=True)


@given(wishes())
def test_wishes_come_back(asked: Asked) -> None:
    built = sent(NAME, Prompt(asked=asked, turns=()))
    # The path says the model and whether to stream; parallel calls have no word in this API.
    assert DIALECT.request(built) == replace(asked, stream=None, model=None, parallel_tools=None)


def asking(*turns: Turn, asked: Asked | None = None, **members: Any) -> Any:
    return sent(NAME, Prompt(asked=asked or Asked(model="m"), turns=turns, **members))


def test_opaque_parts_go_back_as_they_came() -> None:
    parts = [
        {"text": "Hm", "thought": True, "thoughtSignature": "a+/=="},
        {"functionCall": {"name": "f", "args": {"a": 1}, "id": "c"}, "thoughtSignature": "b+/=="},
        {"executableCode": {"code": "1"}, "thoughtSignature": "c+/=="},
        {"text": "", "thoughtSignature": "d+/=="},
    ]
    contents = [{"role": "model", "parts": parts}]
    assert asking(*DIALECT.turns({"contents": contents}))["contents"] == contents


def test_a_result_finds_the_name_of_its_call() -> None:
    call = Part(kind=Kind.TOOL_CALL, id="c1", name="f", arguments={})
    turns = (
        Turn(role=Role.ASSISTANT, parts=(call,)),
        Turn(role=Role.TOOL, text="ok", call_id="c1"),
    )
    result = asking(*turns)["contents"][1]["parts"][0]["functionResponse"]
    assert result == {"name": "f", "id": "c1", "response": {"output": "ok"}}


def test_results_of_parallel_calls_share_a_content() -> None:
    turns = (Turn(role=Role.TOOL, name=f"f{n}", text="ok") for n in range(2))
    (content,) = asking(*turns)["contents"]
    assert [part["functionResponse"]["name"] for part in content["parts"]] == ["f0", "f1"]


def test_a_tool_has_its_description() -> None:
    asked = Asked(tools=(Tool(name="now", description="The time"),))
    assert asking(asked=asked)["tools"] == [
        {"functionDeclarations": [{"name": "now", "description": "The time"}]}
    ]


def test_options_stand_in_the_generation_config() -> None:
    asked = Asked(json_output=True, logprobs=True, top_logprobs=2, thinking=True)
    built = asking(asked=asked, json_schema={"type": "object"}, seed=7)
    assert built["generationConfig"] == {
        "responseLogprobs": True,
        "logprobs": 2,
        "seed": 7,
        "responseMimeType": "application/json",
        "responseJsonSchema": {"type": "object"},
        "thinkingConfig": {"includeThoughts": True},
    }


def test_members_are_merged_last() -> None:
    members = {"generationConfig": {"temperature": 0}}
    built = asking(asked=Asked(max_tokens=5), members=members)
    assert built["generationConfig"] == {"maxOutputTokens": 5, "temperature": 0}


PATHS = {
    "streamed": (Asked(model="g-1", stream=True), "g-1:streamGenerateContent?alt=sse"),
    "whole": (Asked(model="models/g-1", stream=False), "g-1:generateContent"),
    "a hostile name": (Asked(model="../a?b#c"), "..%2Fa%3Fb%23c:generateContent"),
}


@pytest.mark.parametrize("name", PATHS)
def test_the_path_names_the_model(name: str) -> None:
    asked, path = PATHS[name]
    assert DIALECT.path(Prompt(asked=asked, turns=())) == f"/v1beta/models/{path}"
    assert DIALECT.key_header == ("x-goog-api-key", "{key}")
