"""What the page shows of a run of trials, and that a run of recordings has none of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.report import html
from streamgauge.report.run import Run
from tests.report.trial_runs import line, text, trials

Open = Callable[..., Any]
HOSTILE = "</script><img src=x onerror=alert(1)>"
SKIPS = [
    {"target": "kimi", "scenario": "two-choices", "reason": "gives 1 choice at most"},
    {"target": "kimi", "scenario": "forced-tool", "reason": "gives 1 choice at most"},
    {"target": "glm", "scenario": "loop", "reason": HOSTILE},
]


def a_run() -> Run:
    """A scenario of two steps, the second broken; one that was asked twice; what was not tried."""
    retried = {"attempts": 2, "retries": [{"status": 429, "waited_s": 1.25}], "request": "0a1b"}
    return trials(
        [
            line("loop#0", text("a")),
            line("loop#1", text("a").split(b"data: [DONE]")[0], vendor="openai", step=1),
            line("plain", text("a"), target="glm", **retried),
        ],
        skips=SKIPS,
    )


def test_the_worst_stream_of_a_trial_stands_for_it() -> None:
    assert html.summarise(a_run())["trials"] == [
        ["kimi", "loop", "fail", 1],
        ["glm", "plain", "pass", 2],
    ]
    assert html.summarise(a_run())["skips"] == SKIPS


def test_a_run_of_recordings_has_no_trials(sample_run: Run) -> None:
    summary = html.summarise(sample_run)
    assert (summary["trials"], summary["skips"]) == ([], [])


def test_a_reason_cannot_leave_its_place() -> None:
    assert HOSTILE not in html.render(a_run())


@pytest.mark.browser
def test_the_matrix_has_scenarios_down_and_targets_across(open_page: Open) -> None:
    page = open_page(a_run())
    rows = page.locator(".trials tr")
    cells = [row.locator("th, td").all_text_contents() for row in rows.all()]
    assert cells == [
        ["scenario", "kimi", "glm"],
        ["loop", "✗fail", "–not tried"],
        ["plain", "", "✓pass"],
        ["two-choices", "–not tried", ""],
        ["forced-tool", "–not tried", ""],
    ]
    notes = page.locator(".trials li").all_text_contents()
    assert notes == [
        "–not tried gives 1 choice at most: kimi/two-choices, kimi/forced-tool",
        f"–not tried {HOSTILE}: glm/loop",
    ]
    page.locator(".trials td a").first.click()
    page.wait_for_function("location.hash === '#/stream/1'")


@pytest.mark.browser
def test_a_stream_of_a_trial_says_how_it_was_asked(open_page: Open) -> None:
    page = open_page(a_run(), "#/stream/2")
    facts = dict(
        zip(
            page.locator(".facts dt").all_text_contents(),
            page.locator(".facts dd").all_text_contents(),
            strict=True,
        )
    )
    assert (facts["target"], facts["scenario"], facts["step"]) == ("glm", "plain", "0")
    assert facts["HTTP status"] == "200"
    assert facts["attempts"] == "2 (HTTP 429, waited 1.25 s)"
    assert facts["request"] == "0a1b"


@pytest.mark.browser
def test_a_page_of_recordings_has_no_table_of_trials(open_page: Open, sample_run: Run) -> None:
    assert open_page(sample_run).locator(".trials").count() == 0


@pytest.mark.browser
def test_what_the_run_was_asked_for_is_told_in_a_few_words(open_page: Open) -> None:
    run = a_run()
    run.header["options"] |= {"drop_history": [], "scenarios": ["a", "b", "c", "d", "e"]}
    about = open_page(run).locator(".about-run")
    facts = dict(
        zip(
            about.locator("dt").all_text_contents(),
            about.locator("dd").all_text_contents(),
            strict=True,
        )
    )
    assert (facts["targets"], facts["scenarios"]) == ("kimi (m)", "5")
    assert "drop_history" not in facts
