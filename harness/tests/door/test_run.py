"""`streamgauge run` and `record` as users call them: verdicts, plans, mistakes, keys, cassettes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streamgauge import data
from streamgauge.door import run as door
from streamgauge.report import run as run_file
from streamgauge.schema import problems

KEY = "sk-planted-0123456789abcdef"
pytestmark = pytest.mark.usefixtures("no_keys")

HARNESS = str(Path(__file__).parents[2])
RUN_FILE = Path("reports/latest/run.jsonl")

MISTAKES: dict[str, tuple[list[str], str]] = {
    "an unknown word": (["nonsense"], "nonsense: no target, vendor or URL; known: anthropic, "),
    "a word that acts on the terminal": (["\x1b[2J"], "\\x1b[2J: no target, vendor or URL"),
    "a URL without a model": (["http://127.0.0.1:9/v1"], "http://127.0.0.1:9/v1: which model?"),
    "no http": (["ftp://x", "--model", "m"], "ftp://x: not an http or https URL"),
    "no host": (["http://", "--model", "m"], "http://: not an http or https URL"),
    "half an address": (["http://[::1", "--model", "m"], "http://[::1: not a URL: Invalid IPv6"),
    "no such port": (["http://h:99999", "--model", "m"], "http://h:99999: not a URL: Port out"),
    "a password": ([f"http://u:{KEY}@h/v1", "--model", "m"], "a base URL has no user, password"),
    "a query": ([f"http://h/v1?key={KEY}", "--model", "m"], "a base URL has no user, password"),
    "two addresses": (["http://h/v1", "--base-url", "http://i"], "a URL and --base-url: one"),
    "an empty address": (["--base-url", "", "--model", "m"], ": not an http or https URL"),
    "a dialect of others": (
        ["moonshot", "--dialect", "gemini"],
        "--dialect gemini: moonshot speaks openai-chat, anthropic-messages",
    ),
    "an unknown vendor": (["--vendor", "acme"], "--vendor acme: no such vendor; known: auto, "),
    "two vendors": (["moonshot", "--vendor", "zhipu"], "moonshot is a vendor already; --vendor"),
    "a vendor at no place": (["azure", "--plan"], "azure: its profile names no base URL"),
    "an unknown scenario": (["--scenario", "nope"], "--scenario nope: none has that name; known"),
    "no such folder": (["--scenarios", "mine"], "--scenarios mine: no such folder"),
    "an empty folder": (["--scenarios", "."], "--scenarios .: no scenario in this folder"),
    "an unknown view": (["--report", "pdf"], "--report pdf: no such view; known: html, json"),
    "an unknown rule": (["--rule", "nope"], "--rule nope: no rule has that name"),
    "no such deviations": (["--deviations", "d.toml"], "--deviations d.toml: No such file"),
    "nothing to resume": (["--resume"], "reports/latest/run.jsonl: there is no run to resume"),
    "no key": (["moonshot"], "moonshot: no key: set MOONSHOT_API_KEY or KIMI_API_KEY in the en"),
    "two of one name": (
        ["http://h/v1", "http://h/v2", "--model", "m"],
        "two targets are called h; name them in streamgauge.toml",
    ),
}

FILES: dict[str, tuple[str, str, str]] = {
    "a configuration": (
        "streamgauge.toml",
        "max-requests = 'x'",
        "streamgauge.toml: /max-requests: 'x' is not of type 'integer'",
    ),
    "a project": (
        "pyproject.toml",
        "[tool.streamgauge]\nreport = 1",
        "pyproject.toml [tool.streamgauge]: /report: 1 is not of type 'string'",
    ),
    "a header field": (
        "streamgauge.toml",
        "[targets.a]\nbase-url = 'http://h'\nmodel = 'm'\nheaders = { 'x y' = 'z' }",
        "target a: headers: x y is no header field",
    ),
    "a header value": (
        "streamgauge.toml",
        "[targets.a]\nbase-url = 'http://h'\nmodel = 'm'\nheaders = { x = \"a\\r\\nb: c\" }",
        "target a: headers: x is no header field",
    ),
    "deviations": ("d.toml", "x = = 1", "d.toml: "),
    "a scenario": ("mine/a.toml", "title = 3", "scenario a: "),
    "a scenario's name": ("mine/a#b.toml", "title = 'x'", "scenario a#b: a name has letters"),
}


def trouble(run: Any, *arguments: str) -> str:
    """The one line that a mistake is answered with."""
    result = run("run", *arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("streamgauge: ")
    assert result.stderr.count("\n") == 1
    return str(result.stderr)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line(name: str, run) -> None:
    arguments, says = MISTAKES[name]
    line = trouble(run, *arguments)
    assert line.startswith(f"streamgauge: {says}")
    assert KEY not in line
    assert not RUN_FILE.exists()


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_is_one_line(name: str, run) -> None:
    path, text, says = FILES[name]
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(text)
    more = {"d.toml": ["--deviations", "d.toml"], "mine": ["--scenarios", "mine"]}
    target = ["a"] if "targets.a" in text else []
    line = trouble(run, *target, *more.get(path.split("/")[0], []))
    assert line.startswith(f"streamgauge: {says}")


def lines_of(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        assert list(problems("run", line)) == []
    return lines


def test_a_run_of_nothing_tries_the_simulator_in_every_dialect(run) -> None:
    result = run("run", "--replay-speed", "0", "--report", "html,json,junit,markdown")
    assert result.exit_code == 0, result.output
    assert "fail" not in result.stdout
    lines = lines_of(RUN_FILE)
    results = [line["result"] for line in lines[1:-1]]
    assert [line["kind"] for line in (lines[0], lines[-1])] == ["header", "footer"]
    tried = {record["metadata"]["live"]["scenario"] for record in results}
    skipped = {one["scenario"] for one in lines[-1]["skips"]}
    assert tried | skipped == set(data.scenarios_data())
    dialects = {"openai-chat", "openai-responses", "anthropic-messages", "gemini"}
    assert {record["dialect"] for record in results} == dialects
    assert {one.name for one in RUN_FILE.parent.iterdir()} == {
        "run.jsonl", "report.html", "report.json", "junit.xml", "report.md",
    }  # fmt: skip


def test_a_lost_history_is_kimi_s_400_and_names_the_rule(run) -> None:
    result = run(
        "run", "--vendor", "moonshot", "--drop-history", "reasoning", "--replay-speed", "0",
        "--scenario", "tool-result",
    )  # fmt: skip
    assert result.exit_code == 1
    said = " ".join(result.stdout.split())
    assert "history/reasoning-is-sent-back" in said
    assert (
        "status 400: thinking is enabled but reasoning_content is missing in assistant tool call "
        "message at index 1"
    ) in said


def test_a_plan_opens_no_socket_and_needs_no_key(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a plan asks nothing")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.socket.bind", refuse)
    Path("streamgauge.toml").write_text(
        "[targets.kimi]\nvendor = 'moonshot'\nprice = { input = 2, output = 10 }\n"
    )
    result = run("run", "kimi", "moonshot", "--plan", "--scenario", "*-tool")
    assert (result.exit_code, RUN_FILE.exists()) == (0, False)
    lines = result.stdout.splitlines()
    assert lines[0].startswith("kimi/one-tool: 1 request, at most ")
    assert "kimi/forced-tool: skipped, moonshot does not know the tool choice named" in lines
    assert lines[-2].startswith("6 requests in ") or lines[-2].split()[1] == "requests"
    assert "in money; cost unknown for moonshot: no price is configured" in lines[-1]
    assert "kimi: asked without streaming: KIMI_STREAM_ENABLED is not set" in result.stderr


def test_options_beat_the_environment_beats_the_file(run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pyproject.toml").write_text(
        "[tool.streamgauge]\nreport-dir = 'of-file'\nreport = 'json'\nscenario = ['plain-text']\n"
    )
    arguments = ["run", "--vendor", "zhipu", "--replay-speed", "0", "-q"]
    assert run(*arguments).exit_code == 0
    monkeypatch.setenv("STREAMGAUGE_REPORT_DIR", "of-environment")
    monkeypatch.setenv("STREAMGAUGE_SCENARIO", "usage unicode")
    assert run(*arguments).exit_code == 0
    assert run(*arguments, "--report-dir", "of-option", "--report", "").exit_code == 0
    files = {path.as_posix() for path in Path().rglob("*") if path.is_file()}
    assert files == {
        "pyproject.toml",
        "of-file/run.jsonl",
        "of-file/report.json",
        "of-environment/run.jsonl",
        "of-environment/report.json",
        "of-option/run.jsonl",
    }
    header = lines_of(Path("of-environment/run.jsonl"))[0]
    assert header["options"]["scenarios"] == ["unicode", "usage"]


def test_a_proxy_of_the_environment_is_not_for_this_machine(
    run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    arguments = ["--vendor", "zhipu", "--scenario", "plain-text", "--replay-speed", "0"]
    assert run("run", *arguments).exit_code == 0


def test_a_provider_that_is_not_there_is_no_pass(run) -> None:
    result = run("run", "http://127.0.0.1:9/v1", "--model", "m", "--scenario", "plain-text")
    assert result.exit_code == 2
    assert "no answer: no connection" in result.stdout
    assert lines_of(RUN_FILE)[-1]["exit"] == 2


@pytest.fixture
def kimi(providers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A real Moonshot, as far as the runner can tell, that knows one key; its URL."""
    url: str = providers.simulated("moonshot", keys=(KEY,))
    (tmp_path / "streamgauge.toml").write_text(
        f"[targets.kimi]\nvendor = 'moonshot'\nbase-url = '{url}'\n"
    )
    monkeypatch.setenv("MOONSHOT_API_KEY", KEY)
    return url


