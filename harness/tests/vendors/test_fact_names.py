"""The page of vendors tells of every fact whose value the schema knows."""

from __future__ import annotations

import re
from pathlib import Path

from streamgauge import data

PAGE = Path(__file__).resolve().parents[3] / "docs" / "vendors.md"


def listed() -> set[str]:
    """The names that the lists of the page begin with."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition("## The facts by name")[2].partition("## How a vendor is found")[0]
    return set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", section))


def test_every_fact_with_a_known_form_is_told_of() -> None:
    known = data.schema("profile")["$defs"]["known_facts"]["properties"]
    assert sorted(known.keys() - listed()) == []


def test_every_fact_with_a_known_form_is_used_by_a_profile() -> None:
    known = data.schema("profile")["$defs"]["known_facts"]["properties"]
    used = {
        name
        for profile in data.profiles_data().values()
        for part in (profile, *profile.get("dialect", {}).values())
        for name in part.get("facts", {})
    }
    assert sorted(known.keys() - used) == []
