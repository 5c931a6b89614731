"""Words that all views share: where a finding points, how a stream is described, what to do next.

Everything returned is plain text that may hold stream content as it came; views make it safe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from streamgauge.report.run import Record, Run
from streamgauge.verdict.judge import FailOn

LEVELS = ("must", "should", "may")
VERDICTS = ("pass", "warn", "fail", "unsupported", "unreadable")


def where(finding: Mapping[str, Any]) -> str:
    """Where a finding points: `choice 1 · event 7 · bytes 812–954 · /choices/0/delta`.

    One that stands for several equal faults points at the first and says how many there are.
    """
    span = finding.get("span")
    places = [
        _numbered("choice", finding.get("choice") or None),
        _numbered("event", finding.get("event")),
        None if span is None else f"bytes {span[0]}–{span[1]}",
        finding.get("pointer"),
        None if times([finding]) == 1 else f"{times([finding])} times",
    ]
    return " · ".join(str(place) for place in places if place)


def times(findings: Iterable[Mapping[str, Any]]) -> int:
    """How many faults these findings stand for."""
    return sum(finding.get("times", 1) for finding in findings)


def _numbered(word: str, number: object) -> str | None:
    return None if number is None else f"{word} {number}"


def about(record: Mapping[str, Any]) -> str:
    """What a stream is and how it ended: `openai-chat · moonshot · truncated`."""
    names = (record.get(name) for name in ("dialect", "vendor", "ending"))
    return " · ".join(str(name) for name in names if name)


def unexcused(record: Mapping[str, Any], *levels: str) -> list[Record]:
    """The findings of these levels (all, if none is named) that no excuse covers."""
    return [
        one
        for one in record["findings"]
        if one["excused"] is None and one["level"] in (levels or LEVELS)
    ]


def excused(record: Mapping[str, Any]) -> list[Record]:
    """The findings that an excuse covers."""
    return [one for one in record["findings"] if one["excused"] is not None]


def by_rule(findings: Iterable[Record]) -> dict[str, list[Record]]:
    """The findings of each rule, rules by level and then in order of first appearance."""
    groups: dict[str, list[Record]] = {}
    for one in sorted(findings, key=lambda one: LEVELS.index(one["level"])):
        groups.setdefault(one["rule"], []).append(one)
    return groups


def plural(number: int, noun: str) -> str:
    """`1 stream`, `2 streams`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def streams_line(counts: Mapping[str, Any]) -> str:
    """`6 streams: 2 pass · 1 warn · 1 fail · 1 unsupported · 1 unreadable`."""
    shares = [f"{counts[one]} {one}" for one in VERDICTS if counts[one]]
    return f"{plural(counts['streams'], 'stream')}: {' · '.join(shares) or 'nothing was judged'}"


def findings_line(counts: Mapping[str, Any]) -> str:
    """`findings: 3 must · 1 should · 2 excused`, or that there are none."""
    found = counts["findings"]
    shares = [f"{found[one]} {one}" for one in (*LEVELS, "excused") if found[one]]
    return f"findings: {' · '.join(shares) or 'none'}"


def excuse_line(excuse: Mapping[str, Any]) -> str:
    """`tools/arguments-are-json at recordings/*.sse: the reason`."""
    places = (excuse.get(name) for name in ("target", "scenario", "source"))
    at = ", ".join(str(place) for place in places if place) or "anywhere"
    return f"{excuse.get('rule')} at {at}: {excuse.get('reason')}"


def fail_on(run: Run) -> FailOn:
    """The level at which this run was told to fail; must, if it does not say."""
    value = run.header["options"].get("fail_on")
    return next((one for one in FailOn if one.value == value), FailOn.MUST)


def skipped(footer: Mapping[str, Any]) -> dict[str, list[str]]:
    """What was not tried, by reason: `target/scenario` of each."""
    by_reason: dict[str, list[str]] = {}
    for one in footer.get("skips", ()):
        by_reason.setdefault(one["reason"], []).append(f"{one['target']}/{one['scenario']}")
    return by_reason


def live(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """What only a result of a trial has; empty for a recording."""
    return (record.get("metadata") or {}).get("live") or {}


def trials(run: Run) -> dict[tuple[str, str], str]:
    """By target and scenario: the worst verdict of its results, or `not tried`."""
    worst: dict[tuple[str, str], str] = {}
    for record in run.records:
        facts = live(record)
        if facts.get("target") and facts.get("scenario"):
            at = str(facts["target"]), str(facts["scenario"])
            worst[at] = max(worst.get(at, "pass"), record["verdict"], key=_GRAVITY.index)
    for skip in run.skips if worst else ():
        worst.setdefault((str(skip["target"]), str(skip["scenario"])), "not tried")
    return worst


_GRAVITY = ("pass", "unsupported", "warn", "fail", "unreadable")


def trial_line(record: Mapping[str, Any]) -> str:
    """`kimi-k3 · HTTP 200 · 2 attempts (429) · cache token sent · request 0123456789abcdef`."""
    facts = live(record)
    if not facts:
        return ""
    before = ", ".join(str(one.get("status")) for one in facts.get("retries") or ())
    attempts = facts.get("attempts") or 1
    token = facts.get("cache_token")
    shares = [
        facts.get("model"),
        _numbered("HTTP", facts.get("status")),
        f"{attempts} attempts{f' ({before})' if before else ''}" if attempts > 1 else None,
        f"cache token {token}" if token not in (None, "none") else None,
        _numbered("request", facts.get("request")),
    ]
    return " · ".join(str(one) for one in shares if one)


def times_line(record: Mapping[str, Any]) -> str:
    """`first token 713 ms · whole 1,784 ms · own error 0.3 ms`, of a trial with timings.

    The tool's own error stands beside every latency, or that nobody measured it.
    """
    timings = (record.get("metadata") or {}).get("timings")
    if not live(record) or not timings:
        return ""
    first, own = timings["first_ms"].get("any"), timings.get("own_error_ms")
    shares = [
        None if first is None else f"first token {first:,.0f} ms",
        None if timings.get("total_ms") is None else f"whole {timings['total_ms']:,.0f} ms",
    ]
    known = [one for one in shares if one]
    if not known:
        return ""
    return " · ".join([*known, f"own error {'not measured' if own is None else f'{own:.1f} ms'}"])


def cache_line(record: Mapping[str, Any]) -> str:
    """`hit: The counters say …`, where pairs of requests came to a verdict."""
    cache = (record.get("metadata") or {}).get("cache")
    return f"{cache.get('verdict')}: {cache.get('says')}" if isinstance(cache, Mapping) else ""


def look_next(rules: Counter[tuple[str, str]], footer: Mapping[str, Any]) -> str | None:
    """What to look at after a failure; None where nothing failed.

    `rules` counts unexcused findings by (level, rule). The most frequent rule of the gravest
    level comes first, the alphabet decides among equals.
    """
    if not footer["exit"]:
        return None
    for level in LEVELS[:2]:
        found = {rule: number for (of, rule), number in rules.items() if of == level}
        if found:
            return f"streamgauge rules {min(found, key=lambda rule: (-found[rule], rule))}"
    stale = footer["deviations"]["stale"]
    if stale:
        return f"the stale deviation {excuse_line(stale[0])}"
    if footer["counts"]["unreadable"]:
        return "the inputs that could not be read, listed above"
    return "streamgauge check --help, for the kinds of input that can be judged"
