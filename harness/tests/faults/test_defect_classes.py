"""docs/defect-classes.md and docs/defect-triggers.md name what sets each known defect off."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from streamgauge.faults.catalogue import by_name, chosen
from streamgauge.faults.fault import Breaks
from streamgauge.rules.catalogue import rules

ROOT = Path(__file__).resolve().parents[3]
CLASSES = ROOT / "docs" / "defect-classes.md"
TRIGGERS = ROOT / "docs" / "defect-triggers.md"
STEP = 13
"""Every thirteenth of the shared list, from the sixth on, is looked at by itself."""


def rows(page: Path) -> Iterator[list[str]]:
    """The cells of each row of a page's tables."""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def named(cell: str) -> tuple[list[str], list[Path]]:
    """The faults and the folders of the fixtures that a cell names."""
    words = re.findall(r"`([^`]+)`", cell)
    paths = [word.removeprefix("fixtures/") for word in words if "/" in word]
    return [word for word in words if "/" not in word], [ROOT / "fixtures" / one for one in paths]


@pytest.mark.parametrize("page", [CLASSES, TRIGGERS], ids=lambda page: page.stem)
def test_every_fault_and_fixture_that_is_named_exists(page: Path) -> None:
    cells = [row[-1] for row in rows(page)]
    assert cells
    for cell in cells:
        faults, fixtures = named(cell)
        assert all(chosen(text) for text in faults)
        assert [path for path in fixtures if not (path / "fixture.toml").is_file()] == []
        assert faults or fixtures or re.match(r"none: \w", cell), cell


def test_the_faults_of_a_class_break_every_rule_of_its_row() -> None:
    known = {rule.slug for rule in rules()}
    for name, _, cell, _, sets_off in rows(CLASSES):
        wanted = set(re.findall(r"`([a-z]+/[a-z0-9-]+)`", cell)) & known
        if not cell.startswith("later"):
            assert wanted <= broken(sets_off), name


def broken(cell: str) -> set[str]:
    """The rules that the faults of a cell may break, and those that its fixtures do."""
    faults, fixtures = named(cell)
    declared = [said for name in faults for said in by_name()[name].declared.values()]
    found = {
        rule
        for said in declared
        if isinstance(said, Breaks)
        for rule in (*said.rules, *said.perhaps)
    }
    for path in fixtures:
        found |= set(tomllib.loads((path / "fixture.toml").read_text(encoding="utf-8"))["breaks"])
    return found


def test_the_threads_that_are_looked_at_are_a_sample_of_the_shared_list(shared: Path) -> None:
    bugs = shared / "bugs.jsonl"
    if not bugs.is_file():
        pytest.skip("the shared list of bugs is missing")
    lines = map(json.loads, bugs.read_text(encoding="utf-8").splitlines())
    sample = sorted(lines, key=lambda line: line["id"])[5::STEP]
    told = [(row[0].strip("`"), row[1].partition("]")[0].lstrip("[")) for row in rows(TRIGGERS)]
    assert told == [(line["check"], line["source"]) for line in sample]
