"""The HTML report, opened in a real browser where there is one.

The runs here are built by hand, so that what the page must show is known: which bytes a finding
points at, which words are hostile, what was not kept.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streamgauge.report import html
from streamgauge.report.run import Run, pack_body

Record = dict[str, Any]
Open = Callable[..., Any]

RULES = {
    slug: {
        "family": slug.partition("/")[0],
        "level": level,
        "title": title,
        "authority": {"name": "WHATWG HTML, 9.2", "url": "https://html.spec.whatwg.org/#sse"},
        "says": says,
    }
    for slug, level, title, says in (
        ("framing/utf-8", "must", "UTF-8", "The body must be UTF-8."),
        ("framing/one-data-line", "may", "One line", "An event may have one data line."),
        ("ending/has-end", "must", "The end", "A stream must reach the end of its dialect."),
        ("ending/sentinel", "should", "[DONE]", "A stream should end with its sentinel."),
        ("order/role-first", "should", "Role first", "The role should come first."),
        ("schema/chunk", "must", "Schema", "Every chunk must fit the schema of its dialect."),
        ("content/no-leaked-markup", "should", "Markup", "Text should not hold tool markup."),
        ("tools/arguments-are-json", "must", "JSON", "A tool call's arguments must be JSON."),
        ("tools/id-once", "must", "Ids", "A tool call must be given its id once."),
        ("reasoning/kept-apart", "should", "Apart", "Reasoning should not be in the text."),
        ("stop/every-choice", "must", "Stop", "Every choice must end with a finish reason."),
        ("usage/adds-up", "should", "Sum", "The total should be the sum of its terms."),
        ("errors/end-the-stream", "must", "Errors", "An error must be the last of a stream."),
        ("timing/steady", "may", "Steady", "Events may arrive evenly."),
        ("cache/counted", "may", "Cache", "Cache reads may be counted."),
    )
}


# A stream with a cut tool call, and how its record is built.


def sse(*payloads: object) -> list[bytes]:
    """Events, each with its blank line."""
    texts = (item if isinstance(item, str) else json.dumps(item) for item in payloads)
    return [b"data: " + text.encode() + b"\n\n" for text in texts]


def delta(**members: Any) -> Record:
    return {"id": "chatcmpl-1", "choices": [{"index": 0, "delta": members, "finish_reason": None}]}


def call(arguments: str, **members: Any) -> Record:
    return delta(tool_calls=[{"index": 0, "function": {"arguments": arguments}, **members}])


CUT = sse(
    delta(role="assistant"),
    delta(reasoning_content="They ask for the weather.\nI need the tool."),
    call('{"city": ', id="call_1", type="function"),
    call('"Zürich 雨'),
    delta(content="Sorry"),
    "[DONE]",
)


def text_part(content: str) -> Record:
    return {"type": "text", "content": content}


def cut_message(**members: Any) -> Record:
    parts = [
        {
            "type": "reasoning",
            "content": "They ask for the weather.\nI need the tool.",
            "field": "reasoning_content",
        },
        {
            "type": "tool_call",
            "id": "call_1",
            "name": "weather",
            "arguments": None,
            "arguments_json": '{"city": "Zürich 雨',
            "arguments_state": "partial",
            "index": 0,
        },
        text_part("Sorry"),
    ]
    choice = {
        "index": 0,
        "role": "assistant",
        "parts": parts,
        "finish_reason": None,
        "raw_finish_reason": None,
    }
    usage = {
        "input_tokens": 9,
        "output_tokens": 5,
        "reasoning_tokens": None,
        "cache_read_tokens": 0,
        "cache_write_tokens": None,
        "raw": {"prompt_tokens": 9, "big": 12345678901234567890},
    }
    message = {"id": "chatcmpl-1", "model": "kimi-k2", "choices": [choice], "usage": usage}
    return {**message, "error": None, **members}


def finding(rule: str, level: str = "must", **members: Any) -> Record:
    given = {
        "rule": rule,
        "level": level,
        "says": "The arguments of the call end inside a string.",
        "expected": "one JSON value",
        "got": '{"city": "Zürich 雨',
        "choice": 0,
        "event": None,
        "span": None,
        "pointer": None,
        "excused": None,
    }
    return {**given, **members}


def skips(*slugs: str) -> list[Record]:
    return [{"rule": slug, "reason": "arrival unknown"} for slug in slugs]


def line(source: str, events: list[bytes] | None, *findings: Record, **members: Any) -> Record:
    """A result line; the body is kept where events are given."""
    body = b"".join(events or ())
    record = {
        "schema": 1,
        "source": source,
        "dialect": "openai-chat",
        "vendor": "moonshot",
        "vendor_from": "option",
        "ending": "complete",
        "verdict": "pass",
        "error": None,
        "message": cut_message(),
        "metadata": {
            "streamed": True,
            "bytes": len(body),
            "events": len(events or ()),
            "chunks": len(events or ()),
            "end_marker": "[DONE]",
            "close": "clean",
            "timings": None,
            "cache": None,
        },
        "rules": {
            "passed": len(RULES) - 2,
            "broken": len({one["rule"] for one in findings}),
            "skipped": skips("timing/steady"),
        },
        "findings": list(findings),
        **members,
    }
    kept = None if events is None else pack_body(body, bounds(events))
    return {"kind": "result", "result": record, "body": kept}


def bounds(events: list[bytes]) -> list[int]:
    places = [0]
    for event in events:
        places.append(places[-1] + len(event))
    return places


def where(events: list[bytes], event: int, words: bytes) -> list[int]:
    """The span of some bytes of an event."""
    start = bounds(events)[event] + events[event].index(words)
    return [start, start + len(words)]


ARGUMENTS = finding(
    "tools/arguments-are-json",
    event=3,
    span=where(CUT, 3, b'"\\"Z\\u00fcrich \\u96e8"'),
    pointer="/choices/0/delta/tool_calls/0/function/arguments",
)
END = bounds(CUT)[-1]
CUT_LINE = line(
    "recordings/kimi/cut-tool-call.sse",
    CUT,
    ARGUMENTS,
    finding(
        "stop/every-choice",
        says="Choice 0 has no finish reason.",
        expected="a finish_reason",
        got="none before the end",
        span=[END, END],
    ),
    finding(
        "usage/adds-up",
        "should",
        says="The total is not the sum.",
        expected="14",
        got="13",
        choice=None,
    ),
    finding("framing/one-data-line", "may", says="One data line.", event=0, excused="known, #12"),
    finding(
        "schema/chunk",
        says="A member is missing.",
        event=4,
        span=where(CUT, 4, b"{"),
        pointer="/choices/0/logprobs",
    ),
    verdict="fail",
    ending="truncated",
)
SOFT = finding("ending/sentinel", "should", says="No [DONE].", span=[END, END])


def a_run(*lines: Record, footer: bool = True) -> Run:
    header = {
        "kind": "header",
        "schema": 1,
        "tool": "streamgauge",
        "version": "0.1.0",
        "created": "2025-01-02T03:04:05Z",
        "rules_digest": "sha256:0123abcd",
        "rules": RULES,
        "options": {"fail_on": "must", "vendor": "auto"},
    }
    end = {"counts": {}, "deviations": {"stale": [], "unexercised": []}, "exit": 1}
    return Run(header=header, results=lines, footer=end if footer else None)


UNSUPPORTED = {
    "verdict": "unsupported",
    "dialect": None,
    "vendor": None,
    "ending": "not-a-stream",
    "message": None,
    "metadata": None,
    "rules": {"passed": 0, "broken": 0, "skipped": []},
}
SMALL = a_run(
    line("recordings/good.sse", CUT, vendor="groq"),
    line("recordings/quiet.sse", CUT, SOFT, verdict="warn", dialect="gemini"),
    CUT_LINE,
    line("recordings/page.txt", [b"<!doctype html>\n"], **UNSUPPORTED),
    line("recordings/x.har", None, **{**UNSUPPORTED, "verdict": "unreadable", "error": "not JSON"}),
)


def many(number: int) -> Run:
    """A run of many streams: every seventh broken, every fifth soft."""
    kinds = [line("", CUT), CUT_LINE, line("", CUT, SOFT, verdict="warn")]
    picked = (kinds[1] if n % 7 == 0 else kinds[2] if n % 5 == 0 else kinds[0] for n in range(number))
    vendors = ("moonshot", "groq", "vllm", "mistral")
    return a_run(
        *(
            {**one, "result": {**one["result"], "source": f"all/{n:04}.sse", "vendor": vendors[n % 4]}}
            for n, one in enumerate(picked)
        )
    )


# What the page is made of, without a browser.


def embedded(page: str, name: str) -> str:
    found = re.search(rf'<script [^>]*id="{name}"[^>]*>([^<]*)</script>', page)
    assert found, name
    return found[1]


def test_the_same_run_gives_the_same_page() -> None:
    assert html.render(SMALL) == html.render(SMALL)


def test_the_summary_has_one_row_a_stream_and_one_word_a_family() -> None:
    summary = html.summarise(SMALL)
    cells = dict(zip(summary["families"], summary["streams"][2][8].split(" "), strict=True))
    assert cells == {
        **dict.fromkeys(html.FAMILIES, "p"),
        "schema": "m1",
        "tools": "m1",
        "stop": "m1",
        "usage": "s1",
        "framing": "x1",
        "timing": "n",
    }
    assert set(summary["streams"][4][8].split(" ")) == {"n"}


def test_a_rule_that_only_a_finding_names_still_has_a_place() -> None:
    summary = html.summarise(a_run(line("a", CUT, finding("new/thing"), verdict="fail")))
    assert summary["families"][-1] == "new"
    assert summary["rules"][-1]["slug"] == "new/thing"
    assert summary["streams"][0][8].split(" ")[-1] == "m1"


def test_rules_count_the_streams_that_break_them_by_level() -> None:
    again = line("b", CUT, ARGUMENTS, ARGUMENTS, {**ARGUMENTS, "excused": "known"}, verdict="fail")
    rules = {rule["slug"]: rule for rule in html.summarise(a_run(CUT_LINE, again))["rules"]}
    assert rules["tools/arguments-are-json"]["streams"] == {"m": 2, "s": 0, "i": 0, "x": 1}


def test_records_travel_in_blocks_that_unpack_to_what_went_in() -> None:
    run = many(html.BLOCK + 3)
    packed = embedded(html.render(run), "block-1")
    records = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert records == [item["result"] for item in run.results[html.BLOCK :]]


def test_the_policy_admits_nothing_but_the_page_itself() -> None:
    page = html.render(SMALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy[1]
    assert not re.search(r"<(?:link|script|img|iframe)[^>]*(?:src|href)=\"(?!data:,)", page)


@pytest.mark.parametrize(
    "harm",
    [
        {"data": "</script><script>alert(1)</script>"},
        {"bounds": '"><script>alert(1)</script>'},
        {"data": "AA\nAA"},
        {"data": None},
        {"bytes": "many"},
    ],
    ids=["data that ends the script", "bounds that end the tag", "not base64", "none", "no size"],
)
def test_a_body_that_is_not_what_it_claims_is_left_out(harm: Record) -> None:
    broken = {**CUT_LINE, "body": {**CUT_LINE["body"], **harm}}
    page = html.render(a_run(broken))
    assert 'id="body-0"' not in page
    assert "alert(1)" not in page


def test_scripts_and_style_cannot_end_their_own_element() -> None:
    page = html.render(SMALL)
    assert page.count("<script") == page.count("</script>")
    assert page.count("<style") == page.count("</style>") == 1


# In a browser.

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a run from a file; afterwards nothing may have been asked of the network or failed."""
    contexts: list[Any] = []
    trouble: list[str] = []

    def opened(run: Run, route: str = "", **settings: Any) -> Any:
        path = tmp_path / "report.html"
        path.write_text(html.render(run), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: (trouble.append(f"dialog {dialog.message}"), dialog.accept()))
        page.on("pageerror", lambda error: trouble.append(f"error {error}"))
        page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: note(asked.url))
        page.goto(path.as_uri() + route)
        page.wait_for_selector("main h1")
        return page

    def note(url: str) -> None:
        if not url.startswith(("file:", "data:")):
            trouble.append(f"request {url}")

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


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
    assert page.locator("#pointed").text_content() == json.dumps("\"Zürich 雨", ensure_ascii=False)
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


