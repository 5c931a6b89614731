"""The command: what is shown, and what is judged in a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutation import command, results
from mutation.mutants import Mutant
from mutation.results import Result
from mutation.sampling import PACKAGE
from mutation.session import NotGreenError
from mutation.trial import Outcome, Trial

KILLED = Result("wire.a", "1", "AddNot", "killed")
SURVIVED = Result("wire.a", "2", "AddNot", "survived", "f", "if a:", "if not a:")
MENDED = SURVIVED._replace(id="3", now="killed", by="test")


def test_survivors_are_shown_with_their_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results.write("wire", [KILLED, SURVIVED, MENDED], tmp_path)
    assert command.main(["--survivors", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "2 wire.a f\n  - if a:\n  + if not a:\n"


class Bench:
    """A bench that remembers what was brought before it, and lets one mutant survive."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self.brought: list[str] = []

    def judged(self, one: Mutant) -> Trial:
        self.brought.append(one.id)
        outcome = Outcome.SURVIVED if len(self.brought) == 1 else Outcome.KILLED
        return Trial(outcome, "test", 0.0)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    folder = tmp_path / PACKAGE / "wire"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("a = 1\nb = 2\nc = 3\n", encoding="utf-8")
    bench = Bench(tmp_path)
    monkeypatch.setattr(command.trial, "warm", lambda: None)
    monkeypatch.setattr(command.session, "copied", lambda tree, _to: tree)
    monkeypatch.setattr(command.session, "Bench", lambda _tree: bench)
    return bench


def run(bench: Bench, *options: str) -> list[str]:
    """The mutants that one run judges."""
    bench.brought = bench.brought and ["before"]
    where = ["--tree", str(bench.tree), "--results", str(bench.tree), "--floors", "wire"]
    assert command.main([*where, *options]) == 0
    return [id for id in bench.brought if id != "before"]


def test_a_run_judges_what_is_new_and_another_the_survivors(bench: Bench) -> None:
    first = run(bench, "--sample", "2")
    assert len(first) == 2
    third = run(bench, "--sample", "3")
    assert len(third) == 1
    assert run(bench, "--sample", "3") == []
    assert [one.first for one in results.read("wire", bench.tree).values()].count("survived") == 1
    assert run(bench, "--again") == first[:1]
    assert run(bench, "--again") == []
    assert run(bench, "--again", *third) == third
    known = results.read("wire", bench.tree)
    assert (known[first[0]].first, known[first[0]].now) == ("survived", "killed")
    assert results.places(bench.tree) == {"wire": 3}


def test_a_smaller_sample_forgets_the_rest(bench: Bench) -> None:
    run(bench, "--sample", "3")
    run(bench, "--sample", "1")
    assert len(results.read("wire", bench.tree)) == 1


def test_judges_that_fail_without_a_mutant_end_the_run(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_one: Mutant) -> Trial:
        raise NotGreenError("test_a.py: killed test_a.py::test_it")

    monkeypatch.setattr(bench, "judged", refuse)
    where = ["--tree", str(bench.tree), "--results", str(bench.tree), "--floors", "wire"]
    assert command.main(where) == 2
    assert "test_a.py::test_it" in capsys.readouterr().err