@pytest.mark.usefixtures("kimi")
def test_a_closed_gate_asks_whole_and_says_why(run) -> None:
    result = run("run", "kimi", "--scenario", "plain-text", "--scenario", "cancel")
    assert result.exit_code == 0, result.output
    why = "KIMI_STREAM_ENABLED is not set to true"
    assert f"kimi: asked without streaming: {why}" in result.stderr
    header, record, footer = lines_of(RUN_FILE)
    assert header["options"]["targets"][0]["why_not_streamed"] == why
    assert record["result"]["metadata"]["streamed"] is False
    assert footer["skips"][0]["reason"] == f"nothing to cancel: {why}"


@pytest.mark.usefixtures("kimi")
def test_an_open_gate_streams(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIMI_STREAM_ENABLED", "yes")
    assert run("run", "kimi", "--scenario", "plain-text").exit_code == 0
    header, *results, _ = lines_of(RUN_FILE)
    assert "why_not_streamed" not in header["options"]["targets"][0]
    streamed = [one["result"]["metadata"]["streamed"] for one in results]
    assert streamed == [True, False][: len(streamed)]


@pytest.mark.usefixtures("kimi")
def test_a_wrong_key_fails_in_the_vendor_s_words(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOONSHOT_API_KEY", "sk-wrong-0123456789")
    result = run("run", "kimi", "--scenario", "plain-text")
    assert result.exit_code == 1
    assert "status 401: Invalid Authentication" in " ".join(result.stdout.split())


@pytest.mark.usefixtures("kimi")
def test_a_line_end_behind_a_key_is_none_of_it(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOONSHOT_API_KEY", f"{KEY}\r\n")
    assert run("run", "kimi", "--scenario", "plain-text").exit_code == 0
    monkeypatch.setenv("MOONSHOT_API_KEY", f"{KEY}\x1b\u20ac")
    assert trouble(run, "kimi") == (
        "streamgauge: target kimi: MOONSHOT_API_KEY: this key has characters that no header "
        "can carry\n"
    )


@pytest.mark.usefixtures("kimi")
def test_cassettes_are_clean_and_stay_in_their_folder(
    run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KIMI_STREAM_ENABLED", "1")
    arguments = ["--scenario", "plain-text", "--scenario", "tool-result", "-q"]
    assert run("record", "kimi", "--model", "../../kimi: k2", *arguments).exit_code == 0
    kept = sorted(path.as_posix() for path in Path("cassettes").rglob("*") if path.is_file())
    assert kept == [
        "cassettes/kimi/-..-kimi-k2/plain-text.yaml",
        "cassettes/kimi/-..-kimi-k2/tool-result.yaml",
    ]
    assert not list(tmp_path.parent.glob("kimi*"))
    assert run("check", "cassettes", "--vendor", "moonshot").exit_code == 0
    assert all(KEY not in Path(path).read_text() for path in kept)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The URL of `streamgauge serve` on the cassettes of the folder."""
    command = [sys.executable, "-m", "streamgauge", "serve", "cassettes", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--replay-speed", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": HARNESS},
    )  # fmt: skip
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def recorded(run) -> None:
    """Cassettes of the simulator, as Z.ai, for the server that comes after."""
    arguments = ["--vendor", "zhipu", "--scenario", "plain-text", "--scenario", "tool-result"]
    assert run("record", *arguments, "--replay-speed", "0", "-q").exit_code == 0


@pytest.mark.usefixtures("recorded")
def test_what_was_recorded_is_a_provider_again(served: str, run) -> None:
    model = lines_of(RUN_FILE)[1]["result"]["metadata"]["live"]["model"]
    base = f"{served}/api/paas/v4"
    result = run(
        "run", base, "--vendor", "zhipu", "--model", model,
        "--scenario", "plain-text", "--scenario", "tool-result",
    )  # fmt: skip
    assert result.exit_code == 0, result.output


def test_an_interrupted_run_is_a_run_and_goes_on(providers, run, tmp_path: Path) -> None:
    url = providers.simulated("moonshot")
    (tmp_path / "streamgauge.toml").write_text(
        f"[targets.slow]\nvendor = 'unknown'\ndialect = 'openai-chat'\nbase-url = '{url}'\n"
        "model = 'm'\nat-once = 1\nper-minute = 240\n"
    )
    arguments = ["run", "slow", "--scenario", "u*", "--scenario", "plain-text"]
    environment = {**os.environ, "PYTHONPATH": HARNESS}
    process = subprocess.Popen(
        [sys.executable, "-m", "streamgauge", *arguments], cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
    )  # fmt: skip
    path = tmp_path / RUN_FILE
    while process.poll() is None and not (path.exists() and path.read_bytes().count(b"\n") > 1):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert err == "streamgauge: interrupted; the same command with --resume goes on\n"
    before = run_file.read(path.read_bytes())
    assert before.footer is None
    assert len(before.records) > 0
    asked = len(providers.asked)
    resumed = run(*arguments, "--resume")
    assert resumed.exit_code in (0, 1), resumed.output
    lines = lines_of(path)
    sources = [line["result"]["source"] for line in lines[1:-1]]
    assert len(set(sources)) == len(sources) > len(before.records)
    assert len(providers.asked) - asked <= len(sources) - len(before.records) + 1


@pytest.mark.usefixtures("kimi")
def test_a_fault_of_ours_shows_no_key(tmp_path: Path) -> None:
    # The traceback of a subprocess, as a user would paste it into an issue.
    program = (
        "import sys\nfrom streamgauge.cli import main\n"
        "from streamgauge.trials import expectation\n"
        "def broken(*_): raise RuntimeError('ours')\n"
        "expectation.unmet = broken\n"
        "sys.argv = ['streamgauge', 'run', 'kimi', '--scenario', 'plain-text']\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": HARNESS}, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "RuntimeError: ours" in done.stderr
    assert KEY not in done.stdout + done.stderr
    assert all(KEY not in path.read_text() for path in tmp_path.rglob("*.jsonl"))


@pytest.mark.usefixtures("kimi")
def test_a_leak_fails_the_run_and_is_named_without_the_key(
    run, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = door.outputs.write_views

    def leaky(folder: Path, views: list[str]) -> list[str]:
        written = real(folder, views)
        page = folder / "report.html"
        page.write_text(page.read_text() + f"\n{KEY}")
        return written

    monkeypatch.setattr(door.outputs, "write_views", leaky)
    result = run("run", "kimi", "--scenario", "plain-text")
    assert result.exit_code == 2
    assert "streamgauge: a live key stands in reports/latest/report.html:" in result.stderr
    assert KEY not in result.output


def test_the_output_of_a_reader_that_went_away_is_no_traceback(tmp_path: Path) -> None:
    command = f"{sys.executable} -m streamgauge run --plan | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], cwd=tmp_path, capture_output=True,
        text=True, env={**os.environ, "PYTHONPATH": HARNESS}, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert done.stdout.count("\n") == 1
