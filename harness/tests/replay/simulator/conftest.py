"""Requests as a client of any dialect would send them, and the simulators that answer them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from streamgauge.dialects import catalogue
from streamgauge.exchange import Request
from streamgauge.pipeline import profiles
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn
from streamgauge.replay.simulator import Settings, Simulator
from streamgauge.replay.simulator.heard import Heard, json_of, understand
from streamgauge.vendors.profile import Profile, find

WEATHER = Tool(
    name="get_weather",
    parameters={
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        },
        "required": ["city"],
    },
)
CLOCK = Tool(name="current_time", parameters={"type": "object", "properties": {}})


def profile_of(slug: str) -> Profile:
    found = find(profiles(), slug)
    assert found is not None
    return found


def user(text: str) -> Turn:
    return Turn(role=Role.USER, text=text)


def request_of(
    *turns: Turn | str,
    dialect: str = "openai-chat",
    slug: str = "openai",
    key: str | None = "sk-any",
    members: dict[str, Any] | None = None,
    json_schema: object = None,
    **asked: Any,
) -> Request:
    """A streamed request that counts, unless `asked` says otherwise."""
    speaks = catalogue.named(dialect)
    facts = profile_of(slug).narrowed(dialect).facts
    options = {"model": "some-model", "stream": True, "include_usage": True, **asked}
    prompt = Prompt(
        asked=Asked(**options),
        turns=tuple(user(turn) if isinstance(turn, str) else turn for turn in turns),
        json_schema=json_schema,
        members=members or {},
    )
    name, form = speaks.key_header
    headers = () if key is None else ((name, form.format(key=key)),)
    return Request(
        url="http://127.0.0.1:1" + speaks.path(prompt),
        headers=(("content-type", "application/json"), *headers),
        body=json.dumps(speaks.build(prompt, facts)).encode(),
    )


def heard_of(*turns: Turn | str, **asked: Any) -> Heard:
    request = request_of(*turns, **asked)
    value = json_of(request)
    assert value is not None
    return understand(request, catalogue.named(asked.get("dialect", "openai-chat")), value)


@pytest.fixture(scope="session")
def ask() -> Callable[..., Request]:
    return request_of


@pytest.fixture(scope="session")
def hear() -> Callable[..., Heard]:
    return heard_of


@pytest.fixture(scope="session")
def weather() -> Tool:
    return WEATHER


@pytest.fixture(scope="session")
def clock() -> Tool:
    return CLOCK


@pytest.fixture(scope="session")
def simulate() -> Callable[..., Simulator]:
    def make(slug: str = "openai", **settings: Any) -> Simulator:
        return Simulator(profile_of(slug), settings=replace(Settings(), **settings))

    return make
