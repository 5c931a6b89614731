"""The simulated provider as a whole: requests in, exchanges out, judged by the project's rules."""

from __future__ import annotations

import json

import pytest

from streamgauge.dialects import catalogue
from streamgauge.exchange import Exchange, Request
from streamgauge.pipeline import Options, judge_exchange, profiles
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn
from streamgauge.replay.simulator import Simulator
from streamgauge.vendors.profile import find

WEATHER = Tool(
    name="get_weather",
    parameters={
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
)


def simulator(slug: str) -> Simulator:
    profile = find(profiles(), slug)
    assert profile is not None
    return Simulator(profile)


def post(said: str, **asked: object) -> Request:
    options = {"model": "m", "stream": True, "include_usage": True, **asked}
    turns = (Turn(role=Role.USER, text=said),)
    prompt = Prompt(asked=Asked(**options), turns=turns)  # type: ignore[arg-type]
    dialect = catalogue.named("openai-chat")
    return Request(
        url="http://127.0.0.1/v1" + dialect.path(prompt),
        headers=(("authorization", "Bearer sk-any"),),
        body=json.dumps(dialect.build(prompt, {})).encode(),
    )


def judged(exchange: Exchange, slug: str) -> dict[str, object]:
    return judge_exchange(exchange, Options(vendor=slug)).record


@pytest.mark.parametrize("said", ["Hello.", "Count from 1 to 60.", "Show me an emoji."])
def test_a_text_is_a_stream_without_findings(said: str) -> None:
    assert judged(simulator("openai").answer(post(said)), "openai")["verdict"] == "pass"


def test_a_tool_is_called_with_the_place_that_was_named() -> None:
    exchange = simulator("openai").answer(post("The weather in Paris?", tools=(WEATHER,)))
    record = judged(exchange, "openai")
    (choice,) = record["message"]["choices"]  # type: ignore[index]
    assert [part["arguments"] for part in choice["parts"]] == [{"city": "Paris"}]
    assert choice["finish_reason"] == "tool_call"
    assert record["verdict"] == "pass"
