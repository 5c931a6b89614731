"""A step has a log, a limit and an end; what fails says so in one line."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from engines.place import EngineError
from engines.steps import Progress, Step, need, read_percent, take


def python(code: str, seconds: float = 30.0) -> Step:
    return Step(words="try", command=[sys.executable, "-c", code], seconds=seconds)


def test_a_step_writes_its_command_and_its_output_to_the_log(tmp_path: Path) -> None:
    log = tmp_path / "deep" / "build.log"
    take(python("print('hello')"), log, io.StringIO())
    first, *rest = log.read_text(encoding="utf-8").splitlines()
    assert first.startswith("$ ")
    assert rest == ["hello"]


@pytest.mark.parametrize(
    ("code", "seconds", "words"),
    [
        ("raise SystemExit(3)", 30.0, "try: failed with code 3"),
        ("import time; time.sleep(60)", 0.5, "try: not ready after 0 s"),
    ],
    ids=["a failure", "a step that takes too long"],
)
def test_what_goes_wrong_is_one_line(code: str, seconds: float, words: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        take(python(code, seconds), tmp_path / "log", io.StringIO())
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_program_that_is_missing_is_named_with_its_use() -> None:
    with pytest.raises(EngineError, match=r"no-such-cmake is not installed; .* build the engine"):
        need("no-such-cmake", "build the engine")


@pytest.mark.parametrize(
    ("line", "percent"),
    [("[1/4] Building", 25), ("[ 40%] Building", 40), ("warning [1/2]", None), ("[0/0] x", 0)],
    ids=["ninja", "make", "elsewhere in the line", "nothing to do"],
)
def test_progress_is_read_from_the_builder(line: str, percent: int | None) -> None:
    assert read_percent(line) == percent


def test_progress_is_shown_by_tenths_where_nobody_watches() -> None:
    shown = io.StringIO()
    say = Progress("compile", shown)
    for done in range(1, 101):
        say(f"[{done}/100] x")
    assert len(shown.getvalue().splitlines()) == 12
