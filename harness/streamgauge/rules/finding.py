"""Findings: what the rules say about one exchange, as values.

A rule answers with findings, the engine gathers them into an outcome, the judge weighs it.
Nothing here knows of excuses, exit codes or reports.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Level(enum.Enum):
    """How much a broken rule weighs; `may` informs and never fails."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One way in which one rule is broken, with the evidence.

    `span` is (start, end) in bytes of the decoded body, 0-based and half-open; `event` is the
    0-based number of the event, `pointer` a JSON pointer into its chunk, `choice` the index of
    the answer. Each is None where it does not apply. `times` counts equal faults: the evidence
    points at the first.
    """

    rule: str
    level: Level
    says: str
    expected: str
    got: str
    choice: int | None = None
    event: int | None = None
    span: tuple[int, int] | None = None
    pointer: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A rule that was not asked, and why. A skip is not a pass."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Every rule's answer for one exchange: the slugs that hold, are broken or were skipped."""

    passed: tuple[str, ...]
    broken: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    findings: tuple[Finding, ...]
