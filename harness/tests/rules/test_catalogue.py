"""The catalogue finds every rule, in order; each one is named, sourced and has a page."""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from streamgauge.rules.catalogue import FAMILIES, chosen, described, digest, rules
from streamgauge.rules.rule import ALL, Rule

SLUGS = [rule.slug for rule in rules()]
SLUG = re.compile(r"[a-z]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*")


def test_rules_come_by_family_then_by_slug_and_each_once() -> None:
    assert len(SLUGS) == len(set(SLUGS))
    assert sorted(SLUGS, key=lambda slug: (FAMILIES.index(slug.partition("/")[0]), slug)) == SLUGS
    assert {slug.partition("/")[0] for slug in SLUGS} == set(FAMILIES)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.slug)
def test_a_rule_is_named_sourced_and_explained(rule: Rule) -> None:
    assert SLUG.fullmatch(rule.slug)
    assert rule.authority.name
    assert re.match(r"https?://[^ ]+\.[^ ]+", rule.authority.url)
    assert rule.dialects
    assert rule.dialects <= ALL
    assert rule.says.endswith(".")
    assert "\n" not in rule.says
    for heading in ("Why it matters:", "How it breaks in the world:", "References:"):
        assert heading in rule.page, f"the page of {rule.slug} has no {heading}"


GLOBS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "all": ((), ()),
    "a family": (("tools/*",), ()),
    "two globs": (("tools/*", "ending/end-*"), ()),
    "without a family": ((), ("tools/*",)),
    "a family without some": (("tools/*",), ("*/id-*",)),
    "none": (("nothing/*",), ()),
}


@pytest.mark.parametrize("name", GLOBS)
def test_rules_are_chosen_by_glob_in_the_same_order(name: str) -> None:
    wanted, unwanted = GLOBS[name]
    expected = [
        slug
        for slug in SLUGS
        if (not wanted or any(fnmatchcase(slug, glob) for glob in wanted))
        and not any(fnmatchcase(slug, glob) for glob in unwanted)
    ]
    assert [rule.slug for rule in chosen(wanted, unwanted)] == expected


def test_a_glob_is_not_a_prefix_and_knows_case() -> None:
    assert chosen(("tools",)) == ()
    assert chosen(("Tools/*",)) == ()


def test_rules_are_described_for_readers_of_a_run() -> None:
    (rule,) = chosen(("ending/end-is-reached",))
    assert described([rule]) == {
        "ending/end-is-reached": {
            "family": "ending",
            "level": rule.level.value,
            "title": "end is reached",
            "authority": {"name": rule.authority.name, "url": rule.authority.url},
            "says": rule.says,
        }
    }


def test_the_digest_changes_with_what_is_asked_and_with_nothing_else() -> None:
    first, second = rules()[:2]
    assert digest([first]) == digest([first])
    assert re.fullmatch("sha256:[0-9a-f]{64}", digest([first]))
    changed = replace(first, authority=second.authority)
    assert len({digest([]), digest([first]), digest([first, second]), digest([changed])}) == 4
