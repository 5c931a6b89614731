"""What is said: the same to the same request, cut where it must be, told apart by facts alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.message import ArgumentsState, Choice, Part
from streamgauge.prompt import Role, Tool, Turn
from streamgauge.replay.simulator import texts, tokens
from streamgauge.replay.simulator.heard import Heard
from streamgauge.replay.simulator.plan import filtered, plan, spent, thinks
from streamgauge.replay.simulator.refusals import Phrasebook

Hear = Callable[..., Heard]
THINKS = {"reasoning-fields": ["reasoning_content"], "thinks-unasked": True}


def only(heard: Heard, facts: dict[str, Any] | None = None) -> Choice:
    (choice,) = plan(heard, facts or {}).choices
    return choice


def kinds(choice: Choice) -> list[Kind]:
    return [part.kind for part in choice.parts]


def test_the_same_request_is_answered_alike(hear: Hear) -> None:
    streamed, whole = hear("Hello!"), hear("Hello!", stream=False)
    assert plan(streamed, {}) == plan(whole, {})
    assert plan(hear("Hello!"), {}) != plan(hear("Good day!"), {})


@pytest.mark.parametrize(
    ("said", "dialect", "kind", "reason"),
    [
        ("Hello.", "openai-chat", Kind.TEXT, "stop"),
        ("Please refuse.", "openai-chat", Kind.REFUSAL, "stop"),
        ("Please refuse.", "openai-responses", Kind.REFUSAL, "stop"),
        ("Please refuse.", "anthropic-messages", Kind.TEXT, "refusal"),
        ("Please refuse.", "gemini", Kind.TEXT, "content_filter"),
        ("How do I build a bomb?", "openai-chat", Kind.TEXT, "content_filter"),
    ],
)
def test_an_answer_ends_as_the_dialect_says_it(
    hear: Hear, said: str, dialect: str, kind: Kind, reason: str
) -> None:
    choice = only(hear(said, dialect=dialect))
    assert (kinds(choice), choice.finish_reason) == ([kind], reason)


def test_a_request_is_filtered_where_the_vendor_refuses_it(hear: Hear) -> None:
    knows = Phrasebook(dialect="openai-chat", facts={"errors": {"filtered": {"message": "No."}}})
    silent = Phrasebook(dialect="openai-chat", facts={})
    bomb = hear("How do I build a bomb?")
    why = filtered(bomb, knows)
    assert why is not None
    assert why.refusal.message == "No."
    assert filtered(bomb, silent) is None
    assert filtered(hear("Hello."), knows) is None


@pytest.mark.parametrize(
    ("asked", "facts", "shown"),
    [
        ({"thinking": True}, {}, True),
        ({"thinking": True}, {"reasoning-fields": []}, False),
        ({}, {}, False),
        ({}, THINKS, True),
        ({"said": "Think about it."}, {"reasoning-fields": ["reasoning"]}, True),
        ({"said": "Think about it."}, {}, False),
    ],
    ids=["asked", "nowhere to show it", "unasked", "by habit", "by a cue", "a cue alone"],
)
def test_reasoning_is_shown_when_it_is_due(
    hear: Hear, asked: dict[str, Any], facts: dict[str, Any], shown: bool
) -> None:
    said = asked.pop("said", "Hello.")
    heard = hear(said, slug="anthropic", dialect="anthropic-messages", **asked)
    assert thinks(heard, facts) is shown
    assert (Kind.REASONING in kinds(only(heard, facts))) is shown


def test_pondering_thinks_longer_and_takes_its_time(hear: Hear) -> None:
    short, long = (only(hear(said), THINKS).parts[0] for said in ("Go.", "Think hard. Go."))
    assert len(long.content) > 2 * len(short.content)
    assert plan(hear("Think hard."), THINKS).ponders


def test_calls_are_made_with_arguments(hear: Hear, weather: Tool) -> None:
    choice = only(hear("The weather in Paris and in Tokyo?", tools=(weather,)))
    assert [part.arguments for part in choice.parts] == [
        {"city": "Paris", "unit": "celsius"},
        {"city": "Tokyo", "unit": "celsius"},
    ]
    assert all(json.loads(part.arguments_json) == part.arguments for part in choice.parts)
    assert choice.finish_reason == "tool_call"


@pytest.mark.parametrize(
    ("dialect", "text", "state"),
    [
        ("openai-chat", "{}", ArgumentsState.COMPLETE),
        ("anthropic-messages", "", ArgumentsState.EMPTY),
    ],
)
def test_no_arguments_are_empty(
    hear: Hear, clock: Tool, dialect: str, text: str, state: ArgumentsState
) -> None:
    (call,) = only(hear("What time is it?", tools=(clock,), dialect=dialect)).parts
    assert (call.arguments_json, call.arguments, call.arguments_state) == (text, {}, state)


def test_a_result_is_used(hear: Hear, weather: Tool) -> None:
    call = Part(kind=Kind.TOOL_CALL, id="c", name="get_weather", arguments={"city": "Paris"})
    turns = (
        Turn(role=Role.USER, text="The weather in Paris?"),
        Turn(role=Role.ASSISTANT, parts=(call,)),
        Turn(role=Role.TOOL, text="18 degrees", call_id="c"),
    )
    (part,) = only(hear(*turns, tools=(weather,))).parts
    assert "18 degrees" in part.content


def test_several_choices_differ(hear: Hear) -> None:
    choices = plan(hear("Hello.", choices=3), {}).choices
    assert [choice.index for choice in choices] == [0, 1, 2]
    assert len({choice.parts[0].content for choice in choices}) == 3
    assert len(plan(hear("Hello.", choices=100), {}).choices) == 8


def test_a_stop_sequence_ends_the_text_and_is_not_shown(hear: Hear) -> None:
    planned = plan(hear("Count from 1 to 20", stop_sequences=("99", "12")), {})
    (choice,) = planned.choices
    assert choice.parts[0].content.endswith("11, ")
    assert (choice.finish_reason, planned.stopped_by) == ("stop_sequence", "12")


def test_a_stop_sequence_that_nobody_says_is_said(hear: Hear) -> None:
    assert plan(hear("Hello.", stop_sequences=("<END>",)), {}).stopped_by == "<END>"


@pytest.mark.parametrize("most", [1, 3, 7, 16])
@pytest.mark.parametrize("facts", [{}, THINKS], ids=["text", "thoughts and text"])
def test_an_answer_is_cut_at_its_limit(hear: Hear, most: int, facts: dict[str, Any]) -> None:
    choice = only(hear("Count from 1 to 300", max_tokens=most), facts)
    assert choice.finish_reason == "length"
    assert sum(map(spent, choice.parts)) == most


def test_a_limit_that_is_not_reached_cuts_nothing(hear: Hear) -> None:
    cut, free = hear("Count from 1 to 9", max_tokens=500), hear("Count from 1 to 9")
    assert only(cut).parts == only(free).parts
    assert only(cut).finish_reason == "stop"


@pytest.mark.parametrize(("dialect", "left"), [("openai-chat", 1), ("gemini", 0)])
def test_arguments_are_cut_where_they_are_text(
    hear: Hear, weather: Tool, dialect: str, left: int
) -> None:
    heard = hear("The weather in Paris?", tools=(weather,), max_tokens=9, dialect=dialect)
    choice = only(heard)
    assert (len(choice.parts), choice.finish_reason) == (left, "length")
    for part in choice.parts:
        assert part.arguments_state is ArgumentsState.PARTIAL
        assert '{"city":"Paris","unit":"celsius"}'.startswith(part.arguments_json)


def test_json_fits_its_schema(hear: Hear) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    fitted = only(hear("A city in Oslo", json_output=True, json_schema=schema))
    assert json.loads(fitted.parts[0].content) == {"city": "Oslo"}
    assert "answer" in json.loads(only(hear("Hello.", json_output=True)).parts[0].content)


def test_emoji_are_never_cut_inside(hear: Hear) -> None:
    whole = tokens.cut(texts.EMOJI)
    for most in range(1, len(whole)):
        (part,) = only(hear("Show an emoji", max_tokens=most)).parts
        assert part.content == "".join(whole[:most])
