"""The rules' pages in docs are made from the rules: this says when they are stale."""

from pathlib import Path

import pytest

from streamgauge.door.rules import markdown
from streamgauge.rules.catalogue import FAMILIES, rules

ROOT = Path(__file__).resolve().parents[3]


def test_the_pages_in_docs_are_fresh() -> None:
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == markdown(rules()), "run: streamgauge rules --format markdown > docs/rules.md"


def test_the_readme_counts_the_rules() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{len(rules())} rules in {_words(len(FAMILIES))} families" in readme


def _words(number: int) -> str:
    return {12: "twelve", 13: "thirteen"}[number]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.slug)
def test_a_page_tells_why_it_matters_and_how_it_breaks(rule) -> None:  # type: ignore[no-untyped-def]
    page = rule.page
    for chapter in ("Why it matters:", "How it breaks in the world:", "References:"):
        assert chapter in page, f"{rule.slug} lacks {chapter!r}"
    assert rule.authority.url.startswith("https://")
    assert rule.says.endswith("."), rule.says
