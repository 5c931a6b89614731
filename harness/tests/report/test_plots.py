"""The pictures of the page: what they show, what they say in words, and that they stay small."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from streamgauge.report import html
from tests.report.page_run import (
    ARGUMENTS,
    MEASURED,
    TIMELINE,
    TIMINGS,
    a_run,
    cache_of,
    hostile_run,
    line,
    many,
    measured,
)

Open = Callable[..., Any]


def says(page: Any, panel: str) -> str:
    """What a picture is called and says to those who do not see it."""
    drawing = page.locator(f".{panel} figure > svg")
    words = [
        page.locator(f"[id='{drawing.get_attribute(name)}']").text_content()
        for name in ("aria-labelledby", "aria-describedby")
    ]
    return ": ".join(words)


@pytest.mark.browser
def test_a_stream_shows_how_it_arrived(open_page: Open) -> None:
    page = open_page(MEASURED, "#/stream/0")
    assert says(page, "arrivals") == (
        "How the body arrived: 1,200 bytes in 13 segments within 2.7 s. "
        "First token: reasoning after 850 ms, content after 2.3 s, tool call after 2.7 s. "
        "Longest gap between segments: 900 ms; the strip shows gaps by their logarithm. "
        "Times are off by up to 3.1 ms, the tool's own error."
    )
    drawing = page.locator(".arrivals figure > svg")
    assert [
        drawing.locator(f".dot.{kind}").count()
        for kind in ("reasoning", "content", "tool", "other")
    ] == [1, 2, 1, 1]
    assert drawing.locator(".first").count() == 3
    assert drawing.locator(".gap:not(.mean)").count() == len(TIMELINE)
    assert drawing.locator(".gap.mean").count() == 1


POINTS = """dots => dots.map(dot => { const box = dot.getBBox();
    return [box.x + box.width / 2, box.y + box.height / 2]; })"""


@pytest.mark.browser
def test_marks_stand_where_the_times_say(open_page: Open) -> None:
    page = open_page(MEASURED, "#/stream/0")
    points = page.locator(".arrivals figure > svg .dot.content").evaluate_all(POINTS)
    lines = page.locator(".arrivals .first").evaluate_all(
        "lines => lines.map(line => +line.getAttribute('x1'))"
    )
    reasoning, content, tool = lines
    # 850, 2300 and 2700 ms lie on one scale, and so does the content at 2300 and 2320 ms.
    assert (content - reasoning) / (tool - content) == pytest.approx(1450 / 400, rel=1e-3)
    assert points[0][0] == pytest.approx(content, abs=0.1)
    assert (points[1][0] - points[0][0]) / (tool - content) == pytest.approx(20 / 400, rel=1e-2)
    assert points[1][1] < points[0][1]


@pytest.mark.browser
def test_an_error_that_nobody_measured_is_said(open_page: Open) -> None:
    page = open_page(MEASURED, "#/stream/2")
    assert "own error was not measured" in says(page, "arrivals")


@pytest.mark.browser
def test_a_cache_verdict_is_told_and_drawn(open_page: Open) -> None:
    page = open_page(MEASURED, "#/stream/0")
    text = page.locator(".cache").inner_text()
    for words in (
        "hit",
        "counters and latency",
        "24 of 24 warm requests hit",
        "captured",
        "3.1 ms",
    ):
        assert words in text
    assert "The counters say that 24 of 24" in says(page, "cache")
    drawing = page.locator(".cache figure > svg")
    assert (drawing.locator(".cold").count(), drawing.locator(".twin").count()) == (24, 24)
    assert drawing.locator(".median").count() == 2
    assert drawing.locator(".interval").count() == 1


@pytest.mark.browser
def test_misses_are_drawn_as_misses(open_page: Open) -> None:
    page = open_page(MEASURED, "#/stream/1")
    assert "route not sticky" in page.locator(".cache").inner_text()
    assert page.locator(".cache figure > svg .missed").count() == 12


@pytest.mark.browser
def test_too_few_pairs_have_no_interval(open_page: Open) -> None:
    page = open_page(MEASURED, "#/stream/2")
    assert "too few pairs for an interval" in page.locator(".cache").inner_text()
    assert page.locator(".cache .interval").count() == 0


@pytest.mark.browser
def test_what_was_not_timed_has_words_and_no_picture(open_page: Open) -> None:
    page = open_page(MEASURED, "#/stream/3")
    assert page.locator(".arrivals").count() == 0
    assert "0 of 1 warm requests hit" in page.locator(".cache").inner_text()
    assert page.locator(".cache figure").count() == 0


@pytest.mark.browser
def test_a_stream_without_times_has_no_panel(open_page: Open) -> None:
    page = open_page(a_run(line("a.sse", None)), "#/stream/0")
    assert page.locator(".arrivals, .cache").count() == 0


@pytest.mark.browser
def test_what_is_broken_comes_before_how_it_looks(open_page: Open) -> None:
    one = measured("cut.sse", TIMINGS)
    one["result"]["findings"] = [ARGUMENTS]
    headings = open_page(a_run(one), "#/stream/0").locator(".panel > h2").all_text_contents()
    assert headings[:2] == ["1 finding", "Arrivals"]


@pytest.mark.browser
def test_figures_can_be_read_as_written(open_page: Open) -> None:
    page = open_page(MEASURED, "#/stream/0")
    page.click(".arrivals summary")
    text = page.locator(".arrivals .json").text_content()
    assert '"own_error_ms": 3.1' in text
    assert "timeline" not in text


@pytest.mark.browser
def test_hostile_figures_are_bounded_and_harmless(open_page: Open) -> None:
    page = open_page(hostile_run(), "#/stream/0")
    assert page.locator("main svg .dot").count() < 300
    assert page.locator("main img, main script").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(400, "dark"), (1280, "light")])
def test_axe_finds_nothing_in_the_pictures(open_page: Open, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    settings = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    page = open_page(MEASURED, **settings)
    for number in range(2):
        page.evaluate(f"location.hash = '#/stream/{number}'")
        page.wait_for_selector(f"h1:has-text('{('hit', 'some')[number]}.sse')")
        violations = axe.run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def long_timeline(chance: random.Random) -> list[list[object]]:
    """As many stretches as there may be, none like another."""
    at, end, rows = 300.0, 0, []
    for _ in range(64):
        first = at + chance.expovariate(1 / 35)
        at, end = first + chance.expovariate(1 / 200), end + chance.randint(150, 4000)
        rows.append([round(first, 2), round(at, 2), end, chance.randint(1, 30), "content"])
    return rows


def test_two_thousand_streams_with_times_stay_below_five_megabytes() -> None:
    chance = random.Random(1)
    pairs = cache_of(*[(270.0 + n, 4096) for n in range(24)])
    run = many(2000)
    lines = []
    for number, one in enumerate(run.results):
        timings = {**TIMINGS, "timeline": long_timeline(chance)}
        metadata = measured("", timings, pairs if number % 20 == 0 else None)["result"]["metadata"]
        lines.append({**one, "result": {**one["result"], "metadata": metadata}})
    assert len(html.render(replace(run, results=tuple(lines))).encode()) < 5_000_000
