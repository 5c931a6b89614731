"""The command: which mutants are judged in a run, and what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutation import command, results
from mutation.results import Result

KILLED = Result("wire.a", "1", "AddNot", "killed")
SURVIVED = Result("wire.a", "2", "AddNot", "survived", "f", "if a:", "if not a:")
MENDED = SURVIVED._replace(id="3", now="killed", by="test")


@pytest.mark.parametrize(
    ("again", "asked"),
    [
        (None, [True, False, False, False]),
        ([], [False, False, True, False]),
        (["1", "3"], [False, True, False, True]),
    ],
    ids=["what is new", "all survivors", "some by name"],
)
def test_a_run_judges_what_was_asked(again: list[str] | None, asked: list[bool]) -> None:
    assert [command._asked(old, again) for old in (None, KILLED, SURVIVED, MENDED)] == asked


def test_survivors_are_shown_with_their_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results.write("wire", [KILLED, SURVIVED, MENDED], tmp_path)
    assert command.main(["--survivors", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "2 wire.a f\n  - if a:\n  + if not a:\n"
