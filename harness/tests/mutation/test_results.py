"""Results come back as they were kept, in lines that a diff shows well."""

from __future__ import annotations

from pathlib import Path

from mutation import results
from mutation.results import Result
from mutation.sampling import FLOORS

KILLED = Result("wire.b", "2", "AddNot", "killed")
SURVIVED = Result("wire.a", "1", "AddNot", "survived", "f", "if a:", "if not a:")


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    results.write("wire", [KILLED, SURVIVED], tmp_path)
    assert list(results.read("wire", tmp_path).values()) == [SURVIVED, KILLED]


def test_a_mutant_killed_at_once_is_a_short_line(tmp_path: Path) -> None:
    results.write("wire", [KILLED], tmp_path)
    text = (tmp_path / "wire.jsonl").read_text(encoding="utf-8")
    assert text == ('{"module": "wire.b", "id": "2", "operator": "AddNot", "first": "killed"}\n')


def test_nothing_kept_is_nothing_known(tmp_path: Path) -> None:
    assert results.read("wire", tmp_path) == {}
    assert results.places(tmp_path) == {}


def test_places_are_kept_floor_by_floor(tmp_path: Path) -> None:
    results.keep_places("wire", 1, tmp_path)
    results.keep_places("rules", 2, tmp_path)
    assert results.places(tmp_path) == {"wire": 1, "rules": 2}


def test_a_reason_stands_only_with_a_survivor() -> None:
    survivors = {
        one.id
        for floor in FLOORS
        for one in results.read(floor).values()
        if one.outcome == "survived"
    }
    assert set(results.equivalent()) <= survivors