@pytest.mark.browser
def test_what_is_missing_is_marked_as_a_place(open_page: Open) -> None:
    page = open_page(SMALL, "#/stream/2/finding/1")
    page.wait_for_selector("code.text .caret")
    before = page.evaluate(
        "(() => { const mark = document.querySelector('code.text .caret'); const range = new Range();"
        "range.setStartBefore(mark.parentNode); range.setEndBefore(mark); return range.toString(); })()"
    )
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
    "route", ["#/stream/9", "#/stream/2/finding/99", "#/stream/2/event/99", "#/rule/no/%E0", "#/what"]
)
def test_an_address_that_leads_nowhere_says_so(open_page: Open, route: str) -> None:
    page = open_page(SMALL, route)
    assert page.locator("h1").text_content() == "Not found"


# Hostile content.

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    "\u202egnp.exe\u2066 \u200bzero \x1b[2J\x1b]0;owned\x07 \x9b31m\u2028\u2029 &lt;b&gt; \x00 end"
)
VISIBLE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    "⟨U+202E⟩gnp.exe⟨U+2066⟩ ⟨U+200B⟩zero ␛[2J␛]0;owned␇ ⟨U+009B⟩31m⟨U+2028⟩⟨U+2029⟩ &lt;b&gt; ␀ end"
)
HOSTILE_EVENTS = [
    *sse(delta(content="<img src=x onerror=alert(3)>")),
    b"data: " + HOSTILE.encode() + b" \xff\xc0\x80\n\n",
    *sse("{\"a\": \"" + "\u202e</pre><script>alert(4)</script>" + '"}'),
]


