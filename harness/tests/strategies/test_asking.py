"""Requests fit their answers and keep the duties of the vendor."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from streamgauge.delta import Kind
from streamgauge.dialects.catalogue import named
from streamgauge.history import breaches
from streamgauge.message import Choice, Message, Part
from streamgauge.prompt import Prompt, Role
from streamgauge.strategies import prompts
from streamgauge.strategies.asking import ask
from streamgauge.strategies.lots import drawn
from streamgauge.strategies.openai_chat import TONGUE
from streamgauge.strategies.voicing import Speaker, narrowed
from tests.strategies.drawing import reaches

SPEAKER = Speaker(dialect=named("openai-chat"), vendor="unknown", facts={})


@given(prompt=prompts("openai-chat", "moonshot"))
def test_every_duty_is_kept(prompt: Prompt) -> None:
    facts = narrowed("openai-chat", "moonshot").facts
    turns = named("openai-chat").turns(named("openai-chat").build(prompt, facts))
    assert breaches(turns, prompt.asked, facts) == ()
    assert turns[-1].role in (Role.USER, Role.TOOL)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda one: sum(turn.role is Role.ASSISTANT for turn in one.turns) == 2,
        lambda one: one.turns[-1].role is Role.TOOL,
        lambda one: one.turns[0].role is Role.SYSTEM,
        lambda one: one.asked.include_usage is False,
    ],
    ids=["two answers before", "ends with a tool", "system", "usage unwanted"],
)
def test_prompts_reach(wanted: Any) -> None:
    assert reaches(prompts("openai-chat"), wanted)


@pytest.mark.parametrize(
    ("calls", "possible"),
    [(("f",), "f"), (("f", "f"), "required"), ((), "none")],
    ids=["forced", "required", "none"],
)
def test_tools_are_asked_for_in_ways_that_the_answer_obeys(
    calls: tuple[str, ...], possible: str
) -> None:
    parts = tuple(Part(kind=Kind.TOOL_CALL, id=name, name=name) for name in calls)
    said = Message(choices=(Choice(index=0, parts=parts),))
    found = reaches(
        drawn(lambda lots: ask(lots, said, TONGUE, SPEAKER)),
        lambda one: one.asked.tool_choice == possible,
    )
    assert {tool.name for tool in found.asked.tools} >= set(calls)
    assert found.asked.forced_tool == ("f" if possible == "f" else None)
    if len(calls) > 1:
        assert found.asked.parallel_tools is not False
