"""The judge: findings in, verdicts out, and the exit code of a whole run.

Weighs what the rules found against known deviations. It looks at no bytes, asks no rule and
prints nothing; the same outcome always gets the same verdict.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from streamgauge.rules.finding import Finding, Level, Outcome
from streamgauge.verdict.deviations import Excuse, Place, excuse_for


class Verdict(enum.Enum):
    """What the findings of one stream mean."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"


class Standing(enum.Enum):
    """Whether an input could be put before the rules at all."""

    KNOWN = "known"
    UNKNOWN = "not an LLM stream that we know"
    UNREADABLE = "the input could not be read"


class FailOn(enum.Enum):
    """The lowest level at which an unexcused finding fails the run."""

    MUST = "must"
    SHOULD = "should"
    NEVER = "never"

    @property
    def levels(self) -> frozenset[Level]:
        """The levels that fail the run."""
        return _FAILING[self]


_FAILING = {
    FailOn.MUST: frozenset({Level.MUST}),
    FailOn.SHOULD: frozenset({Level.MUST, Level.SHOULD}),
    FailOn.NEVER: frozenset[Level](),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A finding and the reason that excuses it, or None."""

    finding: Finding
    excused: str | None = None

    def record(self) -> dict[str, object]:
        """As the result record writes it."""
        it = self.finding
        return {
            "rule": it.rule,
            "level": it.level.value,
            "says": it.says,
            "expected": it.expected,
            "got": it.got,
            "choice": it.choice,
            "event": it.event,
            "span": None if it.span is None else list(it.span),
            "pointer": it.pointer,
            "times": it.times,
            "excused": self.excused,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The verdict over one stream, with every finding that it rests on."""

    verdict: Verdict
    findings: tuple[Weighed, ...] = ()

    def open(self, levels: Iterable[Level]) -> tuple[Finding, ...]:
        """The unexcused findings of these levels."""
        wanted = frozenset(levels)
        return tuple(
            one.finding
            for one in self.findings
            if one.excused is None and one.finding.level in wanted
        )


def judge(
    outcome: Outcome,
    place: Place,
    excuses: Iterable[Excuse] = (),
    standing: Standing = Standing.KNOWN,
) -> Ruling:
    """The ruling over one stream."""
    if standing is Standing.UNKNOWN:
        return Ruling(verdict=Verdict.UNSUPPORTED)
    if standing is Standing.UNREADABLE:
        return Ruling(verdict=Verdict.UNREADABLE)
    known = tuple(excuses)
    findings = tuple(_weigh(one, place, known) for one in outcome.findings)
    return Ruling(verdict=_verdict(findings), findings=findings)


def _weigh(finding: Finding, place: Place, excuses: tuple[Excuse, ...]) -> Weighed:
    excuse = excuse_for(finding, place, excuses)
    return Weighed(finding=finding, excused=None if excuse is None else excuse.reason)


def _verdict(findings: tuple[Weighed, ...]) -> Verdict:
    levels = {one.finding.level for one in findings if one.excused is None}
    if Level.MUST in levels:
        return Verdict.FAIL
    return Verdict.WARN if Level.SHOULD in levels else Verdict.PASS


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a run came to: streams by verdict, unexcused findings by level, excused ones."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    open: Counter[Level] = field(default_factory=Counter)
    excused: int = 0

    @property
    def streams(self) -> int:
        """Every input that got an object."""
        return self.verdicts.total()

    @property
    def judged(self) -> int:
        """Streams that were put before the rules."""
        return sum(self.verdicts[one] for one in (Verdict.PASS, Verdict.WARN, Verdict.FAIL))

    def plus(self, verdict: Verdict, findings: Iterable[tuple[Level, bool]]) -> Counts:
        """With one more stream, whose findings are (level, whether it is excused)."""
        weighed = Counter(findings)
        return Counts(
            verdicts=self.verdicts + Counter([verdict]),
            open=self.open + Counter({level: weighed[level, False] for level in Level}),
            excused=self.excused + sum(weighed[level, True] for level in Level),
        )

    def record(self) -> dict[str, object]:
        """As the footer of a run writes it."""
        found = {level.value: self.open[level] for level in Level}
        return {
            "streams": self.streams,
            **{verdict.value: self.verdicts[verdict] for verdict in Verdict},
            "findings": {**found, "excused": self.excused},
        }


def exit_code(counts: Counts, fail_on: FailOn, *, stale: int = 0, troubles: int = 0) -> int:
    """0 conforms, 1 does not, 2 could not be told.

    `stale` counts stale deviations. `troubles` counts what kept the run from being whole: an
    unreadable named input, an interruption, a fault of our own. Trouble, or nothing judged,
    outweighs everything; `never` turns off the 1 and not the 2.
    """
    if troubles or not counts.judged:
        return 2
    if fail_on is FailOn.NEVER:
        return 0
    failing = any(counts.open[level] for level in fail_on.levels)
    return 1 if failing or stale else 0