def hostile_run() -> Run:
    words = dict.fromkeys(("says", "expected", "got", "excused"), HOSTILE)
    points = where(HOSTILE_EVENTS, 1, HOSTILE.encode() + b" \xff\xc0\x80")
    base = cut_message(id=HOSTILE, model=HOSTILE, error={"type": HOSTILE, "raw": {HOSTILE: HOSTILE}})
    base["choices"][0]["parts"] = [
        text_part(HOSTILE),
        {"type": HOSTILE, "content": HOSTILE, "extra": {HOSTILE: HOSTILE}},
    ]
    one = line(
        HOSTILE,
        HOSTILE_EVENTS,
        finding("tools/id-once", event=1, span=points, pointer="/" + HOSTILE, **words),
        finding(HOSTILE + "\ud800", event=2, **{**words, "excused": None}),
        vendor=HOSTILE,
        dialect=HOSTILE,
        ending=HOSTILE,
        message=base,
        verdict="fail",
    )
    run = a_run(one)
    rules = {**RULES, "tools/id-once": {**RULES["tools/id-once"], "says": HOSTILE, "title": HOSTILE}}
    rules["tools/id-once"]["authority"] = {"name": HOSTILE, "url": "javascript:alert(5)"}
    header = {**run.header, "rules": rules, "options": {HOSTILE: HOSTILE}, "version": HOSTILE}
    return replace(run, header=header)


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
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1600])
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
    assert found == dict.fromkeys(VIEWS, [])


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


