"""The command line: its commands, its help, its mistakes in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from streamgauge import __version__

Run = Callable[..., Result]
HARNESS = Path(__file__).resolve().parents[2]

MISTAKES: dict[str, tuple[list[str], str]] = {
    "no path": (["check"], "Missing argument"),
    "unknown command": (["chek"], "No such command"),
    "unknown option": (["check", "a.sse", "--loud"], "No such option"),
    "unknown format": (["check", "a.sse", "--format", "xml"], "Invalid value for '--format'"),
    "unknown dialect": (["check", "a.sse", "--dialect", "latin"], "Invalid value for '--dialect'"),
    "unknown vendor": (["check", "a.sse", "--vendor", "acme"], "--vendor acme: no such vendor"),
    "unknown rule": (["check", "a.sse", "--rule", "tools/nope"], "--rule tools/nope: no rule"),
    "unknown view": (["check", "a.sse", "--report", "pdf"], "--report pdf: no such view"),
    "no job": (["check", "a.sse", "--jobs", "0"], "Invalid value for '--jobs'"),
    "no such request": (
        ["check", "a.sse", "--request", "r.json"],
        "--request r.json: no such file",
    ),
    "no such deviations": (["check", "a.sse", "--deviations", "d.toml"], "--deviations d.toml: "),
    "unknown page": (["rules", "tools/nope"], "no rule is named tools/nope"),
    "unknown vendor of pages": (["rules", "--vendor", "acme"], "--vendor acme: no such vendor"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_words_and_ends_with_2(
    name: str, run: Run, streams: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "a.sse").write_bytes(streams["good"])
    arguments, words = MISTAKES[name]
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("arguments", [["--help"], ["check", "-h"], ["rules", "--help"]])
def test_help_fits_a_terminal_and_shows_examples(arguments: list[str], run: Run) -> None:
    result = run(*arguments)
    assert result.exit_code == 0
    assert max(map(len, result.output.splitlines())) <= 88
    assert "streamgauge " in result.output.partition("Options:")[2]


def test_version(run: Run) -> None:
    assert run("--version").output == f"streamgauge, version {__version__}\n"


def test_the_module_is_the_command() -> None:
    environment = {**os.environ, "PYTHONPATH": str(HARNESS)}
    command = [sys.executable, "-m", "streamgauge", "--version"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == f"streamgauge, version {__version__}\n"


def test_a_reader_that_goes_away_is_no_traceback(streams: dict[str, bytes], tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.sse").write_bytes(streams["cut"] * 20)
    environment = {**os.environ, "PYTHONPATH": str(HARNESS)}
    command = [sys.executable, "-m", "streamgauge", "check", str(tmp_path), "--format", "jsonl"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 2
