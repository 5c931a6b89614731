"""A small run with one stream of every verdict, and another whose every word is hostile."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streamgauge.report import html, run
from streamgauge.report.run import Run, RunWriter
from streamgauge.rules.finding import Finding, Level
from streamgauge.verdict.deviations import Excuse
from streamgauge.verdict.judge import Weighed

Record = dict[str, Any]
BuildRun = Callable[..., Run]
HOSTILE = (
    "</script><img src=x onerror=alert(1)> | `tick` ``two`` [a](http://evil.test) @everyone #12\n"
    "::error::owned\r\x1b[2J\x1b]8;;http://evil.test\x07link\u202eevil\u200b [bold red]x[/] &amp; "
    "\ud800 \ufffe \x9b31m ]]> 100%"
)
MESSAGE: Record = {"id": None, "model": None, "choices": [], "usage": None, "error": None}
METADATA: Record = {
    "streamed": True,
    "bytes": 24,
    "events": 2,
    "chunks": 1,
    "end_marker": "[DONE]",
    "close": "clean",
    "timings": None,
    "cache": None,
}
STALE = Excuse(
    rule="usage/*", reason="sent no usage once", link="", since="2025-01-02", source="a/*.sse"
)


def finding(rule: str, level: Level, **members: Any) -> Finding:
    """A finding with something in every place."""
    given: dict[str, Any] = {
        "says": "The arguments of a tool call must parse as JSON.",
        "expected": "one JSON value",
        "got": '{"city": "Par',
        "choice": 0,
        "event": 7,
        "span": (812, 954),
        "pointer": "/choices/0/delta/tool_calls/0/function/arguments",
    }
    return Finding(rule=rule, level=level, **{**given, **members})


def record(source: str, verdict: str, *findings: Weighed, **members: Any) -> Record:
    """A result record; what a stream that is no stream lacks is null."""
    known = verdict in ("pass", "warn", "fail")
    return {
        "schema": 1,
        "source": source,
        "dialect": "openai-chat" if known else None,
        "vendor": "moonshot" if known else None,
        "vendor_from": "option" if known else None,
        "ending": "complete" if known else None,
        "verdict": verdict,
        "error": None,
        "message": MESSAGE if known else None,
        "metadata": METADATA if known else None,
        "rules": {
            "passed": 80 if known else 0,
            "broken": len({one.finding.rule for one in findings}),
            "skipped": [{"rule": "timing/steady", "reason": "arrival unknown"}] if known else [],
        },
        "findings": [one.record() for one in findings],
        **members,
    }


def records() -> list[Record]:
    """One stream of every verdict, and one that passes because it is excused."""
    no_stop = finding(
        "stop/every-choice-stops",
        Level.MUST,
        says="Every choice must end with a finish reason.",
        expected="a finish_reason for choice 0",
        got="none before the body ended",
        event=None,
        pointer=None,
    )
    usage = finding(
        "usage/sent-when-asked",
        Level.SHOULD,
        says="Usage was asked for and should be sent.",
        expected="a usage object",
        got="none",
        event=None,
        span=None,
        pointer=None,
    )
    note = finding("framing/has-retry", Level.MAY, says="A retry time may be sent.")
    arguments = finding("tools/arguments-are-json", Level.MUST)
    return [
        record("recordings/good.sse", "pass"),
        record("recordings/quiet.sse", "warn", Weighed(finding=usage), Weighed(finding=note)),
        record(
            "recordings/kimi/cut-tool-call.sse",
            "fail",
            *(Weighed(finding=arguments) for _ in range(5)),
            Weighed(finding=no_stop),
            Weighed(finding=usage),
            Weighed(finding=note),
            ending="truncated",
        ),
        record(
            "recordings/known.sse",
            "pass",
            Weighed(finding=no_stop, excused="their gateway drops the last event, ticket 12"),
        ),
        record("page.html.txt", "unsupported", ending="not-a-stream"),
        record("broken.har", "unreadable", error="not JSON: line 3, column 7"),
    ]


@pytest.fixture
def build_run() -> BuildRun:
    """Writes records as a run and reads it back, as a report would."""

    def build(*found: Record, exit: int = 1, stale: tuple[Excuse, ...] = (), **options: Any) -> Run:
        sink = io.StringIO()
        writer = RunWriter(sink=sink)
        writer.begin(
            run.header(
                version="0.1.0",
                created="2025-01-02T03:04:05Z",
                rules_digest="sha256:" + "0" * 64,
                rules={},
                options=options,
            )
        )
        for one in found:
            body = b"data: {}\n\ndata: [DONE]\n\n"
            writer.add(one, run.pack_body(body, (0, 10, len(body))))
        writer.end(run.footer(writer.counts, stale=stale, exit=exit))
        return run.read(sink.getvalue())

    return build


@pytest.fixture
def sample_records() -> list[Record]:
    return records()


@pytest.fixture
def sample_run(build_run: BuildRun) -> Run:
    return build_run(*records(), exit=2, stale=(STALE,))


@pytest.fixture
def hostile_text() -> str:
    return HOSTILE


@pytest.fixture
def hostile_run(build_run: BuildRun) -> Run:
    """Every string that a stream or a file name can bring is hostile."""
    bad = dict.fromkeys(("says", "expected", "got", "pointer"), HOSTILE)
    broken = finding(HOSTILE, Level.MUST, **bad)
    soft = finding(HOSTILE + "2", Level.SHOULD, **bad)
    excuse = Excuse(rule=HOSTILE, reason=HOSTILE, link=HOSTILE, since=HOSTILE, source=HOSTILE)
    return build_run(
        record(
            HOSTILE,
            "fail",
            Weighed(finding=broken),
            Weighed(finding=soft),
            Weighed(finding=soft, excused=HOSTILE),
            vendor=HOSTILE,
        ),
        record(HOSTILE, "unreadable", error=HOSTILE),
        stale=(excuse,),
    )


# A page in a browser, where there is one.

Open = Callable[..., Any]
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
        page.on(
            "dialog", lambda dialog: (trouble.append(f"dialog {dialog.message}"), dialog.accept())
        )
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
