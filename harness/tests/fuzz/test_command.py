"""The command goes on where it was, says what broke and how to see it again."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fuzz import command, slices
from fuzz.command import main
from fuzz.ledger import Entry, Ledger
from fuzz.place import FuzzError, folder
from fuzz.slices import Slice
from fuzz.targets import TARGETS


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMGAUGE_FUZZ", str(tmp_path))
    return tmp_path


@pytest.fixture
def picky(monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that breaks on one sign."""

    def run(data: bytes) -> None:
        if b"#" in data:
            raise KeyError("#")

    broken = replace(TARGETS["wire-sse"], run=run)
    monkeypatch.setitem(TARGETS, "wire-sse", broken)  # type: ignore[misc]


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> list[Slice]:
    """Slices that take their seconds without a process."""
    taken: list[Slice] = []

    def fuzz(slice: Slice) -> Entry:
        taken.append(slice)
        return Entry(seconds=slice.seconds, inputs=5, edges=7, corpus=3)

    monkeypatch.setattr(command, "fuzz", fuzz)
    monkeypatch.setattr(command, "find_spec", lambda _: object())
    return taken


def test_the_folder_is_the_one_that_is_named(home: Path) -> None:
    assert folder() == home


def test_targets_take_turns_and_seconds_add_up(pretended: list[Slice], home: Path) -> None:
    assert main(["wire-sse", "gemini", "--seconds", "20", "--slice", "10"]) == 0
    assert [one.target for one in pretended] == ["wire-sse", "gemini"] * 2
    assert main(["gemini", "--seconds", "5"]) == 0
    assert Ledger(home / "ledger.json").entry("gemini") == Entry(
        seconds=25, inputs=15, edges=7, corpus=3
    )


def test_what_was_done_least_comes_first(pretended: list[Slice], home: Path) -> None:
    Ledger(home / "ledger.json").add("wire-sse", Entry(seconds=100))
    main(["wire-sse", "gemini", "--seconds", "30", "--slice", "10"])
    assert [one.target for one in pretended] == ["gemini"] * 3 + ["wire-sse"] * 3


def test_the_clock_ends_it(pretended: list[Slice]) -> None:
    assert main(["wire-sse", "--seconds", "9", "--within", "0.000001"]) == 0
    assert not pretended


@pytest.mark.usefixtures("picky")
def test_what_was_found_is_made_small_and_told(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = home / "wire-sse" / "found" / "KeyError-run-000000"
    place.mkdir(parents=True)
    (place / "input").write_bytes(b"data: {}\n\n#\n\n")
    assert main(["wire-sse", "--state"]) == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "--input" in line]
    path = Path(line.split("--input ")[1].split()[0])
    assert path.read_bytes() == b"#"
    assert main(["wire-sse", "--input", str(path)]) == 1
    assert "KeyError: '#'" in capsys.readouterr().out


def test_what_was_mended_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = home / "wire-sse" / "found" / "KeyError-run-000000"
    place.mkdir(parents=True)
    (place / "input").write_bytes(b"#")
    assert main(["wire-sse", "--state"]) == 0
    assert "mended" in capsys.readouterr().out


def test_a_missing_fuzzer_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    assert main(["wire-sse"]) == 2
    assert capsys.readouterr().err == (
        "error: atheris is not installed (pip install -e '.[fuzz]', on Linux)\n"
    )


def test_a_second_run_is_refused(
    pretended: list[Slice], capsys: pytest.CaptureFixture[str]
) -> None:
    with command._one_at_a_time():
        assert main(["wire-sse"]) == 2
    assert "another run" in capsys.readouterr().err
    assert not pretended


def test_a_process_that_dies_at_once_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "_command", lambda *_: ["/bin/sh", "-c", "echo no; exit 3"])
    one = Slice(target="wire-sse", home=home / "wire-sse", seconds=1)
    with pytest.raises(FuzzError, match=r"no input was tried; see .*log"):
        slices.fuzz(one)


def test_what_a_process_says_is_counted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = "#12 NEW cov: 34 ft: 5 corp: 6/7Kb\nstat::number_of_executed_units: 90"
    monkeypatch.setattr(slices, "_command", lambda *_: ["/bin/echo", says])
    done = slices.fuzz(Slice(target="gemini", home=home / "gemini", seconds=1))
    assert (done.inputs, done.edges) == (90, 34)


def test_a_process_that_goes_on_is_ended(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "_command", lambda *_: ["/bin/sh", "-c", "echo '#3 x'; exec cat"])
    monkeypatch.setattr(slices, "_START", -1)
    with pytest.raises(FuzzError):
        slices.fuzz(Slice(target="gemini", home=home / "gemini", seconds=1))


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is missing")
def test_a_real_slice_tries_inputs(home: Path) -> None:
    done = slices.fuzz(Slice(target="wire-json-lines", home=home / "wire-json-lines", seconds=1))
    assert done.inputs > 100
    assert done.edges > 20


HANG = """
import sys
from pathlib import Path
from fuzz import command
command.HANGS = 1
def hang(data):
    while True:
        pass
command.bounded = lambda run, data: hang(data)
sys.exit(command.main(["wire-sse", "--input", sys.argv[1]]))
"""


def test_an_input_that_hangs_shows_where(home: Path) -> None:
    (home / "input").write_bytes(b"a")
    told = subprocess.run(
        [sys.executable, "-c", HANG, str(home / "input")],
        env=os.environ | {"PYTHONPATH": str(Path(command.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 1
    assert "in hang" in told.stderr
