"""Faults of what was asked for: the request wants what the answer does not give."""

from __future__ import annotations

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults import calling_asked
from streamgauge.faults.asking import asked_of
from streamgauge.faults.fault import Fault
from streamgauge.faults.members import members
from tests.faults.test_calling import calls

CALLS = [
    "written: chat: thoughts, text, two calls",
    "written: responses: thoughts, text, two calls",
    "written: messages: thinking, text, two calls",
    "written: gemini: thoughts, text, two calls",
]


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (calling_asked.ignore_forced_tool, ("wanted_tool", "wanted_tool", None)),
        (calling_asked.ignore_no_call, ("none", None, None)),
        (calling_asked.ignore_single_call, (None, None, False)),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_the_request_asks_for_something_else(
    fault: Fault, said: tuple[str | None, str | None, bool | None], name: str, good
) -> None:
    one = good(name)
    spoiled = fault(one.exchange, one.setting)
    if fault is calling_asked.ignore_single_call and name == CALLS[3]:
        assert spoiled is one.exchange  # Gemini has no word for it.
        return
    asked = asked_of(spoiled, one.setting)
    assert (asked.forced_tool, asked.parallel_tools) == said[1:]
    assert asked.tool_choice in (said[0], "auto")
    assert "look_up" in [tool.name for tool in asked.tools]
    assert spoiled.body == one.exchange.body


@pytest.mark.parametrize("name", CALLS)
def test_a_tool_is_called_that_was_not_offered(name: str, good) -> None:
    one = good(name)
    spoiled = calling_asked.call_unoffered_tool(one.exchange, one.setting)
    assert {part.name for part in calls(spoiled, one.setting.dialect.name)} == {"look_up_now"}
    assert spoiled.request == one.exchange.request


@pytest.mark.parametrize("name", CALLS)
def test_a_required_argument_is_missing(name: str, good) -> None:
    one = good(name)
    spoiled = calling_asked.drop_argument(one.exchange, one.setting)
    arguments = [part.arguments for part in calls(spoiled, one.setting.dialect.name)]
    assert sum("word" in one for one in arguments if isinstance(one, dict)) == 1


@pytest.mark.parametrize(
    "fault",
    [one for one in vars(calling_asked).values() if isinstance(one, Fault)],
    ids=lambda fault: fault.name,
)
def test_without_a_request_nothing_was_asked_for(fault: Fault, good) -> None:
    one = good(CALLS[0])
    unknown = Exchange(body=one.exchange.body)
    assert fault(unknown, one.setting) is unknown


def test_an_answer_that_was_cut_short_could_not_call(good) -> None:
    one = good("openai-chat/arguments-cut-by-limit")
    assert calling_asked.ignore_forced_tool(one.exchange, one.setting) is one.exchange


def test_other_words_of_the_request_stay(good) -> None:
    one = good(CALLS[2])
    spoiled = calling_asked.ignore_no_call(one.exchange, one.setting)
    assert members(spoiled, "/message/id") == members(one.exchange, "/message/id")
    assert asked_of(spoiled, one.setting).max_tokens == 99
