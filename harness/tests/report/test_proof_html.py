"""The page of a proof: what is wrong, rules × faults, every fault; nothing hostile gets through."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streamgauge.report import proof_html
from tests.report.conftest import HOSTILE

Score = dict[str, Any]
OpenScore = Callable[..., Any]
CELL: Score = {
    "declares": {"rules": ["tools/id-is-unique"], "perhaps": ["tools/id-is-present"]},
    "tried": 9, "untouched": 4, "bitten": 4, "invisible": 0, "unasked": 0, "silent": 0,
    "wrong": 1, "raised": 0, "bites": {"tools/id-is-unique": 5}, "missing": {},
    "undeclared": {"order/one-more": 1}, "raised_with": {},
}  # fmt: skip
HIDDEN = {**CELL, "declares": {"invisible": "nobody counts them"}, "bites": {}, "undeclared": {}}
SCORE: Score = {
    "schema": 1, "tool": "streamgauge", "version": "1.0", "form": "quick", "seed": 7,
    "conforms": False,
    "totals": {
        "rules": 2, "bitten": 1, "false_bites": 0, "undeclared_bites": 1, "without_effect": 0,
        "raised": 0, "faults": 2, "tried": 18, "spoiled": 10,
    },
    "goods": {"written": {"given": 9, "good": 9, "spoilable": 9}},
    "rules": {
        "tools/id-is-unique": {"level": "must", "says": "", "bitten_by": {"reuse-id": 5}},
        "order/one-more": {"level": "may", "says": "", "bitten_by": {}},
    },
    "faults": {
        "lose-id": {"says": "An id goes.", "dialects": {"gemini": HIDDEN}},
        "reuse-id": {"says": "An id comes twice.", "dialects": {"openai-chat": CELL}},
    },
    "wrong": [
        {
            "kind": "undeclared-bite", "says": "bites", "rule": "order/one-more",
            "fault": "reuse-id", "dialect": "openai-chat", "goods": ["own/a", "own/b"], "count": 2,
            "reproduce": "Reproduce with: streamgauge prove --fault reuse-id",
        }
    ],
}  # fmt: skip


def hostile() -> Score:
    """A score in which every word that can come from outside is hostile."""
    score = copy.deepcopy(SCORE)
    for key in ("says", "rule", "fault", "dialect", "reproduce"):
        score["wrong"][0][key] = HOSTILE
    score["wrong"][0]["goods"] = [HOSTILE]
    score["rules"][HOSTILE] = {"level": HOSTILE, "says": HOSTILE, "bitten_by": {HOSTILE: 1}}
    cell = {**CELL, "bites": {HOSTILE: 1}, "raised_with": {HOSTILE: 1}}
    score["faults"][HOSTILE] = {"says": HOSTILE, "dialects": {HOSTILE: cell}}
    return score


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("</style>")[1]).split())


def test_the_same_score_gives_the_same_page() -> None:
    assert proof_html.render(SCORE) == proof_html.render(SCORE)


@pytest.mark.parametrize(
    "words",
    [
        "The proof does not hold",
        "1 of 2 rules bitten",
        "order/one-more ✗ not bitten",
        "Reproduce with: streamgauge prove --fault reuse-id",
        "tools/id-is-unique; perhaps tools/id-is-present 9 5 tools/id-is-unique 5",
        "undeclared order/one-more (1)",
        "invisible: nobody counts them",
        "own/a, own/b",
    ],
)
def test_a_reader_is_told(words: str) -> None:
    assert words in text(proof_html.render(SCORE))


def test_where_nothing_is_wrong_the_page_says_so() -> None:
    score = {**SCORE, "conforms": True, "wrong": []}
    said = text(proof_html.render(score))
    assert "Every rule bites, and nothing else does" in said
    assert "What is wrong Nothing." in said


def test_a_cell_leads_to_its_fault() -> None:
    page = proof_html.render(SCORE)
    place = re.search(r'<a href="#(fault-\d+)" aria-label="reuse-id: 5">5</a>', page)
    assert place
    assert f'id="{place[1]}"><code class="data">reuse-id' in page


def test_every_link_leads_somewhere() -> None:
    page = proof_html.render(SCORE)
    targets, ids = re.findall(r'href="#([^"]+)"', page), re.findall(r'\bid="([^"]+)"', page)
    assert set(targets) <= set(ids)
    assert len(ids) == len(set(ids))


def test_nothing_hostile_becomes_a_tag_or_a_control() -> None:
    page = proof_html.render(hostile())
    assert "<img" not in page
    assert "<script" not in page
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\ud800]", page)
    page.encode()


def test_the_policy_admits_the_style_alone() -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', proof_html.render(SCORE))
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "script-src" not in policy[1]


# In a browser.


@pytest.fixture
def open_score(browser: Any, tmp_path: Path) -> Iterator[OpenScore]:
    contexts: list[Any] = []
    trouble: list[str] = []

    def opened(score: Score, **settings: Any) -> Any:
        path = tmp_path / "proof.html"
        path.write_text(proof_html.render(score), encoding="utf-8")
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: (trouble.append("dialog"), dialog.accept()))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(400, "dark"), (1280, "light")])
def test_axe_finds_nothing(open_score: OpenScore, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_score(SCORE, color_scheme=scheme, viewport={"width": width, "height": 900})
    found = axe.run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 1280])
def test_the_page_is_not_wider_than_its_window(open_score: OpenScore, width: int) -> None:
    page = open_score(hostile(), viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_a_click_on_a_number_shows_the_fault(open_score: OpenScore) -> None:
    page = open_score(SCORE, viewport={"width": 900, "height": 300})
    page.click("text=5 >> nth=0")
    heading = page.locator("h3", has_text="reuse-id")
    assert 0 <= heading.bounding_box()["y"] < 300
