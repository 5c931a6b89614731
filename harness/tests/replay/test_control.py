"""A client that knows only a base URL can run every case, and is reported."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from streamgauge.exchange import Exchange, Framing, Request
from streamgauge.replay.control import Control
from streamgauge.replay.library import Entry, Library
from streamgauge.replay.server import Server

LIBRARY = (
    Entry(id="a", exchange=Exchange(body=b"A", framing=Framing.LENGTH), dialect="gemini", says="x"),
    Entry(id="b.1", exchange=Exchange(body=b"B", framing=Framing.LENGTH)),
)


def got(path: str, control: Control | None = None) -> tuple[int | None, Any]:
    exchange = (control or Control(Library(LIBRARY))).answer(Request(url=f"http://x{path}"))
    return exchange.head.status, json.loads(exchange.body)


def test_the_cases_are_listed() -> None:
    status, cases = got("/cases")
    assert status == 200
    assert cases == [
        {"id": "a", "dialect": "gemini", "says": "x", "base_path": "/case/a/agent/"},
        {"id": "b.1", "dialect": None, "says": "", "base_path": "/case/b.1/agent/"},
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/case/a/agent/me",
        "/case/a/agent/me/",
        "/case/a/agent/me/v1/chat/completions",
        "/case/a/agent/m%2Fe/v1beta/models/m:streamGenerateContent?alt=sse",
    ],
)
def test_every_path_below_a_case_is_answered_with_it(path: str) -> None:
    assert Control(Library(LIBRARY)).answer(Request(url=f"http://x{path}")).body == b"A"


@pytest.mark.parametrize("path", ["/case/c/agent/me/x", "/case/a", "/", "/v1/x", "/case/a/me/x"])
def test_what_is_no_case_is_not_found(path: str) -> None:
    status, error = got(path)
    assert status == 404
    assert "/cases" in error["error"]["message"]


@pytest.mark.asyncio
async def test_a_report_says_what_an_agent_fetched() -> None:
    control = Control(Library(LIBRARY))
    async with (
        Server(control.answer, log=control.note) as server,
        httpx.AsyncClient(base_url=server.url, trust_env=False) as client,
    ):
        for _ in range(2):
            assert (await client.post("/case/a/agent/m%C3%A9/v1/x", json={})).content == b"A"
        await client.post("/case/nothing/agent/m%C3%A9/v1/x", json={})
        report = (await client.get("/report", params={"agent": "mé"})).json()
        agents = (await client.get("/report")).json()
    assert agents == {"agents": ["mé"]}
    (case,) = report["cases"]
    assert (case["id"], case["fetched"]) == ("a", 2)
    assert case["last"]["path"] == "/v1/x"
    assert case["last"]["close"] == "clean"
    assert report["not_fetched"] == ["b.1"]


def test_an_unknown_agent_has_fetched_nothing() -> None:
    assert got("/report?agent=nobody")[1]["not_fetched"] == ["a", "b.1"]
