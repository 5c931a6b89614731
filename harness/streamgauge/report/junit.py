"""JUnit XML, for the test pages of CI tools.

One suite per stream. Its case `conforms` is always there, so that a tool can follow it from run
to run; each broken rule adds a case of its own. A finding fails at the level that the run fails
at; an excused one counts as skipped, with its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from streamgauge.report import evidence
from streamgauge.report.run import Record, Run
from streamgauge.report.safe_text import shortened, visible

_PER_RULE = 20


def render(run: Run) -> str:
    """The XML document."""
    failing = frozenset(level.value for level in evidence.fail_on(run).levels)
    root = ET.Element("testsuites", name="streamgauge")
    for one in run.records:
        root.append(_suite(one, failing))
    for skip in run.skips:
        root.append(_not_tried(skip))
    closing = _closing(run.footer, failing)
    if closing is not None:
        root.append(closing)
    _count(root, root)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suite(record: Record, failing: frozenset[str]) -> ET.Element:
    name = visible(record["source"])
    suite = ET.Element("testsuite", name=name)
    _properties(suite, record)
    _conforms(_case(suite, name, "conforms"), record, failing)
    broken = evidence.by_rule(evidence.unexcused(record))
    for rule, findings in broken.items():
        _broken(_case(suite, name, rule), findings, failing)
    for rule, findings in evidence.by_rule(evidence.excused(record)).items():
        if rule not in broken:
            reason = f"excused: {shortened(findings[0]['excused'], 400)}"
            ET.SubElement(_case(suite, name, rule), "skipped", message=reason)
    _count(suite, suite)
    return suite


def _not_tried(skip: Mapping[str, Any]) -> ET.Element:
    """A suite for a scenario that was not tried on a target: skipped, which is not a pass."""
    name = visible(f"{skip['target']}/{skip['scenario']}")
    suite = ET.Element("testsuite", name=name)
    reason = f"not tried: {shortened(skip['reason'], 400)}"
    ET.SubElement(_case(suite, name, "conforms"), "skipped", message=reason)
    _count(suite, suite)
    return suite


def _case(suite: ET.Element, source: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=source, name=visible(name))


def _properties(suite: ET.Element, record: Record) -> None:
    """What the stream is, and why rules were not asked."""
    holder = ET.SubElement(suite, "properties")
    rules: Mapping[str, Any] = record.get("rules") or {}
    reasons = Counter(one["reason"] for one in rules.get("skipped", ()))
    values = {name: record.get(name) for name in ("dialect", "vendor", "ending", "verdict")}
    values |= {"trial": evidence.trial_line(record) or None}
    values |= {"times": evidence.times_line(record) or None}
    values |= {f"rules {name}": rules.get(name) for name in ("passed", "broken")}
    values |= {f"rules skipped: {reason}": reasons[reason] for reason in sorted(reasons)}
    for name, value in values.items():
        if value is not None:
            ET.SubElement(holder, "property", name=visible(name), value=visible(value))


def _conforms(case: ET.Element, record: Record, failing: frozenset[str]) -> None:
    if record["verdict"] == "unsupported":
        ET.SubElement(case, "skipped", message="not an LLM stream that we know")
    elif record["verdict"] == "unreadable":
        ET.SubElement(case, "error", message=shortened(record.get("error") or "unreadable", 400))
    elif failed := evidence.unexcused(record, *failing) if failing else []:
        levels = Counter(one["level"] for one in failed)
        says = ", ".join(f"{levels[level]} {level}" for level in evidence.LEVELS if levels[level])
        ET.SubElement(case, "failure", message=f"does not conform: {says}")


def _broken(case: ET.Element, findings: list[Record], failing: frozenset[str]) -> None:
    told = [_evidence(one) for one in findings[:_PER_RULE]]
    if len(findings) > _PER_RULE:
        told.append(f"… and {evidence.times(findings[_PER_RULE:])} more of this rule")
    text = "\n\n".join(told)
    if findings[0]["level"] in failing:
        message = f"{findings[0]['level']}: {shortened(findings[0]['says'], 400)}"
        ET.SubElement(case, "failure", message=message, type=findings[0]["level"]).text = text
    else:
        ET.SubElement(case, "system-out").text = text


def _evidence(finding: Record) -> str:
    return "\n".join(
        [
            f"{finding['level']}: {shortened(finding['says'], 400)}",
            f"expected: {shortened(finding['expected'], 400)}",
            f"got:      {shortened(finding['got'], 400)}",
            f"at:       {shortened(evidence.where(finding), 300) or 'the stream as a whole'}",
        ]
    )


def _closing(footer: Record | None, failing: frozenset[str]) -> ET.Element | None:
    """What concerns the run and no stream: stale deviations, or that it was cut short."""
    suite = ET.Element("testsuite", name="the run")
    if footer is None:
        case = _case(suite, "the run", "was finished")
        ET.SubElement(case, "error", message="the run was cut short: its file has no footer")
    elif failing:
        for one in footer["deviations"]["stale"]:
            case = _case(suite, "stale deviations", evidence.excuse_line(one))
            ET.SubElement(case, "failure", message="tried and never needed: remove it")
    _count(suite, suite)
    return suite if len(suite) else None


def _count(element: ET.Element, within: ET.Element) -> None:
    """Sets the totals that CI tools read from the head of a suite."""
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        element.set(name, str(sum(1 for _ in within.iter(tag))))
    element.set("skipped", str(sum(1 for _ in within.iter("skipped"))))
