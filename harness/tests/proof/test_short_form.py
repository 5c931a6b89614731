"""The short form of the proof: every rule is bitten, and nothing else is.

The long forms are commands (docs/prove.md).
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from streamgauge import schema
from streamgauge.cli import main
from streamgauge.rules import catalogue

LAST = re.compile(
    r"rules bitten (\d+) of (\d+) · false bites (\d+) · undeclared bites (\d+) · "
    r"faults without effect (\d+)"
)
NOT_REACHED: frozenset[str] = frozenset()
"""Rules that no fault makes bite yet. A rule that is bitten must go from here."""


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, dict[str, Any]]:
    """The short form, once: what it printed, and its score."""
    folder: Path = tmp_path_factory.mktemp("proof")
    said = CliRunner().invoke(
        main, ["prove", "--quick", "--jobs", "1", "--report-dir", str(folder)]
    )
    return said, json.loads((folder / "proof.json").read_text(encoding="utf-8"))


def test_every_rule_is_bitten(short: tuple[Result, dict[str, Any]]) -> None:
    rules = short[1]["rules"]
    assert {slug for slug, rule in rules.items() if not rule["bitten_by"]} == NOT_REACHED
    assert set(rules) == {rule.slug for rule in catalogue.rules()}


@pytest.mark.parametrize("kind", ["false-bite", "undeclared-bite", "without-effect", "raised"])
def test_nothing_is_wrong(kind: str, short: tuple[Result, dict[str, Any]]) -> None:
    assert [one for one in short[1]["wrong"] if one["kind"] == kind] == []


def test_the_last_line_is_the_score(short: tuple[Result, dict[str, Any]]) -> None:
    said, score = short
    last = LAST.fullmatch(said.output.splitlines()[-1])
    assert last
    totals = score["totals"]
    names = ("bitten", "rules", "false_bites", "undeclared_bites", "without_effect")
    assert [int(number) for number in last.groups()] == [totals[name] for name in names]
    assert said.exit_code == 0
    assert score["conforms"]


@pytest.mark.skipif(os.environ.get("STREAMGAUGE_LONG") != "1", reason="the short form twice")
def test_a_seed_gives_the_same_score_to_the_byte(tmp_path: Path) -> None:
    for name, jobs in (("one", "1"), ("two", "2")):
        words = ["prove", "--quick", "--seed", "3", "--jobs", jobs]
        CliRunner().invoke(main, [*words, "--report-dir", str(tmp_path / name)])
    first, second = ((tmp_path / name / "proof.json").read_bytes() for name in ("one", "two"))
    assert first == second


def test_the_score_fits_its_schema(short: tuple[Result, dict[str, Any]]) -> None:
    assert list(schema.problems("proof", short[1])) == []


def test_all_kinds_of_streams_took_part(short: tuple[Result, dict[str, Any]]) -> None:
    goods = short[1]["goods"]
    spoiled = {kind for kind, counts in goods.items() if counts["spoilable"]}
    assert spoiled == {"written", "simulated", "drawn", "cassette"}
    assert all(counts["given"] == counts["good"] for kind, counts in goods.items()
               if kind in ("written", "simulated", "drawn"))  # fmt: skip
