"""The HTML page in a real browser, where there is one: what a reader clicks, types and sees."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.report import html
from tests.report.page_run import (
    ARGUMENTS,
    CUT,
    CUT_LINE,
    HOSTILE,
    SMALL,
    SOFT,
    VISIBLE,
    Record,
    a_run,
    delta,
    finding,
    hostile_run,
    line,
    many,
    sse,
    where,
)

Open = Callable[..., Any]


def marked(page: Any, pane: str = "text") -> str:
    """What is highlighted, read from the page; hex comes without its gaps."""
    marks = page.locator(f"code.{pane} {'.codes ' if pane == 'hex' else ''}mark")
    return "".join(marks.all_text_contents())


def span_bytes(one: Record, events: list[bytes]) -> bytes:
    start, end = one["span"]
    return b"".join(events)[start:end]


@pytest.mark.browser
def test_a_reader_clicks_from_a_cell_to_the_very_bytes(open_page: Open) -> None:
    page = open_page(SMALL)
    page.click('tr[data-stream="2"] td[data-family="tools"] a')
    page.wait_for_selector("text=A tool call's arguments must be JSON.")
    assert page.locator("text=WHATWG HTML, 9.2").first.is_visible()
    page.click("text=The arguments of the call end inside a string.")
    page.wait_for_selector("code.text mark")
    assert marked(page).encode() == span_bytes(ARGUMENTS, CUT)
    page.click("text=Hex")
    page.wait_for_selector("code.hex mark")
    assert bytes.fromhex(marked(page, "hex")) == span_bytes(ARGUMENTS, CUT)
    assert page.locator("#pointed").text_content() == json.dumps('"Zürich 雨', ensure_ascii=False)
    assert page.locator(".message .tool_call pre").text_content() == '{"city": "Zürich 雨'


@pytest.mark.browser
def test_the_same_path_needs_no_mouse(open_page: Open) -> None:
    page = open_page(SMALL)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('.matrix'))"):
            break
    column = html.FAMILIES.index("tools") + 1
    for _ in range(column):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "tools: 1 must"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_selector(".rule-blocks")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    reach(page, "The arguments of the call end inside a string.")
    page.keyboard.press("Enter")
    page.wait_for_selector("code.text mark")
    assert marked(page).encode() == span_bytes(ARGUMENTS, CUT)
    assert "end inside a string" in page.locator("#spoken").text_content()


def reach(page: Any, text: str) -> None:
    """Tabs until a link with this text has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == text:
            return
    pytest.fail(f"no tab stop says {text!r}")


@pytest.mark.browser
def test_back_returns_to_the_cell_and_the_filters(open_page: Open) -> None:
    page = open_page(SMALL)
    page.select_option("select[name=verdict]", "fail")
    page.click('tr[data-stream="2"] td[data-family="stop"] a')
    page.wait_for_selector(".rule-blocks")
    page.go_back()
    page.wait_for_selector(".matrix")
    assert page.locator("tr[data-stream]").count() == 1
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "stop: 1 must"


@pytest.mark.browser
def test_a_link_opens_its_finding(open_page: Open) -> None:
    page = open_page(SMALL, "#/stream/2/finding/4")
    page.wait_for_selector("code.text mark")
    assert marked(page) == "{"
    assert "nearest value" in page.locator(".chunk .hint").text_content()


TEXT_BEFORE_CARET = """() => {
    const caret = document.querySelector("code.text .caret");
    const range = new Range();
    range.setStartBefore(caret.parentNode);
    range.setEndBefore(caret);
    return range.toString();
}"""


@pytest.mark.browser
def test_what_is_missing_is_marked_as_a_place(open_page: Open) -> None:
    page = open_page(SMALL, "#/stream/2/finding/1")
    page.wait_for_selector("code.text .caret")
    before = page.evaluate(TEXT_BEFORE_CARET)
    assert before.encode() == CUT[-1]


@pytest.mark.browser
def test_a_finding_about_the_whole_stream_says_so(open_page: Open) -> None:
    page = open_page(SMALL, "#/stream/2/finding/2")
    page.wait_for_selector("text=it points at no byte")
    page.click("text=See its last event")
    page.wait_for_selector("text=Event 5")
    assert marked(page).encode() == CUT[-1]


