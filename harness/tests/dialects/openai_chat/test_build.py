"""A prompt becomes the JSON of a request, and is read back from it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.delta import Kind
from streamgauge.dialects.openai_chat.build import build, path
from streamgauge.dialects.openai_chat.request import request
from streamgauge.dialects.openai_chat.turns import turns
from streamgauge.message import ArgumentsState, Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn
from tests.dialects.openai_chat.spoken import facts_of

KNOB = {"on": {"thinking": {"type": "enabled"}}, "off": {"thinking": {"type": "disabled"}}}
FACTS = {"thinking-knob": KNOB}
USER = Turn(role=Role.USER, text="hi")


def built(*said: Turn, facts: Any = FACTS, **asked: Any) -> Any:
    members = {key: asked.pop(key) for key in ("json_schema", "seed", "members") if key in asked}
    return build(Prompt(asked=Asked(**asked), turns=said, **members), facts)


def said(*parts: Part, facts: Any = FACTS) -> Any:
    return built(Turn(role=Role.ASSISTANT, parts=parts), facts=facts)["messages"][0]


ASKED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "a model": ({"model": "m"}, {"model": "m"}),
    "a stream": ({"stream": True}, {"stream": True}),
    "usage": (
        {"stream": True, "include_usage": True},
        {"stream": True, "stream_options": {"include_usage": True}},
    ),
    "usage without a stream": ({"stream": False, "include_usage": True}, {"stream": False}),
    "a tool": (
        {"tools": (Tool(name="f", parameters={"type": "object"}, description="d"),)},
        {
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "f", "description": "d", "parameters": {"type": "object"}},
                }
            ]
        },
    ),
    "a choice of tools": ({"tool_choice": "required"}, {"tool_choice": "required"}),
    "a forced tool": (
        {"tool_choice": "f", "forced_tool": "f"},
        {"tool_choice": {"type": "function", "function": {"name": "f"}}},
    ),
    "one tool at a time": ({"parallel_tools": False}, {"parallel_tool_calls": False}),
    "limits": (
        {"choices": 2, "max_tokens": 9, "stop_sequences": ("a",)},
        {"n": 2, "max_tokens": 9, "stop": ["a"]},
    ),
    "logprobs": ({"logprobs": True, "top_logprobs": 2}, {"logprobs": True, "top_logprobs": 2}),
    "thinking": ({"thinking": True}, {"thinking": {"type": "enabled"}}),
    "no thinking": ({"thinking": False}, {"thinking": {"type": "disabled"}}),
    "JSON": ({"json_output": True}, {"response_format": {"type": "json_object"}}),
    "JSON of a schema": (
        {"json_output": True, "json_schema": {"type": "array"}},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": {"type": "array"}},
            }
        },
    ),
    "a seed": ({"seed": 7}, {"seed": 7}),
    "own members": ({"model": "m", "members": {"model": "n", "x": 1}}, {"model": "n", "x": 1}),
}


@pytest.mark.parametrize(("asked", "members"), ASKED.values(), ids=list(ASKED))
def test_what_is_asked_has_its_members(asked: dict[str, Any], members: dict[str, Any]) -> None:
    assert built(**asked) == {"messages": [], **members}


def test_a_fact_names_the_member_of_the_limit() -> None:
    facts = {"max-tokens-member": "max_completion_tokens"}
    assert built(facts=facts, max_tokens=5) == {"messages": [], "max_completion_tokens": 5}


def test_thinking_is_not_asked_for_where_the_vendor_has_no_knob() -> None:
    assert built(facts={}, thinking=True) == {"messages": []}


def test_own_members_are_merged_into_objects() -> None:
    members = {"stream_options": {"x": 1}}
    sent = built(stream=True, include_usage=True, members=members)
    assert sent["stream_options"] == {"include_usage": True, "x": 1}


def test_each_turn_is_a_message() -> None:
    sent = built(
        Turn(role=Role.SYSTEM, text="be brief"),
        USER,
        Turn(role=Role.TOOL, text="4", call_id="c1", name="f"),
    )
    assert sent["messages"] == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "hi"},
        {"role": "tool", "tool_call_id": "c1", "content": "4"},
    ]


def test_calls_alone_stand_beside_a_null_content() -> None:
    call = Part(kind=Kind.TOOL_CALL, id="c", name="f", arguments_json='{ "a":1}', extra={"x": 1})
    assert said(call) == {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "c",
                "type": "function",
                "function": {"name": "f", "arguments": '{ "a":1}'},
                "x": 1,
            }
        ],
    }


ARGUMENTS = [
    (Part(kind=Kind.TOOL_CALL, arguments={"a": 1}), '{"a": 1}'),
    (Part(kind=Kind.TOOL_CALL, arguments={"a": "é"}), '{"a": "é"}'),
    (
        Part(kind=Kind.TOOL_CALL, arguments={}, arguments_state=ArgumentsState.EMPTY),
        "",
    ),
    (Part(kind=Kind.TOOL_CALL), ""),
]


@pytest.mark.parametrize(
    ("part", "text"), ARGUMENTS, ids=["a value", "beyond ASCII", "sent empty", "nothing"]
)
def test_arguments_are_sent_as_they_came(part: Part, text: str) -> None:
    assert said(part)["tool_calls"][0]["function"]["arguments"] == text


REASONING = [
    ("moonshot", None, {"reasoning_content": "Hm."}),
    ("groq", None, {"reasoning": "Hm."}),
    ("moonshot", "reasoning", {"reasoning": "Hm."}),
    ("openai", None, {}),
    ("snowflake", None, {"reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]}),
]


@pytest.mark.parametrize(("vendor", "field", "members"), REASONING)
def test_reasoning_goes_where_it_came_from_or_where_the_vendor_has_it(
    vendor: str, field: str | None, members: dict[str, Any]
) -> None:
    part = Part(kind=Kind.REASONING, content="Hm.", field=field)
    text = Part(kind=Kind.TEXT, content="a")
    expected = {"role": "assistant", "content": "a", **members}
    assert said(part, text, facts=facts_of(vendor)) == expected


def test_reasoning_in_a_typed_content_stays_an_item() -> None:
    thought = Part(kind=Kind.REASONING, content="Hm.", field="content.thinking", signature="s")
    assert said(thought, Part(kind=Kind.TEXT, content="a"))["content"] == [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}], "signature": "s"},
        {"type": "text", "text": "a"},
    ]


def test_a_text_before_typed_reasoning_becomes_an_item() -> None:
    thought = Part(kind=Kind.REASONING, content="Hm.", field="content.thinking")
    assert said(Part(kind=Kind.TEXT, content="a"), thought)["content"] == [
        {"type": "text", "text": "a"},
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
    ]


def test_an_empty_reasoning_is_sent() -> None:
    empty = Part(kind=Kind.REASONING, field="reasoning_content")
    assert said(empty) == {"role": "assistant", "content": "", "reasoning_content": ""}


def test_the_path_is_the_same_for_every_prompt() -> None:
    assert path(Prompt(asked=Asked(), turns=())) == "/chat/completions"


WORDS = st.text(min_size=1, max_size=8)
CALLS = st.builds(
    lambda own, name, value, extra: Part(
        kind=Kind.TOOL_CALL,
        id=own,
        name=name,
        arguments=value,
        arguments_json=json.dumps(value),
        arguments_state=ArgumentsState.COMPLETE,
        extra=extra,
    ),
    WORDS,
    WORDS,
    st.dictionaries(WORDS, st.integers(-9, 9) | WORDS, max_size=2),
    st.sampled_from([{}, {"extra_content": {"google": {"thought_signature": "s"}}}]),
)
THOUGHTS = st.builds(
    lambda text, field: Part(kind=Kind.REASONING, content=text, field=field),
    st.text(max_size=8),
    st.sampled_from(["reasoning_content", "reasoning"]),
)
TEXTS = st.builds(lambda text: Part(kind=Kind.TEXT, content=text), WORDS)
ASSISTANTS = st.builds(
    lambda thought, text, calls: Turn(role=Role.ASSISTANT, parts=(*thought, *text, *calls)),
    st.lists(THOUGHTS, max_size=1),
    st.lists(TEXTS, max_size=1),
    st.lists(CALLS, max_size=2),
)
OTHERS = st.builds(
    lambda role, text: Turn(role=role, text=text, call_id="c" if role is Role.TOOL else None),
    st.sampled_from([Role.SYSTEM, Role.USER, Role.TOOL]),
    st.text(max_size=8),
)
ASKS = st.builds(
    Asked,
    stream=st.booleans(),
    model=WORDS,
    tools=st.lists(st.builds(Tool, name=WORDS, parameters=st.just({"type": "object"}))).map(tuple),
    tool_choice=st.sampled_from([None, "auto", "none", "required"]),
    parallel_tools=st.none() | st.booleans(),
    choices=st.none() | st.integers(1, 4),
    max_tokens=st.none() | st.integers(1, 99),
    stop_sequences=st.lists(WORDS, max_size=2).map(tuple),
    logprobs=st.none() | st.booleans(),
    top_logprobs=st.none() | st.integers(0, 5),
    thinking=st.none() | st.booleans(),
    json_output=st.sampled_from([None, True]),
).flatmap(lambda asked: st.just(replace(asked, include_usage=asked.stream)))


@given(ASKS, st.lists(ASSISTANTS | OTHERS, max_size=4))
def test_what_was_built_is_read_back(asked: Asked, talk: list[Turn]) -> None:
    sent = build(Prompt(asked=asked, turns=tuple(talk)), FACTS)
    assert json.loads(json.dumps(sent)) == sent
    assert request(sent) == asked
    assert turns(sent) == tuple(replace(turn, position=at) for at, turn in enumerate(talk))
