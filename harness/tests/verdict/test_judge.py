"""Verdicts and exit codes, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.finding import Finding, Level, Outcome
from streamgauge.verdict.deviations import Excuse, Place
from streamgauge.verdict.judge import Counts, FailOn, Standing, Verdict, exit_code, judge

PLACE = Place(source="a.sse")
MUST, SHOULD, MAY = Level.MUST, Level.SHOULD, Level.MAY


def outcome(*levels: Level) -> Outcome:
    """One broken rule per level, named after it."""
    findings = tuple(
        Finding(rule=f"x/{level.value}", level=level, says="s", expected="e", got="g")
        for level in levels
    )
    broken = tuple(one.rule for one in findings)
    return Outcome(passed=("x/other",), broken=broken, skipped=(), findings=findings)


def excuse(rule: str) -> Excuse:
    return Excuse(rule=rule, reason="known", link="", since="2025-01-02", source="*.sse")


@pytest.mark.parametrize(
    ("levels", "excused", "verdict"),
    [
        ((), (), Verdict.PASS),
        ((MAY,), (), Verdict.PASS),
        ((SHOULD,), (), Verdict.WARN),
        ((SHOULD, MAY), (), Verdict.WARN),
        ((MUST,), (), Verdict.FAIL),
        ((MUST, SHOULD), (), Verdict.FAIL),
        ((MUST,), ("x/must",), Verdict.PASS),
        ((MUST, SHOULD), ("x/must",), Verdict.WARN),
        ((MUST, SHOULD), ("x/*",), Verdict.PASS),
        ((MUST,), ("y/*",), Verdict.FAIL),
    ],
    ids=str,
)
def test_the_gravest_unexcused_finding_decides(
    levels: tuple[Level, ...], excused: tuple[str, ...], verdict: Verdict
) -> None:
    assert judge(outcome(*levels), PLACE, map(excuse, excused)).verdict is verdict


def test_an_excused_finding_stays_with_its_reason() -> None:
    ruling = judge(outcome(MUST, SHOULD), PLACE, [excuse("x/must")])
    assert [one.excused for one in ruling.findings] == ["known", None]
    assert [one.rule for one in ruling.open(Level)] == ["x/should"]
    assert ruling.open([MUST]) == ()


@pytest.mark.parametrize(
    ("standing", "verdict"),
    [(Standing.UNKNOWN, Verdict.UNSUPPORTED), (Standing.UNREADABLE, Verdict.UNREADABLE)],
)
def test_what_is_no_stream_gets_no_findings(standing: Standing, verdict: Verdict) -> None:
    ruling = judge(outcome(MUST), PLACE, standing=standing)
    assert (ruling.verdict, ruling.findings) == (verdict, ())


def test_a_finding_is_recorded_in_the_words_of_the_result_record() -> None:
    found = Finding(
        rule="x/y",
        level=MUST,
        says="s",
        expected="e",
        got="g",
        choice=0,
        event=7,
        span=(812, 954),
        pointer="/choices/0",
    )
    one = Outcome(passed=(), broken=("x/y",), skipped=(), findings=(found,))
    assert judge(one, PLACE).findings[0].record() == {
        "rule": "x/y",
        "level": "must",
        "says": "s",
        "expected": "e",
        "got": "g",
        "choice": 0,
        "event": 7,
        "span": [812, 954],
        "pointer": "/choices/0",
        "times": 1,
        "excused": None,
    }


def counts(*verdicts: Verdict, must: int = 0, should: int = 0, may: int = 0) -> Counts:
    """Counts of streams; the findings all stand on the first."""
    levels = [MUST] * must + [SHOULD] * should + [MAY] * may
    total = Counts()
    for number, verdict in enumerate(verdicts):
        total = total.plus(verdict, [(level, False) for level in levels] if not number else [])
    return total


def test_counts_tell_streams_open_findings_and_excused_ones() -> None:
    total = counts(Verdict.FAIL, Verdict.UNSUPPORTED, must=2, may=1)
    total = total.plus(Verdict.PASS, [(MUST, True), (MAY, True), (SHOULD, False)])
    assert total.record() == {
        "streams": 3,
        "pass": 1,
        "warn": 0,
        "fail": 1,
        "unsupported": 1,
        "unreadable": 0,
        "findings": {"must": 2, "should": 1, "may": 1, "excused": 2},
    }


FAILED = counts(Verdict.FAIL, must=1)
WARNED = counts(Verdict.WARN, should=1)
NOTED = counts(Verdict.PASS, may=3)
NOTHING = counts(Verdict.UNSUPPORTED, Verdict.UNREADABLE)


@pytest.mark.parametrize(
    ("total", "fail_on", "more", "expected"),
    [
        (counts(Verdict.PASS), FailOn.MUST, {}, 0),
        (FAILED, FailOn.MUST, {}, 1),
        (FAILED, FailOn.SHOULD, {}, 1),
        (FAILED, FailOn.NEVER, {}, 0),
        (WARNED, FailOn.MUST, {}, 0),
        (WARNED, FailOn.SHOULD, {}, 1),
        (NOTED, FailOn.SHOULD, {}, 0),
        (counts(Verdict.PASS, Verdict.UNSUPPORTED), FailOn.MUST, {}, 0),
        (NOTHING, FailOn.MUST, {}, 2),
        (NOTHING, FailOn.NEVER, {}, 2),
        (Counts(), FailOn.MUST, {}, 2),
        (counts(Verdict.PASS), FailOn.MUST, {"stale": 1}, 1),
        (counts(Verdict.PASS), FailOn.NEVER, {"stale": 1}, 0),
        (FAILED, FailOn.MUST, {"troubles": 1}, 2),
        (FAILED, FailOn.NEVER, {"troubles": 1, "stale": 1}, 2),
    ],
    ids=str,
)
def test_the_exit_code(total: Counts, fail_on: FailOn, more: dict[str, Any], expected: int) -> None:
    assert exit_code(total, fail_on, **more) == expected