@pytest.mark.browser
def test_events_can_be_paged_through(open_page: Open) -> None:
    page = open_page(SMALL, "#/stream/2/event/0")
    seen = []
    for event in range(len(CUT)):
        page.wait_for_selector(f"h1:text-is('Event {event}')")
        seen.append(marked(page).encode())
        if event + 1 < len(CUT):
            page.click("text=Next event")
    assert seen == CUT


@pytest.mark.browser
@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"q": "quiet"}, [1]),
        ({"q": "arguments-are"}, [2]),
        ({"vendor": "groq"}, [0]),
        ({"dialect": "gemini"}, [1]),
        ({"verdict": "unreadable"}, [4]),
        ({"sort": "run"}, [0, 1, 2, 3, 4]),
        ({"sort": "worst"}, [2, 4, 1, 3, 0]),
        ({"group": "verdict", "sort": "run"}, [2, 0, 4, 3, 1]),
        ({"q": "no such words"}, []),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else None,
)
def test_filters_choose_and_order_rows(open_page: Open, filters: Record, left: list[int]) -> None:
    page = open_page(SMALL)
    for name, value in filters.items():
        field = page.locator(f".filters [name={name}]")
        if name == "q":
            field.fill(value)
        else:
            field.select_option(value)
    rows = page.locator("tr[data-stream]").evaluate_all("rows => rows.map(r => +r.dataset.stream)")
    assert rows == left


@pytest.mark.browser
def test_the_summary_says_what_to_look_at_first(open_page: Open) -> None:
    again = line("again.sse", CUT, ARGUMENTS, verdict="fail")
    page = open_page(a_run(CUT_LINE, again, line("soft.sse", CUT, SOFT, verdict="warn")))
    assert page.locator("h1").text_content() == "2 of 3 streams break a must"
    first = page.locator(".worst li").first
    assert first.locator("a").text_content() == "tools/arguments-are-json"
    assert first.locator(".hits").text_content() == "2 streams"
    page.click(".worst li a")
    page.wait_for_selector("text=Broken in 2 streams")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("events", "event", "decoded"),
    [
        ([b'[{"a": 1}', b',\n{"b": 2}', b"]"], 1, ["b"]),
        ([b'{"a": 1}\n', b'{"b": [2]}\n'], 1, ["b"]),
        ([b'event: ping\r\ndata: {"b":\r\ndata: 2}\r\n\r\n'], 0, ["b"]),
        ([b'\xef\xbb\xbfdata:{"b": 2}\r\r'], 0, ["b"]),
        ([b'data: {"b": 1, "b": 12345678901234567890}\n\n'], 0, ["b", "b"]),
    ],
    ids=["JSON array", "JSON lines", "several data lines", "byte-order mark", "repeated keys"],
)
def test_chunks_are_read_from_any_framing(
    open_page: Open, events: list[bytes], event: int, decoded: list[str]
) -> None:
    page = open_page(a_run(line("a", events)), f"#/stream/0/event/{event}")
    keys = page.locator(".chunk .json .key").all_text_contents()
    assert [json.loads(key) for key in keys] == decoded
    assert json.loads(page.locator(".chunk .json").text_content())


@pytest.mark.browser
def test_numbers_that_a_browser_would_round_are_kept(open_page: Open) -> None:
    page = open_page(SMALL, "#/stream/2")
    page.click("text=Usage as sent")
    assert '"big": 12345678901234567890\n' in page.locator(".message details .json").text_content()


@pytest.mark.browser
def test_a_long_event_is_shown_around_what_is_pointed_at(open_page: Open) -> None:
    events = [*sse(delta(content="a" * 50_000 + "needle" + "é" * 50_000)), *CUT]
    points = finding("schema/chunk", event=0, span=where(events, 0, b"needle"))
    page = open_page(a_run(line("a", events, points, verdict="fail")), "#/stream/0/finding/0")
    page.wait_for_selector("code.text mark")
    assert marked(page) == "needle"
    before = len(page.locator("code.text").text_content())
    assert before < 10_000
    page.click("text=Show later bytes")
    page.click("text=Show earlier bytes")
    assert len(page.locator("code.text").text_content()) > before + 6000
    assert marked(page) == "needle"


@pytest.mark.browser
def test_a_cut_run_says_so_loudly(open_page: Open) -> None:
    page = open_page(a_run(CUT_LINE, footer=False))
    assert "This run was cut short." in page.locator(".cut").text_content()
    assert page.locator("text=unknown, cut short").is_visible()
    whole = open_page(SMALL)
    assert whole.locator(".cut").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("route", ["#/stream/0", "#/stream/0/finding/0", "#/stream/0/event/1"])
