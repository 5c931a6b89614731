"""The simulator's answers are good streams, with everything that surrounds one."""

from __future__ import annotations

import pytest

from streamgauge import data
from streamgauge.faults.fault import DIALECTS
from streamgauge.pipeline import profiles
from streamgauge.proof.good import Good
from streamgauge.proof.simulated import simulated
from streamgauge.proof.trying import bare
from streamgauge.vendors.profile import Profile, find

NAMES = ("plain-text", "one-tool", "tool-result", "bad-key", "cancel", "bad-request")
SCENARIOS = {name: data.scenarios_data()[name] for name in NAMES}
DEFINERS = {
    "openai-chat": "openai",
    "openai-responses": "openai",
    "anthropic-messages": "anthropic",
    "gemini": "google",
}


def profile(slug: str) -> Profile:
    found = find(profiles(), slug)
    assert found is not None
    return found


def of(dialect: str) -> list[Good]:
    return list(simulated(dialect, [profile(DEFINERS[dialect])], SCENARIOS))


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_no_rule_finds_anything_in_them(dialect: str) -> None:
    assert {good.name: bare(good).broken for good in of(dialect) if bare(good).broken} == {}


def test_steps_that_break_something_are_left_out() -> None:
    names = {good.name.split("#")[0].rpartition("/")[2] for good in of("openai-chat")}
    assert {"plain-text", "one-tool", "tool-result"} <= names
    assert not names & {"bad-key", "cancel"}


def test_they_know_request_head_and_times() -> None:
    for good in of("gemini"):
        assert good.exchange.request is not None
        assert good.exchange.head.status is not None
        assert good.exchange.arrivals


def test_a_conversation_goes_on_with_what_was_answered() -> None:
    last = [good for good in of("openai-chat") if "tool-result" in good.name][-1]
    assert last.name == "simulated/openai/openai-chat/tool-result#1"
    assert last.exchange.request is not None
    assert b'"tool_call_id"' in last.exchange.request.body


def test_the_same_scenarios_give_the_same_streams() -> None:
    assert of("openai-chat") == of("openai-chat")
