"""`streamgauge shrink` as users call it: a recording in, a small fixture out that still bites."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from streamgauge import data
from streamgauge.capture.cassette_text import cassette_text
from streamgauge.door import inputs
from streamgauge.door import shrink as door
from streamgauge.exchange import Exchange, Request
from streamgauge.pipeline import check

Run = Callable[..., Result]
FIXTURES = data.fixtures_root()
UNHURRIED = ("--seconds", "600")
"""No slow machine may change what is left."""
SOURCE = str(Path(__file__).parents[2])


def long_cut(words: int = 20) -> bytes:
    """A stream of some kB without an end, and with a call of no id."""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": f"word {number} "} for number in range(words)]
    deltas += [{"tool_calls": [{"index": 0, "type": "function", "function": {"name": "look_up"}}]}]
    deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": '{"word":"tea"}'}}]}]
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1700000000, "model": "m-1"}
    choices = ({"index": 0, "delta": delta, "finish_reason": None} for delta in deltas)
    chunks = (json.dumps({**head, "choices": [choice]}) for choice in choices)
    return "".join(f": still here\n\ndata: {chunk}\n\n" for chunk in chunks).encode()


LONG = long_cut()


def rules(path: Path, levels: tuple[str, ...] = ("must", "should")) -> set[str]:
    """The rules that a recording breaks, judged as its description says."""
    (one,) = inputs.find((str(path),)).inputs
    (exchange,) = inputs.read(one, (), None)
    said = inputs.description(one) or {}
    judged = check(exchange, said.get("dialect", "auto"), said.get("vendor", "auto"))
    return {one.rule for one in judged.outcome.findings if one.level.value in levels}


def test_a_recording_becomes_a_small_fixture_of_the_same_findings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.sse").write_bytes(LONG)
    result = run("shrink", "long.sse", "--vendor", "moonshot", *UNHURRIED)
    folder = tmp_path / "long.shrunk"
    assert result.exit_code == 0, result.output
    judged = check(LONG, vendor="moonshot")
    weighty = {one.rule for one in judged.outcome.findings if one.level.value != "may"}
    assert rules(folder) == weighty
    assert len(weighty) > 1
    assert (folder / "stream.sse").stat().st_size < len(LONG) / 10
    said = data.toml_file(folder / "fixture.toml")
    assert (said["dialect"], said["vendor"]) == ("openai-chat", "moonshot")
    assert said["ending"] == judged.record["ending"] == "truncated"
    assert all(f" {rule}: " in result.stdout for rule in weighty)
    assert f"{len(LONG)} bytes in " in result.stdout


def test_a_fixture_names_all_that_it_breaks_and_is_excused_for_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.sse").write_bytes(LONG)
    assert run("shrink", "long.sse", "-o", "new", *UNHURRIED).exit_code == 0
    result = run("check", "new", "--format", "jsonl", "--fail-on", "should")
    assert result.exit_code == 0, result.output
    (record,) = map(json.loads, result.stdout.splitlines())
    assert record["verdict"] == "pass"
    assert {one["excused"] is not None for one in record["findings"]} == {True}
    message = json.loads((tmp_path / "new" / "message.json").read_text())
    assert message == record["message"]


def test_the_command_that_it_prints_reproduces_the_findings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.sse").write_bytes(LONG)
    result = run(
        "shrink", "long.sse", "--rule", "tools/*", "--any-ending", "--any-others", *UNHURRIED
    )
    (how,) = (x for x in result.stdout.splitlines() if x.startswith("Reproduce with: "))
    command = how.removeprefix("Reproduce with: ").replace("streamgauge", '"$0" -m streamgauge', 1)
    done = subprocess.run(
        ["sh", "-c", f"{command} --format jsonl", sys.executable],
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        check=False,
    )
    record = json.loads(done.stdout)
    assert record["metadata"]["bytes"] == (tmp_path / "long.shrunk" / "stream.sse").stat().st_size
    assert record["metadata"]["bytes"] < 120
    assert {one["rule"] for one in record["findings"]} >= {"tools/id-is-present"}
    head = (tmp_path / "long.shrunk" / "fixture.toml").read_text().splitlines()[0]
    assert head == f"# {how}"


# Fixture, what is asked beside it, files that are written, what the description says more.
KEPT: dict[str, tuple[str, list[str], set[str], set[str]]] = {
    "a request that the finding needs": (
        "openai-chat/forced-call-in-words",
        [],
        {"stream.sse", "request.json"},
        set(),
    ),
    "no request that it does not need": (
        "openai-chat/usage-total-is-no-sum",
        [],
        {"stream.sse"},
        set(),
    ),
    "times": (
        "openai-chat/body-in-one-burst",
        ["--rule", "timing/*"],
        {"stream.sse"},
        {"arrivals"},
    ),
    "a close": ("wire/reset-after-the-end", ["--rule", "ending/*"], {"stream.sse"}, {"close"}),
    "a document": ("openai-chat/document-instead-of-a-stream", [], {"stream.json"}, set()),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_findings_need_beside_the_body_is_kept_and_nothing_else(
    name: str, run: Run, tmp_path: Path
) -> None:
    fixture, options, files, more = KEPT[name]
    stream = next((FIXTURES / fixture).glob("stream.*"))
    result = run("shrink", str(stream), "-o", "small", *options, *UNHURRIED)
    assert result.exit_code == 0, result.output
    small = tmp_path / "small"
    assert {path.name for path in small.iterdir()} == {*files, "fixture.toml", "message.json"}
    said = set(data.toml_file(small / "fixture.toml"))
    assert said - {"says", "dialect", "vendor", "ending", "breaks"} == more
    before, after = (rules(folder, ("must", "should", "may")) for folder in (stream, small))
    assert after
    assert after & before


def test_one_exchange_of_a_cassette_is_chosen_by_number(run: Run, tmp_path: Path) -> None:
    request = Request(url="https://api.moonshot.ai/v1/chat/completions", body=b'{"model":"m"}')
    both = [Exchange(body=long_cut(2), request=request), Exchange(body=LONG, request=request)]
    (tmp_path / "two.yaml").write_text(cassette_text(both))
    refused = run("shrink", "two.yaml")
    assert (refused.exit_code, "--number 0 … 1" in refused.stderr) == (2, True)
    result = run("shrink", "two.yaml", "--number", "1", "--rule", "tools/*", *UNHURRIED)
    assert result.exit_code == 0, result.output
    # The host named the vendor; the fixture names it, and the request may go.
    assert data.toml_file(tmp_path / "two.shrunk" / "fixture.toml")["vendor"] == "moonshot"
    assert not (tmp_path / "two.shrunk" / "request.json").exists()


# What is called, and the words of the refusal.
MISTAKES: dict[str, tuple[list[str], str]] = {
    "no such file": (["none.sse"], "none.sse: no such file"),
    "no such vendor": (["cut.sse", "--vendor", "acme"], "--vendor acme: no such vendor"),
    "no such rule": (["cut.sse", "--rule", "tools/nope"], "--rule tools/nope: no rule"),
    "no such number": (["cut.sse", "--number", "3"], "holds 1 exchange, counted from 0"),
    "no finding": (["good.sse"], "no finding of level must or should to keep"),
    "no finding of these": (["cut.sse", "--rule", "tools/*"], "no finding of these rules to keep"),
    "not a stream": (["stranger.sse"], "not an LLM stream that we know"),
    "a folder that is there": (["cut.sse", "-o", "there"], "there: exists; --force"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_nothing_is_written(
    name: str, run: Run, streams: dict[str, bytes], tmp_path: Path
) -> None:
    for stream, body in streams.items():
        (tmp_path / f"{stream}.sse").write_bytes(body)
    (tmp_path / "there").mkdir()
    before = set(tmp_path.rglob("*"))
    arguments, words = MISTAKES[name]
    result = run("shrink", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("budget", [["--seconds", "0"], ["--judgements", "7"]])
def test_a_spent_budget_writes_the_best_so_far_and_says_so(
    budget: list[str], run: Run, tmp_path: Path
) -> None:
    (tmp_path / "long.sse").write_bytes(LONG)
    result = run("shrink", "long.sse", *budget)
    assert result.exit_code == 0
    assert "stopped early" in result.stdout
    assert rules(tmp_path / "long.shrunk") == rules(tmp_path / "long.sse")


def test_a_fixture_is_written_over_only_by_force_and_leaves_no_old_stream(
    run: Run, streams: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "cut.sse").write_bytes(streams["cut"])
    document = FIXTURES / "openai-chat" / "document-instead-of-a-stream"
    assert run("shrink", str(next(document.glob("stream.*"))), "-o", "a").exit_code == 0
    assert run("shrink", "cut.sse", "-o", "a").exit_code == 2
    assert run("shrink", "cut.sse", "-o", "a", "--force", "-q").output == ""
    assert [path.name for path in (tmp_path / "a").glob("stream.*")] == ["stream.sse"]


# When Ctrl-C is pressed (before which judgement), the exit code, what is said.
PRESSED: dict[str, tuple[set[int], int, str]] = {
    "once": ({9}, 0, "stopped early"),
    "twice": ({9, 10}, 2, "interrupted; nothing was written"),
}


@pytest.mark.parametrize("name", PRESSED)
def test_ctrl_c_keeps_the_best_so_far_and_a_second_one_ends_everything(
    name: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed, code, words = PRESSED[name]
    (tmp_path / "long.sse").write_bytes(LONG)
    before = signal.getsignal(signal.SIGINT)
    asked: list[None] = []
    judge = door.judge_exchange

    def judge_and_press(*arguments: Any) -> Any:
        asked.append(None)
        if len(asked) in pressed:
            signal.raise_signal(signal.SIGINT)
        return judge(*arguments)

    monkeypatch.setattr(door, "judge_exchange", judge_and_press)
    result = run("shrink", "long.sse")
    assert (result.exit_code, words in result.output) == (code, True)
    assert len(asked) < 30
    assert (tmp_path / "long.shrunk").exists() is (code == 0)
    assert signal.getsignal(signal.SIGINT) is before


BARE_ERROR = b': idle\n\ndata: {"error": "no", "x": 1}\n\n'


def har(body: bytes) -> bytes:
    """An archive of one exchange."""
    request = {"method": "POST", "url": "https://api.openai.com/v1/chat/completions", "headers": []}
    content = {"mimeType": "text/event-stream", "text": body.decode()}
    response = {"status": 200, "headers": [], "content": content}
    entry = {"request": request, "response": response, "time": 1}
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}}).encode()


@pytest.mark.parametrize(
    ("source", "content", "out"),
    [
        ("error.sse.gz", gzip.compress(BARE_ERROR, mtime=0), "error.shrunk"),
        ("error.har", har(BARE_ERROR), "error.shrunk"),
        ("-", BARE_ERROR, "stdin.shrunk"),
    ],
    ids=["gzip", "archive", "standard input"],
)
def test_whatever_can_be_checked_can_be_shrunk(
    source: str, content: bytes, out: str, run: Run, tmp_path: Path
) -> None:
    if source != "-":
        (tmp_path / source).write_bytes(content)
    result = run("shrink", source, "--dialect", "openai-chat", *UNHURRIED, input=content)
    assert result.exit_code == 0, result.output
    assert (tmp_path / out / "stream.sse").read_bytes() == b'data: {"error":"a"}\n\n'


def test_no_signal_is_caught_where_none_can_be(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.sse").write_bytes(LONG)
    results: list[Result] = []
    thread = threading.Thread(
        target=lambda: results.append(run("shrink", "long.sse", "--judgements", "3"))
    )
    thread.start()
    thread.join()
    assert results[0].exit_code == 0


def test_bytes_are_printed_so_that_a_shell_gives_them_back() -> None:
    every = bytes(range(1, 256)) + b"%s\\n'$(x)'"
    done = subprocess.run(
        ["sh", "-c", f"printf '{door.printf_format(every)}'"], capture_output=True, check=True
    )
    assert done.stdout == every


def test_help_fits_a_terminal_and_shows_examples(run: Run) -> None:
    result = run("shrink", "--help")
    assert result.exit_code == 0
    assert max(map(len, result.output.splitlines())) <= 88
    assert "streamgauge shrink answer.sse" in result.output
