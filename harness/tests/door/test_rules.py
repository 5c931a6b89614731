"""`streamgauge rules`: the catalogue as a table, one page, or JSON; levels as a vendor has them."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result

from streamgauge.pipeline import profiles
from streamgauge.rules.catalogue import rules

Run = Callable[..., Result]


def test_every_rule_is_listed_once(run: Run) -> None:
    lines = run("rules").stdout.splitlines()
    listed = [line.split()[-1] for line in lines if "/" in line]
    assert listed == [rule.slug for rule in rules()]
    assert any(f"{len(rules())} rules" in line for line in lines)


def test_a_page_has_the_level_the_authority_and_the_whole_text(run: Run) -> None:
    (rule,) = [one for one in rules() if one.slug == "ending/end-is-reached"]
    page = run("rules", rule.slug).stdout
    assert page.startswith(f"{rule.slug}\n{'=' * len(rule.slug)}\n")
    assert rule.authority.url in page
    assert "Why it matters:" in page
    assert "\n    Why" not in page


def test_a_glob_lists_its_rules(run: Run) -> None:
    lines = run("rules", "ending/*").stdout.splitlines()
    assert all(line.split()[-1].startswith("ending/") for line in lines if "/" in line)


def test_json_has_every_rule_and_a_vendor_s_levels(run: Run) -> None:
    found = json.loads(run("rules", "--format", "json").stdout)
    assert [one["rule"] for one in found] == [rule.slug for rule in rules()]
    assert all(one["says"] and one["authority"]["url"] for one in found)


def test_json_for_a_vendor_has_the_levels_of_its_profile(run: Run) -> None:
    known = {rule.slug: rule.dialects for rule in rules()}
    slug, dialect, ruled = next(
        (profile.slug, dialect, profile.narrowed(dialect).rules)
        for profile in profiles()
        for dialect in profile.dialects
        if profile.slug != "unknown" and profile.narrowed(dialect).rules
    )
    told = json.loads(run("rules", "--format", "json", "--vendor", slug).stdout)
    levels = {one["rule"]: one["vendor"].get(dialect) for one in told}
    expected = {r: ruled[r].level for r in ruled if dialect in known.get(r, ())}
    assert {rule: levels[rule] for rule in expected} == expected


def test_a_table_for_a_vendor_says_what_is_off(run: Run) -> None:
    assert " off" in run("rules", "--vendor", "unknown").stdout
