"""Law 6, exact bite: each fixture breaks the rules that it names, and no other.

A fixture is a folder below `fixtures/` with a stream, its description and the message that it
must add up to. Every rule of the catalogue needs one fixture that breaks it and one that it
passes: asked and held, for a rule that was skipped proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from streamgauge import data
from streamgauge.door import inputs
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.report.plain_json import dumps
from streamgauge.rules.catalogue import rules

ROOT = data.fixtures_root()
FOLDERS = sorted(str(p.parent.relative_to(ROOT).as_posix()) for p in ROOT.rglob("fixture.toml"))
RULES = [rule.slug for rule in rules()]


@cache
def description(folder: str) -> Mapping[str, Any]:
    return data.toml_file(ROOT / folder / "fixture.toml")


@cache
def judged(folder: str) -> Judgement:
    """The fixture's one stream, judged under the vendor that it names."""
    (one,) = inputs.find((str(ROOT / folder),)).inputs
    (exchange,) = inputs.read(one, (), None)
    said = description(folder)
    return judge_exchange(exchange, Options(dialect=said["dialect"], vendor=said["vendor"]))


def test_there_are_fixtures() -> None:
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_fixture_breaks_exactly_what_it_names(folder: str) -> None:
    said = description(folder)
    levels = said.get("levels", ["must", "should", "may"])
    findings = [one for one in judged(folder).record["findings"] if one["level"] in levels]
    broken = {one["rule"]: f"{one['says']}: {one['got']}" for one in findings}
    assert sorted(broken) == sorted(said["breaks"]), json.dumps(broken, indent=2)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_fixture_holds_the_rules_that_it_is_the_good_example_of(folder: str) -> None:
    skipped = {one.rule: one.reason for one in judged(folder).outcome.skipped}
    unproved = set(description(folder).get("passes", ())) - set(judged(folder).outcome.passed)
    assert {rule: skipped.get(rule, "broken, or no such rule") for rule in unproved} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_fixture_ends_as_it_says(folder: str) -> None:
    assert judged(folder).record["ending"] == description(folder)["ending"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_fixture_adds_up_to_its_message(folder: str) -> None:
    expected = Path(ROOT / folder / "message.json")
    assert expected.is_file(), f"{folder} has no message.json"
    message = json.loads(dumps(judged(folder).record["message"]))
    assert message == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_fixture_names_rules_that_there_are(folder: str) -> None:
    said = description(folder)
    assert {*said["breaks"], *said.get("passes", ())} <= set(RULES)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_description_fits_its_schema(folder: str) -> None:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    known = [data.schema(name) for name in ("fixture", "result", "message")]
    registry = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in known
    )
    errors = Draft202012Validator(known[0], registry=registry).iter_errors(
        dict(description(folder))
    )
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("slug", RULES)
def test_every_rule_is_broken_by_a_fixture(slug: str) -> None:
    assert any(slug in judged(folder).outcome.broken for folder in FOLDERS)


@pytest.mark.parametrize("slug", RULES)
def test_every_rule_holds_in_a_fixture(slug: str) -> None:
    assert any(slug in judged(folder).outcome.passed for folder in FOLDERS)