def test_bytes_that_were_not_kept_are_missed_in_words(open_page: Open, route: str) -> None:
    page = open_page(a_run({**CUT_LINE, "body": None}), route)
    assert page.locator("text=The bytes were not kept in this run.").is_visible()


@pytest.mark.browser
def test_bytes_that_lie_about_their_size_are_not_unpacked(open_page: Open) -> None:
    bomb = {**CUT_LINE["body"], "bytes": 10}
    page = open_page(a_run({**CUT_LINE, "body": bomb}), "#/stream/0/finding/0")
    assert page.locator("text=more than the run says").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize(
    "route",
    ["#/stream/9", "#/stream/2/finding/99", "#/stream/2/event/99", "#/rule/no/%E0", "#/what"],
)
def test_an_address_that_leads_nowhere_says_so(open_page: Open, route: str) -> None:
    page = open_page(SMALL, route)
    assert page.locator("h1").text_content() == "Not found"


# Hostile content.

ROUTES = {
    "summary": "",
    "stream": "#/stream/0",
    "family": "#/stream/0/family/tools",
    "finding": "#/stream/0/finding/0",
    "strange rule": "#/stream/0/finding/1",
    "event": "#/stream/0/event/2",
    "rules": "#/rules",
    "rule": "#/rule/tools%2Fid-once",
}


@pytest.mark.browser
@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES.keys())
def test_hostile_words_are_text_and_nothing_else(open_page: Open, route: str) -> None:
    page = open_page(hostile_run(), route)
    text = page.locator("main").text_content()
    assert VISIBLE.partition("&lt;")[0] in text or "⟨U+202E⟩</pre>" in text
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200b\x1b\x9b\u2028\u2029\x00\x07]", text)
    assert page.locator("main img, main script, main style").count() == 0
    assert page.locator('[href^="javascript"]').count() == 0
    assert page.locator("script").count() == html.render(hostile_run()).count("<script")


@pytest.mark.browser
def test_hostile_bytes_are_shown_one_by_one(open_page: Open) -> None:
    page = open_page(hostile_run(), "#/stream/0/finding/0")
    page.wait_for_selector("code.text mark")
    assert marked(page) == VISIBLE + " ⟨ff⟩⟨c0⟩⟨80⟩"
    page.click("text=Hex")
    assert bytes.fromhex(marked(page, "hex")) == HOSTILE.encode() + b" \xff\xc0\x80"


# Everyone can read it.

VIEWS = {
    "summary": "",
    "stream": "#/stream/2",
    "family": "#/stream/2/family/tools",
    "finding": "#/stream/2/finding/0",
    "missing": "#/stream/2/finding/1",
    "rules": "#/rules",
    "rule": "#/rule/tools%2Farguments-are-json",
}


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(400, "dark"), (1280, "light")])
def test_axe_finds_nothing(open_page: Open, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    settings = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    page = open_page(SMALL, **settings)
    found = {}
    for name, route in VIEWS.items():
        show(page, route)
        found[name] = [
            (one["id"], [node["html"][:120] for node in one["nodes"]])
            for one in axe.run(page).response["violations"]
        ]
    assert found == {name: [] for name in VIEWS}


def show(page: Any, route: str) -> None:
    """Goes to a route and waits until its heading has replaced the one before."""
    page.evaluate("document.querySelector('main .view').dataset.old = ''")
    page.evaluate(f"location.hash = {route or '#/'!r}")
    if page.locator("main .view[data-old]").count() and route:
        page.wait_for_selector("main .view:not([data-old])")


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 1280, 1600])
def test_no_view_is_wider_than_its_window(open_page: Open, width: int) -> None:
    page = open_page(SMALL, viewport={"width": width, "height": 900})
    for route in VIEWS.values():
        show(page, route)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, route


# Size.


@pytest.mark.browser
def test_two_thousand_streams_open_with_their_summary(open_page: Open) -> None:
    page = open_page(many(2000))
    assert page.locator("tr[data-stream]").count() == 100
    assert "of 2,000" in page.locator(".pager").text_content()
    for _ in range(2):
        page.click("text=Next page")
    assert page.locator(".pager p").text_content() == "Streams 201 to 300 of 2,000"
    assert page.locator("tr[data-stream]").first.is_visible()
