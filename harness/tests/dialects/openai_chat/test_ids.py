"""Ids have the form that a vendor gives to its ids, and follow from the seed alone."""

from __future__ import annotations

import re
import uuid

import pytest

from streamgauge.dialects.openai_chat import DIALECT
from streamgauge.dialects.openai_chat.ids import shaped
from streamgauge.pipeline import profiles

FORMS = [
    ("chatcmpl-{hex:24}", r"chatcmpl-[0-9a-f]{24}"),
    ("{alnum:9}", r"[A-Za-z0-9]{9}"),
    ("{small:9}", r"[a-z0-9]{9}"),
    ("call_{digits:2}_{alnum:4}", r"call_[0-9]{2}_[A-Za-z0-9]{4}"),
    ("{name}_{count}", r"lookup_7"),
    ("{other:3}", re.escape("{other:3}")),
]


@pytest.mark.parametrize(("form", "pattern"), FORMS, ids=[form for form, _ in FORMS])
def test_a_form_is_filled(form: str, pattern: str) -> None:
    assert re.fullmatch(pattern, shaped(form, "tool-7", name="lookup"))


def test_a_uuid_is_one_of_version_4() -> None:
    made = uuid.UUID(shaped("{uuid}", "seed"))
    assert (made.version, made.variant) == (4, uuid.RFC_4122)


def test_the_same_seed_gives_the_same_id_and_another_seed_another() -> None:
    form = "{hex:24}"
    assert shaped(form, "a") == shaped(form, "a") != shaped(form, "b")


@pytest.mark.parametrize(("seed", "count"), [("tool-12", "12"), ("tool-007x", "7"), ("none", "0")])
def test_the_count_is_the_number_that_the_seed_ends_with(seed: str, count: str) -> None:
    assert shaped("{count}", seed) == count


def test_without_a_form_the_seed_is_the_id() -> None:
    assert shaped(None, "tool-1") == "tool-1"


def test_every_form_of_a_profile_fits_the_pattern_that_it_is_judged_by() -> None:
    tried = 0
    for profile in profiles():
        facts = profile.narrowed(DIALECT.name).facts
        for form, pattern in (("id-form", "id-pattern"), ("tool-id-form", "tool-id-pattern")):
            if form in facts and pattern in facts:
                made = shaped(facts[form], "tool-3", name="lookup")
                assert re.fullmatch(str(facts[pattern]), made), (profile.slug, form)
                tried += 1
    assert tried
