"""JUnit XML as CI tools read it: well formed, counted right, failing where the run fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from streamgauge.report import junit
from streamgauge.report.run import Run
from tests.report.trial_runs import line, text, trials

BuildRun = Callable[..., Run]


def parsed(run: Run) -> ET.Element:
    text = junit.render(run)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    return ET.fromstring(text.encode())


def cases(suite: ET.Element) -> dict[str, str]:
    """The outcome of each case of a suite."""
    found = {}
    for case in suite.iter("testcase"):
        inner = [child.tag for child in case if child.tag != "system-out"]
        found[case.attrib["name"]] = inner[0] if inner else "passed"
    return found


def test_a_suite_per_stream_and_a_case_per_broken_rule(sample_run: Run) -> None:
    assert {suite.attrib["name"]: cases(suite) for suite in parsed(sample_run)} == {
        "recordings/good.sse": {"conforms": "passed"},
        "recordings/quiet.sse": {
            "conforms": "passed",
            "usage/sent-when-asked": "passed",
            "framing/has-retry": "passed",
        },
        "recordings/kimi/cut-tool-call.sse": {
            "conforms": "failure",
            "tools/arguments-are-json": "failure",
            "stop/every-choice-stops": "failure",
            "usage/sent-when-asked": "passed",
            "framing/has-retry": "passed",
        },
        "recordings/known.sse": {"conforms": "passed", "stop/every-choice-stops": "skipped"},
        "page.html.txt": {"conforms": "skipped"},
        "broken.har": {"conforms": "error"},
        "the run": {"usage/* at a/*.sse: sent no usage once": "failure"},
    }


def test_the_totals_are_those_of_the_cases(sample_run: Run) -> None:
    root = parsed(sample_run)
    names = ("tests", "failures", "errors", "skipped")
    assert [root.attrib[name] for name in names] == ["14", "4", "1", "2"]
    for name in names:
        assert sum(int(suite.attrib[name]) for suite in root) == int(root.attrib[name])


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [
        ("must", ["conforms", "tools/arguments-are-json", "stop/every-choice-stops"]),
        (
            "should",
            [
                "conforms",
                "tools/arguments-are-json",
                "stop/every-choice-stops",
                "usage/sent-when-asked",
            ],
        ),
        ("never", []),
    ],
)
def test_a_finding_fails_where_the_run_fails(
    build_run: BuildRun, sample_records: list[dict[str, Any]], fail_on: str, failing: list[str]
) -> None:
    root = parsed(build_run(sample_records[2], fail_on=fail_on))
    assert [name for name, outcome in cases(root[0]).items() if outcome == "failure"] == failing


def test_skipped_rules_are_counted_by_reason(sample_run: Run) -> None:
    properties = parsed(sample_run)[0].iter("property")
    assert {one.attrib["name"]: one.attrib["value"] for one in properties} == {
        "dialect": "openai-chat",
        "vendor": "moonshot",
        "ending": "complete",
        "verdict": "pass",
        "rules passed": "80",
        "rules broken": "0",
        "rules skipped: arrival unknown": "1",
    }


def test_many_findings_of_one_rule_are_folded(
    build_run: BuildRun, sample_records: list[dict[str, Any]]
) -> None:
    record = sample_records[2]
    record["findings"] = record["findings"][:1] * 5000
    text = junit.render(build_run(record))
    assert "… and 4980 more of this rule" in text
    assert len(text) < 10_000


def test_hostile_text_stays_text(hostile_run: Run) -> None:
    root = parsed(hostile_run)
    assert {one.tag for one in root.iter()} == {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "failure",
        "system-out",
        "error",
    }
    assert "<img src=x" in root[0].attrib["name"]
    assert "\\x1b[2J" in root[0].attrib["name"]


def test_a_run_cut_short_is_an_error(sample_run: Run) -> None:
    root = parsed(replace(sample_run, footer=None))
    assert cases(root[-1]) == {"was finished": "error"}


def test_what_was_not_tried_is_skipped_and_counted() -> None:
    skip = {"target": "kimi", "scenario": "two-choices", "reason": "one choice \x1b at most"}
    root = ET.fromstring(junit.render(trials([line("plain", text("a"))], skips=[skip])))
    assert root.get("skipped") == "1"
    suite = next(one for one in root if one.get("name") == "kimi/two-choices")
    told = suite.find("testcase/skipped")
    assert told is not None
    assert told.get("message") == r"not tried: one choice \x1b at most"
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
