"""A run samples, judges what is new and keeps the history of what survived at first."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutation import results, session
from mutation.mutants import Mutant
from mutation.results import Result
from mutation.sampling import PACKAGE
from mutation.trial import Outcome, Trial

ONE = Mutant("id1", "wire.a", "f", "AddNot", "if a:", "if not a:", "…")
KILLED = Trial(Outcome.KILLED, "tests/test_a.py::test_it", 0.1)
SURVIVED = Trial(Outcome.SURVIVED, "", 0.1)
SHORT = Result("wire.a", "id1", "AddNot", "killed")
LONG = SHORT._replace(first="survived", function="f", before="if a:", after="if not a:")


@pytest.mark.parametrize(
    ("old", "trial", "expected"),
    [
        (None, KILLED, SHORT),
        (None, SURVIVED, LONG),
        (LONG, KILLED, LONG._replace(now="killed", by=KILLED.by)),
        (LONG, SURVIVED, LONG),
        (LONG._replace(now="killed", by="gone"), SURVIVED, LONG),
    ],
    ids=["killed", "survived", "killed later", "survived again", "a test went"],
)
def test_a_result_keeps_what_was_at_first(
    old: Result | None, trial: Trial, expected: Result
) -> None:
    assert session.after(old, ONE, trial) == expected


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for floor in ("wire", "rules"):
        folder = tmp_path / PACKAGE / floor
        folder.mkdir(parents=True)
        lines = "".join(f"def f{n}(a):\n    return {{**a, {n}: a}}\n" for n in range(3))
        (folder / "a.py").write_text(lines, encoding="utf-8")
    return tmp_path


def drawn(tree: Path, size: int) -> list[str]:
    texts = session.Texts(tree)
    sample = session.sampled(texts, ("wire", "rules"), size, 1, tree)
    return [f"{place.module} {place.kind} {place.id}" for place in sample]


def test_a_sample_holds_no_place_without_a_valid_program(tree: Path) -> None:
    sample = drawn(tree, 20)
    assert [line.split()[0] for line in sample] == ["wire.a", "rules.a"] * 3
    assert {line.split()[1] for line in sample} == {"NumberReplacer"}
    assert results.places(tree) == {"wire": 6, "rules": 6}


def test_a_larger_sample_holds_the_smaller(tree: Path) -> None:
    assert drawn(tree, 1) == drawn(tree, 2)[:2]


def test_what_is_known_is_drawn_as_before(tree: Path) -> None:
    sample = drawn(tree, 2)
    results.write("wire", [SHORT._replace(id=sample[0].split()[2])], tree)
    assert drawn(tree, 2) == sample


def test_results_outside_the_sample_are_forgotten(tmp_path: Path) -> None:
    session.keep("wire", SHORT, tmp_path)
    session.keep("wire", SHORT._replace(id="id2"), tmp_path)
    session.keep_only("wire", {"id2", "id3"}, tmp_path)
    assert list(results.read("wire", tmp_path)) == ["id2"]


def test_a_copy_leaves_caches_behind(tree: Path, tmp_path: Path) -> None:
    (tree / ".git").mkdir()
    (tree / "harness/__pycache__").mkdir()
    copy = session.copied(tree, tmp_path / "copy")
    assert session.module_file(copy, "wire.a").is_file()
    assert not (copy / ".git").exists()
    assert not (copy / "harness/__pycache__").exists()
