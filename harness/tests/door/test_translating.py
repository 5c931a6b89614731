"""`streamgauge serve --translate`: a real proxy, and one line for every mistake."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from streamgauge.door.serve import run as serve
from streamgauge.door.translating import Unusable, prepared, run
from streamgauge.translate import Untranslatable

KEY = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789"
OPTIONS: dict[str, Any] = {
    "translate": "anthropic-messages:gemini",
    "upstream": "http://127.0.0.1:9",
    "upstream_model": None,
    "upstream_vendor": "auto",
    "host": "127.0.0.1",
    "port": 0,
    "log": None,
    "replay_speed": 1.0,
    "simulate": None,
    "fault": (),
}


@contextmanager
def served(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The URL of a running server, and its process."""
    command = [sys.executable, "-m", "streamgauge", "serve", "--port", "0", *arguments]
    source = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_client_is_answered_through_the_proxy_and_both_sides_are_logged(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    asked = {
        "model": "claude",
        "max_tokens": 99,
        "stream": True,
        "messages": [{"role": "user", "content": 'Reply with exactly: "yes"'}],
    }
    with served("--simulate", "google", "--replay-speed", "0") as (upstream, _):
        named = ("--translate", "anthropic-messages:gemini", "--upstream", upstream)
        model = ("--upstream-model", "gemini-2.5-flash", "--log", str(log))
        with served(*named, *model) as (url, process):
            head = {"x-api-key": KEY, "x-conversation-id": "mine"}
            answer = httpx.post(f"{url}/v1/messages", json=asked, headers=head, trust_env=False)
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
    assert '"text":"yes"' in answer.text
    assert answer.text.rstrip().endswith('{"type":"message_stop"}')
    (line,) = log.read_text().splitlines()
    found = json.loads(line)
    assert (found["conversation"], found["request_index"], found["ended"]) == (
        "mine",
        0,
        "complete",
    )
    assert json.loads(found["sent"])["contents"][0]["role"] == "user"
    assert "candidates" in found["heard"]
    assert KEY not in line


MISTAKES = {
    "no pair": ({"translate": "gemini"}, "it is FROM:TO"),
    "an unknown dialect": ({"translate": "gemini:smalltalk"}, "no dialect 'smalltalk'; known: "),
    "no upstream": ({"upstream": None}, "--translate needs --upstream URL"),
    "no address": ({"upstream": "localhost:80"}, "no http or https address"),
    "an unknown vendor": ({"upstream_vendor": "nobody"}, "no such vendor speaks gemini"),
    "a vendor without the dialect": ({"upstream_vendor": "mistral"}, "no such vendor speaks"),
}


@pytest.mark.parametrize(("options", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line(
    options: dict[str, Any], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Unusable, match=says):
        prepared({**OPTIONS, **options})
    assert run({**OPTIONS, **options}) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line


def test_a_dialect_into_itself_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Untranslatable):
        prepared({**OPTIONS, "translate": "gemini:gemini"})
    assert run({**OPTIONS, "translate": "gemini:gemini"}) == 2
    assert "gemini needs no translation into itself" in capsys.readouterr().err


def test_a_vendor_is_known_by_its_host() -> None:
    named = {**OPTIONS, "upstream": "https://generativelanguage.googleapis.com"}
    _, upstream = prepared(named)
    assert "signed-calls-models" in upstream.facts
    _, unknown = prepared(OPTIONS)
    assert "signed-calls-models" not in unknown.facts
    _, asked = prepared({**OPTIONS, "upstream_vendor": "google", "upstream_model": "m"})
    assert (asked.facts, asked.model) == (upstream.facts, "m")


@pytest.mark.parametrize(
    ("paths", "options"),
    [(("a.sse",), {}), ((), {"simulate": "google"}), ((), {"fault": ("cut-text",)})],
    ids=["recordings", "a vendor to be", "faults"],
)
def test_a_proxy_plays_nothing_else(
    paths: tuple[str, ...], options: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve(paths, {**OPTIONS, **options}) == 2
    assert "an upstream answers" in capsys.readouterr().err


def test_an_address_that_cannot_be_used_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run({**OPTIONS, "host": "203.0.113.7"}) == 2
    assert capsys.readouterr().err.startswith("streamgauge: cannot serve: ")
