"""Messages reach every shape, and keep what makes them lawful."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given

from streamgauge.delta import Kind
from streamgauge.dialects.catalogue import named
from streamgauge.message import Message, Part
from streamgauge.strategies import messages
from streamgauge.strategies.composing import (
    compose,
    cut_off,
    fresh,
    joined,
    read_call,
    told_apart,
)
from streamgauge.strategies.lots import drawn
from streamgauge.strategies.openai_chat import TONGUE
from streamgauge.strategies.voicing import Speaker
from streamgauge.transcript.partial_json import broken
from tests.strategies.drawing import reaches

CLOSING = Speaker(
    dialect=named("openai-chat"),
    vendor="unknown",
    facts={},
    rules=frozenset({"reasoning/thinking-is-closed"}),
)


def kinds(message: Message) -> list[Kind]:
    return [part.kind for part in message.choices[0].parts]


@given(message=messages("openai-chat"))
def test_a_message_adds_up(message: Message) -> None:
    usage = message.usage
    assert usage is not None
    assert (usage.reasoning_tokens or 0) < (usage.output_tokens or 0)
    cached = (usage.cache_read_tokens or 0) + (usage.cache_write_tokens or 0)
    assert cached <= (usage.input_tokens or 0)
    for choice in message.choices:
        told = [part.kind for part in choice.parts]
        assert told[-1] is not Kind.REASONING
        assert all(a is not b or a is Kind.TOOL_CALL for a, b in pairwise(told))
        cut = any(part.broken is not None for part in choice.parts)
        assert (choice.finish_reason == "tool_call") is (Kind.TOOL_CALL in told and not cut)
        assert choice.finish_reason == "length" or not cut


@pytest.mark.parametrize(
    "wanted",
    [
        lambda one: kinds(one).count(Kind.TOOL_CALL) > 1,
        lambda one: kinds(one)[:3] == [Kind.TEXT, Kind.REASONING, Kind.TEXT],
        lambda one: Kind.REFUSAL in kinds(one),
        lambda one: len(one.choices) == 3,
        lambda one: one.choices[0].finish_reason == "length",
        lambda one: one.choices[0].parts[-1].broken is not None,
    ],
    ids=["parallel calls", "reasoning between", "refusal", "three choices", "length", "cut call"],
)
def test_messages_reach(wanted: Any) -> None:
    assert reaches(messages("openai-chat"), wanted)


def test_thinking_that_closes_comes_first() -> None:
    wanted = [Kind.REASONING, Kind.TEXT]
    found = reaches(
        drawn(lambda lots: compose(lots, TONGUE, CLOSING), 256),
        lambda one: kinds(one)[:2] == wanted,
    )
    assert kinds(found).count(Kind.REASONING) == 1


@pytest.mark.parametrize(
    ("kinds_of", "expected"),
    [
        ((Kind.TEXT, Kind.TEXT), ["xx"]),
        ((Kind.TEXT, Kind.REASONING, Kind.TEXT), ["x", "x", "x"]),
        ((Kind.TOOL_CALL, Kind.TOOL_CALL), ["x", "x"]),
    ],
    ids=["texts", "apart", "calls"],
)
def test_parts_that_touch_are_one(kinds_of: tuple[Kind, ...], expected: list[str]) -> None:
    parts = [Part(kind=kind, content="x") for kind in kinds_of]
    assert [part.content for part in joined(parts)] == expected


def test_what_was_said_before_is_said_otherwise() -> None:
    kinds_of = (Kind.REASONING, Kind.TEXT, Kind.REASONING)
    told = told_apart([Part(kind=kind, content="x") for kind in kinds_of])
    assert [part.content for part in told] == ["x", "x 1", "x 2"]


def test_an_answer_in_pieces_is_not_its_thought() -> None:
    said = [(Kind.REASONING, "ab"), (Kind.TEXT, "a"), (Kind.REASONING, "c"), (Kind.TEXT, "bc")]
    told = told_apart([Part(kind=kind, content=content) for kind, content in said])
    assert told[-1].content == "bc so"


def test_a_cut_call_reads_as_far_as_it_goes() -> None:
    found = reaches(
        drawn(lambda lots: cut_off(lots, Part(kind=Kind.TOOL_CALL, name="f")), 64),
        lambda call: len(call.broken.opened) > 2 and "\\" in call.arguments_json,
    )
    assert found.broken == broken(found.arguments_json)
    assert read_call(found, index=1).broken == found.broken


def test_a_call_reads_from_its_text() -> None:
    part = Part(kind=Kind.TOOL_CALL, id="a", name="f", arguments_json='{"x": 1}')
    assert read_call(part, index=2).arguments == {"x": 1}
    assert read_call(part, index=2).index == 2


def test_a_fresh_id_is_the_first_of_a_voice() -> None:
    assert fresh(CLOSING) == CLOSING.ids()("message")
