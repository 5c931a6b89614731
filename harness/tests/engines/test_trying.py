"""Trials of an engine go through the live runner: here the engine is a server of our own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engines.casting import Cast
from engines.serving import Launch
from engines.trying import KEY_ENV, Tried, Wanted, place_of, try_engine
from streamgauge.verdict.deviations import Excuse, Place

PEER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

SAID = [
    b'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":'
    b'[{"index":0,"delta":{"role":"assistant","content":"Hello"},"finish_reason":null}]}\\n\\n',
    b'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":'
    b'[{"index":0,"delta":{},"finish_reason":"stop"}]}\\n\\n',
    b'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],'
    b'"usage":{"prompt_tokens":4,"completion_tokens":1,"total_tokens":5}}\\n\\n',
]


class Peer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        key = self.headers["authorization"]
        self.send_response(200 if key == "Bearer sk-peer-key" else 401)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for piece in SAID:
            self.wfile.write(piece)


HTTPServer(("127.0.0.1", int(sys.argv[1])), Peer).serve_forever()
"""


def cast_of(folder: Path) -> Cast:
    """An engine that says hello and forgets `[DONE]`."""
    launch = Launch(
        name="llama-cpp/words",
        model="tiny-words",
        command=lambda port: (sys.executable, "-c", PEER, str(port)),
        paths={"openai-chat": "/v1"},
        log=folder / "peer.log",
        key="sk-peer-key",
    )
    return Cast(
        engine="llama-cpp",
        launch=lambda _: launch,
        dialects=("openai-chat",),
        shows={},
        leaves_out={"cancel": "it is over too soon"},
    )


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tried, Path]:
    folder = tmp_path_factory.mktemp("trying")
    wanted = Wanted(
        runs=folder / "runs", cassettes=folder / "cassettes", scenarios=frozenset({"usage"})
    )
    return try_engine(cast_of(folder), wanted), folder


def test_a_scenario_is_asked_and_judged(tried: tuple[Tried, Path]) -> None:
    (record,) = tried[0].records_of("llama-cpp.openai-chat", "usage")
    assert record["vendor"] == "llama-cpp"
    assert record["metadata"]["live"]["status"] == 200
    assert {one["rule"] for one in record["findings"]} >= {"ending/sentinel-is-sent"}


def test_its_cassette_lies_where_record_puts_it_and_holds_no_key(
    tried: tuple[Tried, Path],
) -> None:
    path = tried[1] / "cassettes/llama-cpp.openai-chat/tiny-words/usage.yaml"
    assert "Hello" in path.read_text(encoding="utf-8")
    assert "sk-peer-key" not in path.read_text(encoding="utf-8")


def test_what_was_left_out_is_skipped_with_its_reason(tried: tuple[Tried, Path]) -> None:
    skips = tried[0].skips_of("llama-cpp.openai-chat", "cancel")
    assert skips == ["it is over too soon"]


def test_a_deviation_is_needed_where_its_finding_was_seen(tried: tuple[Tried, Path]) -> None:
    def excuse(rule: str, scenario: str) -> Excuse:
        return Excuse(rule=rule, scenario=scenario, reason="r", link="", since="2026")

    seen = excuse("ending/sentinel-is-sent", "usage")
    stale = [excuse("ending/sentinel-is-sent", "cancel"), excuse("usage/is-sent", "usage")]
    assert tried[0].needed([seen, *stale]) == {seen}


def test_the_key_leaves_no_trace_in_the_environment(tmp_path: Path) -> None:
    wanted = Wanted(runs=tmp_path, scenarios=frozenset({"usage"}))
    assert try_engine(cast_of(tmp_path), wanted).records
    assert KEY_ENV not in os.environ


@pytest.mark.parametrize(
    ("source", "scenario"),
    [
        ("e.openai-chat/one-tool", "one-tool"),
        ("e.openai-chat/one-tool~whole", "one-tool"),
        ("e.openai-chat/agent-loop#3", "agent-loop"),
        ("e.openai-chat/cache-pair#00-warm", "cache-pair"),
    ],
)
def test_the_place_of_a_result(source: str, scenario: str) -> None:
    assert place_of(source) == Place(source=source, target="e.openai-chat", scenario=scenario)
