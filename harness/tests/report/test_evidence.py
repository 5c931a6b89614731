"""The words that views share."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from streamgauge.report import evidence
from streamgauge.report.run import Run
from streamgauge.verdict.judge import FailOn
from tests.report.trial_runs import line, text, trials


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        ({}, ""),
        ({"choice": 0, "event": 0}, "event 0"),
        (
            {"choice": 2, "event": 7, "span": [812, 954], "pointer": "/a"},
            "choice 2 · event 7 · bytes 812–954 · /a",
        ),
        ({"event": 7, "times": 12}, "event 7 · 12 times"),
        ({"span": [0, 0], "pointer": ""}, "bytes 0–0"),
    ],
)
def test_where_a_finding_points(finding: dict[str, Any], expected: str) -> None:
    assert evidence.where(finding) == expected


@pytest.mark.parametrize(
    ("found", "footer", "expected"),
    [
        ({("must", "a/x"): 1}, {"exit": 0}, None),
        ({("must", "a/x"): 1, ("must", "b/x"): 2}, {"exit": 1}, "streamgauge rules b/x"),
        ({("must", "b/x"): 2, ("must", "a/x"): 2}, {"exit": 1}, "streamgauge rules a/x"),
        ({("must", "a/x"): 1, ("should", "b/x"): 9}, {"exit": 1}, "streamgauge rules a/x"),
        ({("should", "b/x"): 1, ("may", "c/x"): 9}, {"exit": 1}, "streamgauge rules b/x"),
        (
            {("may", "c/x"): 9},
            {"exit": 1, "stale": [{"rule": "a/*", "source": "*.sse", "reason": "old"}]},
            "the stale deviation a/* at *.sse: old",
        ),
        ({}, {"exit": 2, "unreadable": 1}, "the inputs that could not be read, listed above"),
        ({}, {"exit": 2}, "streamgauge check --help, for the kinds of input that can be judged"),
    ],
    ids=str,
)
def test_what_to_look_at_next(
    found: dict[tuple[str, str], int], footer: dict[str, Any], expected: str | None
) -> None:
    whole = {
        "exit": footer["exit"],
        "deviations": {"stale": footer.get("stale", [])},
        "counts": {"unreadable": footer.get("unreadable", 0)},
    }
    assert evidence.look_next(Counter(found), whole) == expected


def test_rules_come_by_level_and_then_as_they_appear(sample_records: list[dict[str, Any]]) -> None:
    groups = evidence.by_rule(reversed(evidence.unexcused(sample_records[2])))
    assert {rule: len(found) for rule, found in groups.items()} == {
        "stop/every-choice-stops": 1,
        "tools/arguments-are-json": 5,
        "usage/sent-when-asked": 1,
        "framing/has-retry": 1,
    }
    assert next(iter(groups)) == "stop/every-choice-stops"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, FailOn.MUST),
        ({"fail_on": "should"}, FailOn.SHOULD),
        ({"fail_on": "never"}, FailOn.NEVER),
        ({"fail_on": 7}, FailOn.MUST),
    ],
    ids=str,
)
def test_the_run_says_at_what_it_fails(options: dict[str, Any], expected: FailOn) -> None:
    assert evidence.fail_on(Run(header={"options": options})) is expected


FACTS = {"model": "kimi-k3", "status": 200, "attempts": 1, "retries": [], "request": "0a"}
TIMES = {"first_ms": {"any": 712.6}, "total_ms": 1784.2, "own_error_ms": 0.31}


def _tried(timings: object = None, cache: object = None, **facts: object) -> dict[str, Any]:
    return {"metadata": {"live": {**FACTS, **facts}, "timings": timings, "cache": cache}}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "kimi-k3 · HTTP 200 · request 0a"),
        ({"cache_token": "none"}, "kimi-k3 · HTTP 200 · request 0a"),
        ({"cache_token": "reused"}, "kimi-k3 · HTTP 200 · cache token reused · request 0a"),
        (
            {"attempts": 3, "retries": [{"status": 429}, {"status": 503}]},
            "kimi-k3 · HTTP 200 · 3 attempts (429, 503) · request 0a",
        ),
    ],
)
def test_what_a_trial_was(facts: dict[str, Any], expected: str) -> None:
    assert evidence.trial_line(_tried(**facts)) == expected


@pytest.mark.parametrize(
    ("timings", "expected"),
    [
        (TIMES, "first token 713 ms · whole 1,784 ms · own error 0.3 ms"),
        (
            {**TIMES, "own_error_ms": None},
            "first token 713 ms · whole 1,784 ms · own error not measured",
        ),
        (
            {"first_ms": {"any": None}, "total_ms": 9, "own_error_ms": 0.0},
            "whole 9 ms · own error 0.0 ms",
        ),
        ({"first_ms": {"any": None}, "total_ms": None, "own_error_ms": 1}, ""),
        (None, ""),
    ],
)
def test_no_latency_without_the_own_error(timings: Any, expected: str) -> None:
    assert evidence.times_line(_tried(timings)) == expected


@pytest.mark.parametrize("metadata", [None, {"timings": TIMES, "cache": None}])
def test_a_recording_is_no_trial(metadata: Any) -> None:
    record = {"metadata": metadata}
    assert evidence.trial_line(record) == ""
    assert evidence.times_line(record) == ""
    assert evidence.cache_line(record) == ""


def test_a_cache_verdict_is_one_line() -> None:
    assert (
        evidence.cache_line(_tried(cache={"verdict": "hit", "says": "It was."})) == "hit: It was."
    )


def test_the_worst_verdict_of_a_trial_counts() -> None:
    lines = [line("loop#0", text("a")), line("loop#1", text("a")), line("bare", text("a"))]
    lines[1]["result"]["verdict"] = "fail"
    skip = {"target": "glm", "scenario": "loop", "reason": "cannot"}
    assert evidence.trials(trials(lines, skips=[skip])) == {
        ("kimi", "loop"): "fail",
        ("kimi", "bare"): "pass",
        ("glm", "loop"): "not tried",
    }


def test_recordings_have_no_trials(sample_run: Run) -> None:
    assert evidence.trials(sample_run) == {}
