"""One list of facts: what profiles use, code reads, the schema knows and the page tells of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import streamgauge
from streamgauge import data
from streamgauge.replay.simulator.refusals import Phrasebook

PAGE = Path(__file__).resolve().parents[3] / "docs" / "vendors.md"
PACKAGE = Path(streamgauge.__file__).parent
DEFINITIONS: Mapping[str, Any] = data.schema("profile")["$defs"]
KNOWN = frozenset(DEFINITIONS["known_facts"]["properties"])
PROFILES = data.profiles_data()

NOBODYS = frozenset({"request-id-form", "tool-call-key", "tool-calls-parallel"})
"""Facts that code reads and that no shipped profile needs so far."""

WHOLE_VENDOR = ("key-env", "read-timeout-env", "stream-gate")
ONE_DIALECT = ("base-url", "end-marker", "history-errors", "thinking-knob")


def used() -> Iterator[tuple[str, bool, str]]:
    """(vendor, whether it is said of one dialect, fact) for every fact of every profile."""
    for slug, profile in PROFILES.items():
        yield from ((slug, False, name) for name in profile.get("facts", {}))
        for part in profile.get("dialect", {}).values():
            yield from ((slug, True, name) for name in part.get("facts", {}))


def listed() -> frozenset[str]:
    """The names that the lists of the page tell of."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition("## The facts by name")[2].partition("## How a vendor is found")[0]
    points = re.findall(r"^- (.*(?:\n  .*)*)", section, re.MULTILINE)
    return frozenset(
        name for point in points for name in re.findall(r"`([a-z]+(?:-[a-z]+)*)`", point)
    )


@cache
def trees() -> tuple[ast.Module, ...]:
    """All our code but reports, where facts are those of a run."""
    paths = (path for path in PACKAGE.rglob("*.py") if "report" not in path.parts)
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in paths)


def read_by_name() -> Iterator[str]:
    """The names in `facts.get("…")`, however the facts are reached."""
    for node in (node for tree in trees() for node in ast.walk(tree)):
        match node:
            case ast.Call(
                func=ast.Attribute(
                    attr="get", value=ast.Name(id="facts") | ast.Attribute(attr="facts")
                ),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def words() -> frozenset[str]:
    """Every text in code: some names are handed on before they are read."""
    return frozenset(
        node.value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_every_fact_of_a_profile_is_known() -> None:
    assert [one for one in used() if one[2] not in KNOWN] == []


def test_every_known_fact_is_told_of() -> None:
    assert sorted(KNOWN - listed()) == []


def test_every_known_fact_is_used_by_a_profile_or_said_not_to_be() -> None:
    assert KNOWN - {name for _, _, name in used()} == NOBODYS


def test_every_fact_that_code_reads_is_known() -> None:
    assert sorted(set(read_by_name()) - KNOWN) == []


def test_every_known_fact_is_read_by_code() -> None:
    assert sorted(KNOWN - words()) == []


@pytest.mark.parametrize("name", WHOLE_VENDOR)
def test_some_facts_hold_for_the_whole_vendor(name: str) -> None:
    assert [slug for slug, inner, fact in used() if fact == name and inner] == []


@pytest.mark.parametrize("name", ONE_DIALECT)
def test_some_facts_hold_in_one_dialect(name: str) -> None:
    assert [slug for slug, inner, fact in used() if fact == name and not inner] == []


@pytest.mark.parametrize("name", DEFINITIONS["error_name"]["enum"])
def test_the_simulator_can_say_every_error(name: str) -> None:
    assert Phrasebook(dialect="openai-chat", facts={}).refused(name).refusal.message
