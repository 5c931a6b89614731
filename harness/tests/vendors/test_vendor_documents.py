"""docs/vendors.md and docs/defect-classes.md say what profiles, rules and the list of bugs say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from streamgauge import data

ROOT = Path(__file__).resolve().parents[3]
VENDORS = ROOT / "docs" / "vendors.md"
CLASSES = ROOT / "docs" / "defect-classes.md"
COLUMNS = (
    "end-marker", "reasoning-fields", "tool-arguments", "usage-places", "finish-reasons",
    "keepalive",
)  # fmt: skip


def rows(page: Path) -> Iterator[list[str]]:
    """The cells of each row of a page's tables, heads and rules left out."""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith(("| ---", "| vendor", "| class")):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def shown(part: Mapping[str, Any], name: str) -> str:
    """A fact as the table of vendors shows it, without marks of code."""
    fact = part.get("facts", {}).get(name)
    if fact is None or fact["confidence"] == "unknown":
        return "" if fact is None else "?"
    value = fact["value"]
    return (", ".join(value) or "none") if isinstance(value, list) else str(value)


def test_the_table_of_vendors_says_what_the_profiles_say() -> None:
    told = [[re.sub(r"[`\[]|\]\(.*?\)", "", cell) for cell in row] for row in rows(VENDORS)]
    facts = [
        [slug, dialect, *(shown(part, name).strip("[]") for name in COLUMNS)]
        for slug, profile in data.profiles_data().items()
        for dialect in profile["dialects"]
        for part in [profile.get("dialect", {}).get(dialect, {})]
        if part.get("facts")
    ]
    assert [[cell.strip("[]") for cell in row] for row in told] == facts


def test_every_rule_of_the_map_exists(slugs: frozenset[str]) -> None:
    families = {slug.partition("/")[0] for slug in slugs}
    named = {word for row in rows(CLASSES) for word in re.findall(r"`([a-z]+/[a-z0-9-]+)`", row[2])}
    assert named
    assert {word.partition("/")[0] for word in named} <= families
    assert sorted(named - slugs) == []


def test_a_class_has_a_rule_or_says_why_later() -> None:
    bare = [row[0] for row in rows(CLASSES) if not re.match(r"later: \w|`[a-z]+/", row[2])]
    assert bare == []


def test_a_class_cites_one_to_three_public_threads() -> None:
    link = r"\[([\w.-]+/[\w.-]+)#(\d+)\]\(https://github\.com/([\w.-]+/[\w.-]+)/issues/(\d+)\)"
    for name, _, _, threads, _ in rows(CLASSES):
        cited = re.findall(link, threads)
        assert 1 <= len(cited) <= 3, name
        assert all(one[:2] == one[2:] for one in cited), name


def test_every_class_of_the_shared_list_is_mapped(shared: Path) -> None:
    bugs = shared / "bugs.jsonl"
    if not bugs.is_file():
        pytest.skip("the shared list of bugs is missing")
    lines = map(json.loads, bugs.read_text(encoding="utf-8").splitlines())
    names = [row[0].strip("`") for row in rows(CLASSES)]
    assert sorted(names) == sorted({line["check"] for line in lines})
