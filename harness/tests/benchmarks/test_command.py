"""The benchmark works from end to end: at a tiny length, in processes, with reasons for gaps."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import command, interpreters, measure, table
from benchmarks.interpreters import Missing
from benchmarks.measure import Result, Task
from benchmarks.peers import PEERS, Said, peer
from benchmarks.streams import CASES
from benchmarks.table import Row

RUN = Path(command.__file__).with_name("run.py")
OURS = peer("streamgauge aggregate")
RESULT = Result(
    versions={"orjson": "1"},
    chunks={10: 10, 100: 100},
    bytes={10: 1000, 100: 10_000},
    seconds={10: 20e-6, 100: 400e-6},
    baseline={10: 10e-6, 100: 100e-6},
    rounds={10: 3, 100: 3},
    peak=12.0,
)


def row(result: Result | None, *, reader: str = "streamgauge aggregate", hard: bool = False) -> Row:
    return Row("chat-text", "openai-chat", hard, reader, result, None if result else "not here")


def test_a_tiny_run_measures_both_of_our_doors_in_processes(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    options = ["--chunks", "20,40", "--rounds", "1", "--cases", "chat-text", "--json", str(out)]
    done = subprocess.run(
        [sys.executable, str(RUN), *options, "--peers", "streamgauge*"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("| chat-text | streamgauge ") == 2
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert [one["goal"] for one in rows] == [3.0, 8.0]
    for one in rows:
        assert one["result"]["chunks"] == {"20": 22, "40": 42}
        assert min(one["result"]["seconds"].values()) > 0
        assert min(one["result"]["baseline"].values()) > 0


@pytest.mark.parametrize(
    "name", ["openai iterate", "openai .stream()", "anthropic .stream()"], ids=lambda name: name
)
def test_a_peer_says_what_each_of_its_streams_says(name: str) -> None:
    one = peer(name)
    pytest.importorskip(str(one.needs))
    cases = [case.name for case in CASES if one.reads(case.dialect, case.hard)]
    assert len(cases) == 3
    for case in cases:
        result = measure.measured(Task(peer=name, case=case, lengths=(10,), rounds=1))
        assert result.seconds[10] > 0


def test_a_peer_that_reads_wrongly_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(OURS, read=lambda _message: Said("something else", ()))
    monkeypatch.setattr(measure, "peer", lambda _name: wrong)
    with pytest.raises(ValueError, match="does not say what the stream says"):
        measure.measured(Task(peer="any", case="chat-text", lengths=(10,)))


def test_a_call_over_the_budget_ends_its_process_with_what_is_known() -> None:
    task = Task(peer=OURS.name, case="chat-text", lengths=(10, 30_000), rounds=1, budget=0.001)
    result = command.start(task, Path(sys.executable))
    assert isinstance(result, Result)
    assert result.over in (10, 30_000)
    assert 30_000 not in result.seconds


def test_a_process_that_fails_gives_its_last_words() -> None:
    task = Task(peer="nobody", case="chat-text", lengths=(10,))
    assert str(command.start(task, Path(sys.executable))).startswith("failed: ")


def test_peak_memory_is_measured_in_a_fresh_process_where_the_system_tells() -> None:
    if measure._resident("VmHWM") is None:
        pytest.skip("this system has no /proc/self/status")
    task = Task(peer=OURS.name, case="chat-text", lengths=(3_000,), memory=True)
    result = command.start(task, Path(sys.executable))
    assert isinstance(result, Result)
    assert result.peak is not None
    assert result.peak >= 1.0


def test_only_we_are_measured_on_hard_streams() -> None:
    for case in CASES:
        readers = [one.name for one in PEERS if one.reads(case.dialect, case.hard)]
        assert readers[:2] == ["streamgauge aggregate", "streamgauge check"]
        assert (len(readers) > 2) is not case.hard


def test_options_that_choose_nothing_are_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--cases", "nothing-of-that-name"]) == 2
    assert "no peer reads" in capsys.readouterr().err


def test_a_library_that_is_not_there_is_a_reason(tmp_path: Path) -> None:
    absent = replace(OURS, needs="no_such_library_anywhere")
    found = interpreters.interpreter(absent, tmp_path)
    assert isinstance(found, Missing)
    assert found.reason.startswith("no_such_library_anywhere is not installed")


def test_an_environment_that_cannot_be_filled_is_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreters.venv, "create", lambda home, **_options: home.mkdir())

    def refuse(arguments: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(arguments, 1, "", "noise\nregistry not reachable")

    monkeypatch.setattr(interpreters.subprocess, "run", refuse)
    apart = replace(OURS, needs="litellm", apart=True)
    found = interpreters.interpreter(apart, tmp_path)
    assert found == Missing("pip could not install litellm: registry not reachable")
    assert not list(tmp_path.glob("*/complete"))


def test_an_environment_made_before_is_used_again(tmp_path: Path) -> None:
    apart = replace(OURS, needs="litellm", apart=True)
    home = tmp_path / f"litellm-py{sys.version_info.major}.{sys.version_info.minor}"
    home.mkdir()
    (home / "complete").touch()
    assert home in Path(str(interpreters.interpreter(apart, tmp_path))).parents


@pytest.mark.parametrize(
    ("given", "cells"),
    [
        (
            row(RESULT),
            ["2.00", "4.00", "2.00", "4.00", "≤ 3 (missed)", "2.00 (missed)", "12 (missed)"],
        ),
        (
            row(replace(RESULT, peak=2.5), hard=True),
            ["2.00", "4.00", "2.00", "4.00", "", "2.00 (missed)", "2.50"],
        ),
        (
            row(RESULT, reader="openai iterate"),
            ["2.00", "4.00", "2.00", "4.00", "", "2.00", "12"],
        ),
        (
            row(
                Result(
                    versions={},
                    chunks={10: 10},
                    seconds={10: 20e-6},
                    baseline={10: 10e-6},
                    over=100,
                )
            ),
            ["2.00", "over 30 s", "2.00", "", "≤ 3", "", ""],
        ),
        (row(None), ["skipped: not here", "", "", "", "", "", ""]),
    ],
    ids=["goals missed", "a hard stream has no goal", "others have no goal", "over", "skipped"],
)
def test_a_row_shows_figures_and_goals(given: Row, cells: list[str]) -> None:
    line = table.markdown([given], (10, 100), 30.0).splitlines()[-1]
    assert line.strip("| ").rstrip("| ") == " | ".join([given.case, given.peer, *cells]).rstrip(
        "| "
    )
