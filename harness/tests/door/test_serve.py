"""`streamgauge serve` as users run it: a process that plays files, and ends when told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from streamgauge.data import fixtures_root

FIXTURE = fixtures_root() / "wire" / "reset-after-the-end"


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


def test_a_recording_is_played_and_what_was_sent_is_logged(
    tmp_path: Path, streams: dict[str, bytes]
) -> None:
    (tmp_path / "good.sse").write_bytes(streams["good"])
    log = tmp_path / "sent.jsonl"
    with served(str(tmp_path), "--replay-speed", "0", "--log", str(log)) as (url, process):
        answer = httpx.post(f"{url}/v1/chat/completions", json={}, trust_env=False)
        case = httpx.get(f"{url}/case/good/agent/me/v1/x", trust_env=False)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert answer.content == case.content == streams["good"]
    assert answer.headers["content-type"] == "text/event-stream"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["close"] for line in lines] == ["clean", "clean"]
    assert lines[0]["source"] == str(tmp_path / "good.sse")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_a_fault_is_put_in_and_a_signal_ends_it_in_good_order(
    number: signal.Signals, tmp_path: Path, streams: dict[str, bytes]
) -> None:
    (tmp_path / "good.sse").write_bytes(streams["good"])
    with served(str(tmp_path), "--fault", "error-status:status=429,retry_after=7") as (
        url,
        process,
    ):
        answer = httpx.post(url, json={}, trust_env=False)
        process.send_signal(number)
        assert process.wait(10) == 0
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["error"]["type"] == "rate_limit_error"


def test_a_fixture_is_played_as_it_is_described() -> None:
    with served(str(FIXTURE)) as (url, _):
        cases = httpx.get(f"{url}/cases", trust_env=False).json()
        with pytest.raises(httpx.HTTPError):
            httpx.post(url, json={}, trust_env=False)
    assert [case["id"] for case in cases] == ["wire.reset-after-the-end"]
    assert cases[0]["dialect"] == "openai-chat"


def test_cases_are_played_to_a_client_that_knows_only_a_base_url() -> None:
    with served("--cases", "*in-arguments.openai-chat") as (url, _):
        cases = {case["id"]: case for case in httpx.get(f"{url}/cases", trust_env=False).json()}
        cut, dropped = (
            f"{url}{cases[id]['base_path']}me/v1/chat/completions"
            for id in ("cut-in-arguments.openai-chat", "dropped-in-arguments.openai-chat")
        )
        body = httpx.post(cut, json={}, trust_env=False).text
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(dropped, json={}, trust_env=False)
        report = httpx.get(f"{url}/report", params={"agent": "me"}, trust_env=False).json()
    case = cases["cut-in-arguments.openai-chat"]
    assert case["dialect"] == "openai-chat"
    assert case["says"].endswith("(must-not-invent)")
    assert '"tool_calls"' in body
    assert [case["id"][:3] for case in report["cases"]] == ["cut", "dro"]
    assert report["cases"][0]["last"]["path"] == "/v1/chat/completions"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing.sse"], "streamgauge: nothing.sse: no such file"),
        ([".", "--fault", "nonsense"], "streamgauge: no fault 'nonsense'; known: "),
        (["."], "streamgauge: .: no recording in this folder"),
        (["--cases", "nobody-*"], "streamgauge: no case is named nobody-*"),
        (["--cases", "*", "a.sse"], "streamgauge: --cases: a case is played as it is, so nothing"),
        (["--cases", "*", "--fault", "drop"], "streamgauge: --cases: a case is played as it is"),
        (["page.html.sse", "--log", "no/such/folder"], "streamgauge: cannot serve: No such file"),
    ],
    ids=["no file", "no fault", "nothing in it", "no case", "a path", "a fault", "no log"],
)
def test_what_cannot_be_served_is_one_line(arguments: list[str], says: str, run) -> None:
    if arguments[0].startswith("page"):
        Path(arguments[0]).write_bytes(b"<html></html>")
    result = run("serve", "--port", "0", *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(says)
    assert result.stderr.count("\n") == 1


def test_the_faults_are_listed(run) -> None:
    shown = run("serve", ".", "--fault", "?").stdout
    assert "stall:after=0.5,ms=61000.0\n    A silence" in shown