@pytest.mark.corpus
def test_two_thousand_recorded_streams_stay_under_ten_megabytes(corpus: Path) -> None:
    bodies = [path.read_bytes() for path in sorted(corpus.glob("streams/*/*/*"))]
    lines = []
    for number in range(2000):
        body = bodies[number % len(bodies)] if number < len(bodies) else b""
        text = b"".join(re.findall(rb'"(?:content|text)": ?"([^"]*)"', body)).decode("utf-8", "replace")
        message = cut_message()
        message["choices"][0]["parts"] = [text_part(text)]
        skipped = [
            {"rule": f"timing/rule-{n}", "reason": "arrival unknown: the recording keeps no times"}
            for n in range(60)
        ]
        one = line(f"streams/{number}.sse", [body], ARGUMENTS, message=message, verdict="fail")
        one["result"]["rules"]["skipped"] = skipped
        lines.append(one)
    assert sum(map(len, bodies)) > 25_000_000
    assert len(html.render(a_run(*lines)).encode()) < 10_000_000


def test_bounds_are_unsigned_and_little_endian() -> None:
    """What the page reads is what `pack_body` writes."""
    packed = pack_body(b"ab\n\n", [0, 2, 4])
    raw = zlib.decompress(base64.b64decode(packed["bounds"]))
    assert struct.unpack("<3I", raw) == (0, 2, 4)
