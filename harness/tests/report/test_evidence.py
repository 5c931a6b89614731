"""The words that views share."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from streamgauge.report import evidence
from streamgauge.report.run import Run
from streamgauge.verdict.judge import FailOn


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
