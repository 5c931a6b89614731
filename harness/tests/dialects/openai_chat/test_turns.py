"""The conversation of a request: who said what, at which place, and what an assistant said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.delta import Kind
from streamgauge.dialects.openai_chat.turns import turns
from streamgauge.message import ArgumentsState, Part
from streamgauge.prompt import Role, Turn


def of(*messages: Any) -> tuple[Turn, ...]:
    return turns({"messages": list(messages)})


def parts_of(**members: Any) -> tuple[Part, ...]:
    (turn,) = of({"role": "assistant", **members})
    assert turn.text == ""
    return turn.parts


SPOKEN = [
    ("system", Role.SYSTEM),
    ("developer", Role.SYSTEM),
    ("user", Role.USER),
    ("tool", Role.TOOL),
    ("function", Role.TOOL),
]


@pytest.mark.parametrize(("word", "role"), SPOKEN, ids=[word for word, _ in SPOKEN])
def test_a_role_is_told_in_neutral_words(word: str, role: Role) -> None:
    assert of({"role": word, "content": "hi"}) == (Turn(role=role, text="hi", position=0),)


def test_positions_count_what_is_no_turn() -> None:
    found = of(3, {"role": "user", "content": "a"}, {"role": "martian"}, {"role": "user"})
    assert [(turn.position, turn.text) for turn in found] == [(1, "a"), (3, "")]


def test_the_texts_of_a_typed_content_are_joined() -> None:
    content = [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {}}, "b"]
    assert of({"role": "user", "content": content})[0].text == "ab"


def test_an_answer_of_a_tool_names_its_call() -> None:
    (turn,) = of({"role": "tool", "tool_call_id": "c1", "name": "f", "content": "4"})
    assert (turn.call_id, turn.name, turn.text) == ("c1", "f", "4")


def test_reasoning_text_and_calls_are_parts_in_the_order_of_reading() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    parts = parts_of(tool_calls=[call], content="Now.", reasoning_content="Hm.")
    assert parts == (
        Part(kind=Kind.REASONING, content="Hm.", field="reasoning_content"),
        Part(kind=Kind.TEXT, content="Now."),
        Part(
            kind=Kind.TOOL_CALL,
            id="c1",
            name="f",
            arguments={"a": 1},
            arguments_json='{"a": 1}',
            arguments_state=ArgumentsState.COMPLETE,
        ),
    )


def test_reasoning_that_is_empty_is_there_and_reasoning_that_is_null_is_not() -> None:
    assert parts_of(reasoning_content="", content="a")[0].content == ""
    assert [part.kind for part in parts_of(reasoning_content=None, content="a")] == [Kind.TEXT]


def test_signatures_and_opaque_members_are_kept() -> None:
    details = [
        {"type": "reasoning.text", "text": "Hm.", "signature": "s1"},
        {"type": "reasoning.encrypted", "data": "e1"},
    ]
    call = {"id": "c", "function": {"name": "f", "arguments": "{}"}, "extra_content": {"g": 1}}
    thought, called = parts_of(reasoning_details=details, tool_calls=[call])
    assert (thought.content, thought.signature) == ("Hm.", "s1")
    assert thought.extra == {"encrypted": "e1"}
    assert called.extra == {"extra_content": {"g": 1}}


def test_typed_thinking_comes_before_the_text_beside_it() -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
    said = parts_of(content=[thinking, {"type": "text", "text": "a"}])
    assert [(part.kind, part.content) for part in said] == [
        (Kind.REASONING, "Hm."),
        (Kind.TEXT, "a"),
    ]


def test_texts_that_follow_each_other_are_one_part_of_their_kind() -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
    texts = [{"type": "text", "text": text} for text in ("a", "b", "", "c")]
    said = parts_of(content=[thinking, *texts, thinking])
    assert [(part.kind, part.content) for part in said] == [
        (Kind.REASONING, "Hm."),
        (Kind.TEXT, "abc"),
        (Kind.REASONING, "Hm."),
    ]


ARGUMENTS = [
    ("", {}, ArgumentsState.EMPTY),
    ("{}", {}, ArgumentsState.COMPLETE),
    ('{"a": ', None, ArgumentsState.INVALID),
    ({"a": 1}, {"a": 1}, ArgumentsState.COMPLETE),
]


@pytest.mark.parametrize(
    ("sent", "value", "state"), ARGUMENTS, ids=[repr(a) for a, *_ in ARGUMENTS]
)
def test_arguments_are_judged(sent: object, value: object, state: ArgumentsState) -> None:
    (part,) = parts_of(tool_calls=[{"id": "c", "function": {"name": "f", "arguments": sent}}])
    assert (part.arguments, part.arguments_state) == (value, state)


def test_the_input_of_a_custom_tool_is_plain_text() -> None:
    call = {"id": "c", "type": "custom", "custom": {"name": "sql", "input": "select 1"}}
    (part,) = parts_of(tool_calls=[call])
    assert (part.field, part.arguments, part.arguments_json) == ("input", "select 1", "select 1")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
MEMBERS = ("content", "tool_calls", "reasoning_content", "reasoning_details", "annotations")
MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["assistant", "user", "tool"])},
    optional=dict.fromkeys(MEMBERS, JSON),
)


@given(JSON | st.fixed_dictionaries({"messages": JSON | st.lists(MESSAGES | JSON, max_size=4)}))
def test_any_json_has_turns(value: object) -> None:
    assert isinstance(turns(value), tuple)
