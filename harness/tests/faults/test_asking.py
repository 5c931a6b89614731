"""A request asks for more in the words of its dialect, and keeps what it asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.dialects import catalogue as dialects
from streamgauge.exchange import Exchange, Request
from streamgauge.faults.asking import asked_of, asking, request_of, requesting
from streamgauge.faults.fault import Setting
from streamgauge.prompt import Asked, Tool

MORE = Asked(tools=(Tool(name="a"),), tool_choice="a", forced_tool="a")


def exchange(value: Any) -> Exchange:
    return Exchange(request=Request(url="https://host.invalid", body=json.dumps(value).encode()))


@pytest.mark.parametrize(
    ("dialect", "value"),
    [
        ("openai-chat", {"model": "m", "tools": [{"type": "function", "function": {"name": "b"}}]}),
        ("openai-responses", {"model": "m", "tools": [{"type": "function", "name": "b"}]}),
        ("anthropic-messages", {"model": "m", "tools": [{"name": "b", "input_schema": {}}]}),
        ("gemini", {"tools": [{"functionDeclarations": [{"name": "b"}]}],
                    "toolConfig": {"retrievalConfig": {}}}),
    ],
)  # fmt: skip
def test_a_request_asks_for_more(dialect: str, value: dict[str, Any]) -> None:
    setting = Setting(dialect=dialects.named(dialect))
    found = asking(exchange(value), setting, MORE)
    asked = asked_of(found, setting)
    assert [tool.name for tool in asked.tools] == ["b", "a"]
    assert asked.forced_tool == "a"
    assert asked.model == value.get("model")
    assert request_of(found).get("toolConfig", {}).keys() >= value.get("toolConfig", {}).keys()


def test_another_tool_is_forced_in_the_place_of_the_first() -> None:
    setting = Setting(dialect=dialects.named("gemini"))
    calling = {"mode": "ANY", "allowedFunctionNames": ["b"]}
    found = asking(exchange({"toolConfig": {"functionCallingConfig": calling}}), setting, MORE)
    assert asked_of(found, setting).forced_tool == "a"


@pytest.mark.parametrize(
    "unknown",
    [Exchange(), Exchange(request=Request()), Exchange(request=Request(body=b"[1"))],
    ids=["no request", "no body", "no JSON"],
)
def test_what_is_not_known_stays_so(unknown: Exchange) -> None:
    setting = Setting(dialect=dialects.named("openai-chat"))
    assert request_of(unknown) == {}
    assert asking(unknown, setting, MORE) is unknown


def test_only_the_body_of_a_request_is_another() -> None:
    found = requesting(exchange({"a": 1}), {"a": 2})
    assert found.request == Request(url="https://host.invalid", body=b'{"a":2}')
    assert requesting(Exchange(), {"a": 2}) == Exchange()
