"""The page of a trial of clients: every cell, what broke and why; nothing hostile gets through."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streamgauge.report import clients_html
from tests.report.client_lines import HEADER, Line, a_line, broken, skipped, splits
from tests.report.conftest import HOSTILE

OpenLines = Callable[..., Any]
BROKEN = broken("lib/chat", "cut", duty="must-not-invent", behaviour="invented-end")
LINES = [
    a_line(),
    BROKEN,
    skipped(case="tools"),
    broken("other/chat", "plain", level="should"),
    a_line("gem/one", "gem", dialect="gemini"),
    *splits("aab"),
]


def hostile() -> list[Line]:
    """Lines in which every word that can come from outside is hostile."""
    bad = dict.fromkeys(("says", "about", "authority", "stream", "fault", "version"), HOSTILE)
    one = copy.deepcopy({**BROKEN, **bad, "client": HOSTILE, "case": HOSTILE, "dialect": HOSTILE})
    one["reply"] = {"error": {"types": [HOSTILE], "message": HOSTILE}}
    one["sent"] |= {"content_type": HOSTILE, "error": HOSTILE}
    one["sent"]["tail"]["text"] = HOSTILE
    odd = [{**line, "group": HOSTILE, "split": HOSTILE, "client": HOSTILE} for line in splits("ab")]
    return [one, {**skipped(), "says": HOSTILE}, *odd]


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("</style>")[1]).split())


def test_the_same_lines_give_the_same_page() -> None:
    assert clients_html.render(HEADER, LINES) == clients_html.render(HEADER, LINES)


@pytest.mark.parametrize(
    "words",
    [
        "✗ 5 of 7 duties kept",
        "✗ 1 must broken",
        "lib/chat 1.2 4 of 5 1 0 0 1 ✗ 0/1 plain 2",
        "✗ invented",
        "– skipped: does not tell: tools",
        "gem equal ✓ equal",
        "Expected: no reason to stop, no arguments and no end that never came · https://example.org",
        "Connection keep-alive",
        "from byte 990 to the end: data: cut",
        "streamgauge serve --cases cut",
        "curl -iN http://127.0.0.1:8021/case/cut/agent/me/",
        '"answer": {',
        "2 segments, all: byte 0 at 1 ms, byte 990 at 12.5 ms; TCP ended: reset",
        "Reproduce with: streamgauge clients lib/chat --case cut",
    ],
)
def test_a_reader_is_told(words: str) -> None:
    page = text(clients_html.render(HEADER, LINES))
    assert words in page.replace("&#34;", '"')


def test_where_nothing_broke_the_page_says_so() -> None:
    assert "What broke Nothing." in text(clients_html.render(HEADER, [a_line()]))


def test_a_client_that_was_graded_before_the_end_says_so() -> None:
    unended = {**BROKEN, "sent": {**BROKEN["sent"], "close": None, "segments": []}}
    assert "had not ended when the client was graded" in clients_html.render(HEADER, [unended])


def test_a_broken_cell_leads_to_what_broke() -> None:
    page = clients_html.render(HEADER, LINES)
    place = re.search(r'href="#(breach-\d+)" aria-label="invented: lib/chat, cut: [^"]*must', page)
    assert place
    assert 'class="badge bad"' in page.split(f'id="{place[1]}"')[1][:80]


def test_every_link_leads_somewhere() -> None:
    page = clients_html.render(HEADER, LINES)
    targets, ids = re.findall(r'href="#([^"]+)"', page), re.findall(r'\bid="([^"]+)"', page)
    assert set(targets) <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://plain", "RFC 9112"])
def test_only_a_safe_address_becomes_a_link(address: str) -> None:
    page = clients_html.render(HEADER, [{**BROKEN, "authority": address}])
    assert address in page
    assert f'href="{address}' not in page


def test_nothing_hostile_becomes_a_tag_or_a_control() -> None:
    page = clients_html.render(HEADER, hostile())
    assert "<img" not in page
    assert "<script" not in page
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\ud800]", page)
    page.encode()


def test_the_policy_admits_the_style_alone() -> None:
    page = clients_html.render(HEADER, LINES)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "script-src" not in policy[1]


# In a browser.


@pytest.fixture
def open_lines(browser: Any, tmp_path: Path) -> Iterator[OpenLines]:
    contexts: list[Any] = []
    trouble: list[str] = []

    def opened(lines: list[Line], **settings: Any) -> Any:
        path = tmp_path / "clients.html"
        path.write_text(clients_html.render(HEADER, lines), encoding="utf-8")
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
def test_axe_finds_nothing(open_lines: OpenLines, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_lines(LINES, color_scheme=scheme, viewport={"width": width, "height": 900})
    found = axe.run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 1280])
def test_the_page_is_not_wider_than_its_window(open_lines: OpenLines, width: int) -> None:
    page = open_lines(hostile(), viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_filters_leave_what_is_asked_for(open_lines: OpenLines) -> None:
    page = open_lines(LINES)
    rows = page.locator(".grid tbody tr:visible")
    everything = rows.count()
    page.check("#only-broken")
    assert rows.locator("th").all_text_contents() == ["plain", "cut"]
    page.uncheck("#only-broken")
    page.get_by_label("gemini", exact=True).focus()
    page.keyboard.press("Space")
    assert rows.count() == 1
    assert page.locator("article:visible").count() == 0
    page.check("#dialect-all")
    page.get_by_label("must-not-invent").check()
    assert rows.count() == 1
    page.check("#duty-all")
    assert rows.count() == everything


@pytest.mark.browser
def test_a_key_on_a_broken_cell_shows_what_broke(open_lines: OpenLines) -> None:
    page = open_lines(LINES, viewport={"width": 900, "height": 400})
    page.locator(".grid a", has_text="invented").focus()
    page.keyboard.press("Enter")
    shown = page.locator("li:target")
    assert "invented-end" in shown.text_content()
    assert 0 <= shown.bounding_box()["y"] < 400
