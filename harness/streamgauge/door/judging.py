"""Judges inputs, one after the other or in several processes, in the order they were named in."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from streamgauge.capture.limits import Unreadable
from streamgauge.dialects.catalogue import DIALECTS
from streamgauge.door import inputs
from streamgauge.door.inputs import Input
from streamgauge.exchange import Exchange, Request
from streamgauge.pipeline import Judgement, Options, judge_exchange, profiles
from streamgauge.report.run import ReportBytes, pack_body
from streamgauge.rules.finding import Finding, Level
from streamgauge.vendors.profile import find
from streamgauge.verdict.deviations import Excuse, Exercise, Place, exercise
from streamgauge.verdict.record import unreadable

_ALONE = 64
"""Inputs up to which starting processes costs more than it saves."""
_BATCH = 16
_LONG = 32
"""Inputs from which a progress bar is shown on a terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How everything is judged; picklable, for the processes."""

    dialect: str
    vendor: str
    rule: tuple[str, ...]
    skip_rule: tuple[str, ...]
    excuses: tuple[Excuse, ...]
    secrets: tuple[bytes, ...]
    request: Request | None
    keep: ReportBytes


_UNTRIED = Exercise()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One stream's record, its packed body where kept, and what it did to the deviations."""

    record: dict[str, Any]
    body: dict[str, Any] | None = None
    tried: Exercise = _UNTRIED
    excuses: tuple[Excuse, ...] = ()
    open: tuple[tuple[Place, Finding], ...] = ()
    trouble: int = 0


def judge_all(found: Sequence[Input], plan: Plan, jobs: int | None) -> Iterator[Judged]:
    """Every input's streams, in order. A bar on standard error follows long work."""
    if jobs is None:
        jobs = (os.cpu_count() or 1) if len(found) > _ALONE else 1
    batches = (
        (judge_input(one, plan) for one in found) if jobs == 1 else _in_processes(found, plan, jobs)
    )
    yield from (judged for batch in _with_bar(batches, len(found)) for judged in batch)


def _in_processes(found: Sequence[Input], plan: Plan, jobs: int) -> Iterator[list[Judged]]:
    """A window of batches is under way at a time, so that memory stays bounded."""
    batches = [found[at : at + _BATCH] for at in range(0, len(found), _BATCH)]
    waiting: deque[Future[list[list[Judged]]]] = deque()
    with ProcessPoolExecutor(jobs) as pool:
        for batch in batches:
            waiting.append(pool.submit(_judge_batch, batch, plan))
            if len(waiting) > 2 * jobs:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _judge_batch(batch: Sequence[Input], plan: Plan) -> list[list[Judged]]:
    return [judge_input(one, plan) for one in batch]


def _with_bar(batches: Iterator[list[Judged]], total: int) -> Iterator[list[Judged]]:
    if total < _LONG or not sys.stderr.isatty():
        yield from batches
        return
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(batches, "Judging", total=total, console=console, transient=True)


def judge_input(one: Input, plan: Plan) -> list[Judged]:
    """The streams of one input; what cannot be read is a record too."""
    try:
        exchanges = inputs.read(one, plan.secrets, plan.request)
        described = inputs.description(one)
        _require_sound(described)
    except Unreadable as error:
        return [Judged(record=unreadable(one.source, str(error)), trouble=int(one.named))]
    excuses = plan.excuses
    dialect, vendor = plan.dialect, plan.vendor
    if described is not None:
        excuses += _on_purpose(one, described)
        vendor = described.get("vendor", vendor) if vendor == "auto" else vendor
        dialect = described.get("dialect", dialect) if dialect == "auto" else dialect
    options = Options(
        dialect=dialect,
        vendor=vendor,
        rule=plan.rule,
        skip_rule=plan.skip_rule,
        excuses=excuses,
    )
    return [_judge_soundly(exchange, options, plan.keep) for exchange in exchanges]


def _judge_soundly(exchange: Exchange, options: Options, keep: ReportBytes) -> Judged:
    """Judge one exchange; a fault of our own must not take the other streams with it."""
    try:
        return _judge(exchange, options, keep)
    except Exception as error:  # whatever it is, the user needs the other streams and a line
        what = " ".join(f"{type(error).__name__}: {error}".split())
        says = f"streamgauge failed here, please report it: {what}"
        return Judged(record=unreadable(exchange.source, says), trouble=1)


def _require_sound(described: Mapping[str, Any] | None) -> None:
    """Refuse a fixture's description that names a dialect, vendor or rule in no way of ours."""
    said = described or {}
    dialect, vendor, breaks = said.get("dialect"), said.get("vendor"), said.get("breaks", [])
    if dialect is not None and dialect not in [known.name for known in DIALECTS]:
        raise Unreadable(f"fixture.toml: no dialect {dialect!r}")
    if vendor is not None and (not isinstance(vendor, str) or find(profiles(), vendor) is None):
        raise Unreadable(f"fixture.toml: no vendor {vendor!r}")
    if not isinstance(breaks, list) or not all(isinstance(rule, str) for rule in breaks):
        raise Unreadable("fixture.toml: breaks is not a list of rules")


def _on_purpose(one: Input, described: Any) -> tuple[Excuse, ...]:
    """A fixture breaks what it says it breaks: excused, and stale where it no longer does."""
    # The pattern must match this very file: what means something in a pattern is escaped.
    source = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in one.source)
    return tuple(
        Excuse(
            rule=rule,
            reason=f"broken on purpose: {described.get('says', 'a fixture')}",
            link="",
            since="2026",
            source=source,
        )
        for rule in described.get("breaks", ())
    )


def _judge(exchange: Exchange, options: Options, keep: ReportBytes) -> Judged:
    judgement: Judgement = judge_exchange(exchange, options)
    record = judgement.record
    kept = judgement.transcript is not None and keep.keeps(record)
    bounds = judgement.transcript.bounds if judgement.transcript is not None else ()
    return Judged(
        record=record,
        body=pack_body(exchange.body, list(bounds)) if kept else None,
        tried=exercise(options.excuses, judgement.place, judgement.outcome),
        excuses=options.excuses,
        open=tuple(
            (judgement.place, finding)
            for finding in judgement.ruling.open((Level.MUST, Level.SHOULD))
        ),
    )
