"""The door behind `streamgauge check`: inputs in, a run out, an exit code.

It reads the clock and the environment so that nobody below must, keeps one bad input from stopping
the others, and holds no more than a few judgements at a time.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from streamgauge import __version__
from streamgauge.capture.limits import Unreadable
from streamgauge.door import inputs, outputs
from streamgauge.door.inputs import Found
from streamgauge.door.judging import Judged, Plan, judge_all
from streamgauge.door.moment import now
from streamgauge.door.trouble import UsageError, spared
from streamgauge.exchange import Request
from streamgauge.report import run as run_file
from streamgauge.report.run import ReportBytes, RunWriter
from streamgauge.rules import catalogue
from streamgauge.verdict import deviations
from streamgauge.verdict.deviations import Excuse, Exercise
from streamgauge.verdict.judge import FailOn, exit_code

_FEW = 5


def run(paths: tuple[str, ...], options: Mapping[str, Any]) -> int:
    """Check everything; the exit code."""
    return spared(
        lambda: _run(paths, options),
        interrupted="interrupted; nothing after the last stream was judged",
    )


def _run(paths: tuple[str, ...], options: Mapping[str, Any]) -> int:
    found = inputs.find(paths)
    for line in found.errors:
        print(f"streamgauge: {line}", file=sys.stderr)
    views = outputs.wanted_views(options["report"], UsageError)
    excuses = excuses_of(options["deviations"])
    plan = _plan(options, excuses, keep=ReportBytes(options["report_bytes"]), views=views)
    execution = _Execution(found, plan, options, excuses)
    if views:
        folder = Path(options["report_dir"])
        outputs.make_folder(folder, UsageError)
        with open(folder / "run.jsonl", "w", encoding="utf-8", newline="\n") as file:
            code = execution.go(file)
        written = outputs.write_views(folder, views)
        if not options["quiet"]:
            print(f"report: {', '.join(written)}", file=sys.stderr)
    else:
        code = execution.go(None)
    return code


def _plan(
    options: Mapping[str, Any], excuses: tuple[Excuse, ...], *, keep: ReportBytes, views: list[str]
) -> Plan:
    request: Request | None = None
    if options["request_file"]:
        try:
            request = inputs.request_of(options["request_file"])
        except Unreadable as error:
            raise UsageError(f"--request {options['request_file']}: {error}") from None
    _require_vendor(options["vendor"])
    require_rules(options["rule"])
    return Plan(
        dialect=options["dialect"],
        vendor=options["vendor"],
        rule=tuple(options["rule"]),
        skip_rule=tuple(options["skip_rule"]),
        excuses=excuses,
        secrets=inputs.secrets(),
        request=request,
        keep=keep if views else ReportBytes.NONE,
    )


def _require_vendor(word: str) -> None:
    from streamgauge.pipeline import profiles
    from streamgauge.vendors.profile import find

    if word != "auto" and find(profiles(), word) is None:
        known = ", ".join(sorted(profile.slug for profile in profiles()))
        raise UsageError(f"--vendor {word}: no such vendor; known: auto, {known}")


def require_rules(globs: tuple[str, ...]) -> None:
    """Raises UsageError for a glob that no rule matches."""
    from fnmatch import fnmatchcase

    for glob in globs:
        if not any(fnmatchcase(rule.slug, glob) for rule in catalogue.rules()):
            raise UsageError(f"--rule {glob}: no rule has that name; see streamgauge rules")


def excuses_of(path: str | None) -> tuple[Excuse, ...]:
    """The known deviations of a file; raises UsageError where it cannot be read."""
    if path is None:
        return ()
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--deviations {path}: {_why(error)}") from None
    try:
        return deviations.read(text, path)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or "not UTF-8"


@dataclass(slots=True)
class _Totals:
    tried: Exercise
    troubles: int
    excuses: set[Excuse]
    accepted: list[tuple[Any, Any]]


class _Execution:
    """One run: judges in order, prints and writes as it goes."""

    def __init__(
        self, found: Found, plan: Plan, options: Mapping[str, Any], excuses: tuple[Excuse, ...]
    ) -> None:
        self._found = found
        self._plan = plan
        self._options = options
        self._excuses = excuses
        self._totals = _Totals(Exercise(), len(found.errors), set(excuses), [])
        few = len(found.inputs) <= _FEW
        self._printer = outputs.printer(options, few=few)

    def go(self, file: IO[str] | None) -> int:
        """Judge everything and write the run; the exit code."""
        memory = io.StringIO() if file is None and self._printer.needs_run else None
        writer = RunWriter(sink=file or memory or outputs.Nowhere())
        writer.begin(self._header())
        for judged in judge_all(self._found.inputs, self._plan, self._options["jobs"]):
            self._take(judged, writer)
        footer, code = self._footer(writer)
        writer.end(footer)
        self._printer.close(footer, memory.getvalue() if memory else _text_of(file))
        self._update_deviations()
        return code

    def _header(self) -> dict[str, Any]:
        chosen = catalogue.chosen(self._plan.rule, self._plan.skip_rule)
        return run_file.header(
            version=__version__,
            created=now(),
            rules_digest=catalogue.digest(chosen),
            rules=catalogue.described(chosen),
            options={
                "fail_on": self._options["fail_on"],
                "dialect": self._options["dialect"],
                "vendor": self._options["vendor"],
                "report_bytes": self._options["report_bytes"],
            },
        )

    def _take(self, judged: Judged, writer: RunWriter) -> None:
        self._totals.tried |= judged.tried
        self._totals.excuses |= set(judged.excuses)
        self._totals.accepted += judged.open
        self._totals.troubles += judged.trouble
        writer.add(judged.record, judged.body)
        self._printer.result(judged.record)

    def _footer(self, writer: RunWriter) -> tuple[dict[str, Any], int]:
        totals = self._totals
        known = sorted(totals.excuses, key=lambda one: (one.source or "", one.rule))
        stale = deviations.stale(known, totals.tried)
        fail_on = FailOn(self._options["fail_on"])
        code = exit_code(writer.counts, fail_on, stale=len(stale), troubles=totals.troubles)
        unexercised = deviations.unexercised(self._excuses, totals.tried)
        return run_file.footer(writer.counts, stale=stale, unexercised=unexercised, exit=code), code

    def _update_deviations(self) -> None:
        path = self._options["update_deviations"]
        if not path:
            return
        known = self._excuses or (excuses_of(path) if Path(path).exists() else ())
        kept = deviations.updated(known, self._totals.tried, self._totals.accepted, now()[:10])
        Path(path).write_text(deviations.write(kept), encoding="utf-8")
        if not self._options["quiet"]:
            print(f"deviations: {len(kept)} in {path}", file=sys.stderr)


def _text_of(file: IO[str] | None) -> str:
    if file is None:
        return ""
    file.flush()
    return Path(file.name).read_text(encoding="utf-8")
