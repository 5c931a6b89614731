"""What is wrong with a request: the first thing, in words that point at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.message import Part
from streamgauge.prompt import Role, Tool, Turn
from streamgauge.replay.simulator.heard import Heard
from streamgauge.replay.simulator.refusals import Phrasebook
from streamgauge.replay.simulator.validation import refusal_of

Hear = Callable[..., Heard]
CALL = Part(kind=Kind.TOOL_CALL, id="call_1", name="get_weather", arguments={"city": "Paris"})


def refused(heard: Heard, **facts: Any) -> tuple[int, str] | None:
    why = refusal_of(heard, Phrasebook(dialect=heard.dialect.name, facts=facts))
    return None if why is None else (why.refusal.status, why.refusal.message)


@pytest.mark.parametrize(
    ("dialect", "members", "says"),
    [
        ("openai-chat", {"max_tokens": 0}, "max_tokens: 0"),
        ("openai-chat", {"max_completion_tokens": "9"}, "max_completion_tokens: 9"),
        ("openai-chat", {"temperature": 2.5}, "temperature: 2.5 is not between 0 and 2"),
        ("openai-chat", {"top_p": True}, "top_p: True"),
        ("openai-chat", {"n": 0}, "n: 0"),
        ("openai-chat", {"messages": 7}, "no messages"),
        ("openai-chat", {"messages": []}, "no messages"),
        ("openai-responses", {"max_output_tokens": -1}, "max_output_tokens: -1"),
        ("anthropic-messages", {"max_tokens": 1.5}, "max_tokens: 1.5"),
        ("gemini", {"generationConfig": {"temperature": 9}}, "temperature: 9"),
        ("gemini", {"contents": 7}, "no messages"),
    ],
)
def test_options_have_bounds(hear: Hear, dialect: str, members: dict[str, Any], says: str) -> None:
    why = refused(hear("Hi.", dialect=dialect, members=members))
    assert why is not None
    assert why[0] == 400
    assert says in why[1]


def test_a_plain_request_is_served_in_any_dialect(hear: Hear, weather: Tool) -> None:
    for dialect in ("openai-chat", "openai-responses", "anthropic-messages", "gemini"):
        heard = hear("Hi.", dialect=dialect, tools=(weather,), tool_choice="auto", max_tokens=9)
        assert refused(heard) is None


def test_what_a_dialect_demands_must_be_there(hear: Hear) -> None:
    heard = hear("Hi.", dialect="anthropic-messages")
    del heard.value["max_tokens"]  # type: ignore[attr-defined]
    assert refused(heard) == (400, "max_tokens: this field is required.")


def test_bounds_are_facts(hear: Hear) -> None:
    warm = hear("Hi.", members={"temperature": 1.5})
    assert refused(warm) is None
    assert refused(warm, **{"sampling-limits": {"temperature": [0, 1]}}) is not None
    hot, ignored = hear("Hi.", members={"temperature": 9}), {"temperature": "ignored"}
    assert refused(hot, **{"sampling-limits": ignored}) is None
    assert refused(hear("Hi.", choices=2), **{"choices-max": 1}) is not None


@pytest.mark.parametrize(
    ("asked", "known", "served"),
    [
        ({"tool_choice": "required"}, None, True),
        ({"tool_choice": "required"}, ["auto"], False),
        ({"tool_choice": "auto"}, ["auto"], True),
        ({"tool_choice": "get_weather", "forced_tool": "get_weather"}, ["auto"], False),
        ({"tool_choice": "get_weather", "forced_tool": "get_weather"}, ["named"], True),
        ({"tool_choice": "nothing", "forced_tool": "nothing"}, None, False),
    ],
)
def test_a_vendor_takes_the_choices_that_it_knows(
    hear: Hear, weather: Tool, asked: dict[str, Any], known: list[str] | None, served: bool
) -> None:
    facts = {} if known is None else {"tool-choice-words": known}
    assert (refused(hear("Hi.", tools=(weather,), **asked), **facts) is None) is served


def conversation(id: str) -> tuple[Turn, ...]:
    return (
        Turn(role=Role.USER, text="The weather in Paris?"),
        Turn(role=Role.ASSISTANT, parts=(CALL,)),
        Turn(role=Role.TOOL, text="18", call_id=id),
    )


def test_a_result_of_an_unknown_call_is_refused(hear: Hear) -> None:
    assert refused(hear(*conversation("call_1"))) is None
    why = refused(hear(*conversation("call_9")))
    assert why is not None
    assert "call_9" in why[1]


def test_the_vendors_own_words_for_a_duty_win(hear: Hear) -> None:
    words = {"status": 422, "type": "odd", "message": "what is {id}?"}
    errors = {"answers-name-calls": words, "answers-follow-calls": words}
    why = refused(hear(*conversation("call_9")), **{"history-errors": errors})
    assert why == (422, "what is call_9?")


def test_doubtful_words_for_a_duty_are_marked(hear: Hear) -> None:
    facts = {"history-errors": {"answers-name-calls": {"status": 400, "message": "no"}}}
    words = Phrasebook(dialect="openai-chat", facts=facts, doubtful=frozenset({"history-errors"}))
    why = refusal_of(hear(*conversation("call_9")), words)
    assert why is not None
    assert why.unverified == "history-errors"
