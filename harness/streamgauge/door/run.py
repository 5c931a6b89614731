"""The door behind `streamgauge run`: targets and scenarios in, a run and its reports out.

Reads the clock, the environment and the configuration; everything that asks and judges is the
engine's (`trials`). Ctrl-C and a kill leave a run file that `--resume` goes on with.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from streamgauge import __version__, data
from streamgauge.door import outputs, providers
from streamgauge.door.check import UsageError, excuses_of, require_rules
from streamgauge.door.moment import now
from streamgauge.door.progress import Progress
from streamgauge.report import run as run_file
from streamgauge.report.run import Record
from streamgauge.rules import catalogue
from streamgauge.targets.target import Target
from streamgauge.trials import engine, expectation
from streamgauge.trials.asker import Context
from streamgauge.trials.budget import Caps
from streamgauge.trials.calibration import own_error
from streamgauge.trials.live import Live
from streamgauge.trials.run_log import RunLog
from streamgauge.trials.scenario import Scenario, from_data
from streamgauge.trials.trial import Skip, Trial, plan
from streamgauge.verdict.judge import Counts, FailOn, exit_code


def run(words: Sequence[str], options: Mapping[str, Any]) -> int:
    """Try everything that was named; the exit code."""
    try:
        return _Run(words, options).go()
    except (UsageError, data.DataError) as error:
        print(f"streamgauge: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("streamgauge: interrupted; go on with --resume", file=sys.stderr)
        return 2
    except OSError as error:
        where = error.filename or "output"
        print(f"streamgauge: {where}: {error.strerror or type(error).__name__}", file=sys.stderr)
        return 2


class _Run:
    """One execution of the command."""

    def __init__(self, words: Sequence[str], options: Mapping[str, Any]) -> None:
        self._options = options
        self._views = outputs.wanted_views(options["report"], UsageError)
        require_rules(options["rule"])
        self._excuses = excuses_of(options["deviations"])
        self._scenarios = _scenarios(options["scenario"])
        found = [providers.wanted(word, options, {}) for word in words or (None,)]
        self._targets = [target for group in found for target in group]
        self._folder = Path(options["report_dir"])
        self._created = now()

    def go(self) -> int:
        """Plan, run, render."""
        trials, skips = plan(self._targets, self._scenarios)
        if self._options["plan"]:
            return _show_plan(trials, skips)
        outputs.make_folder(self._folder, UsageError)
        path = self._folder / "run.jsonl"
        if self._options["resume"]:
            self._created = _created(path)
        header = self._header()
        log = _log(path, header, self._options["resume"])
        # Retries are facts of the run (`live.retries`), not lines on somebody's standard error.
        logging.getLogger("stamina").setLevel(logging.CRITICAL)
        try:
            left = asyncio.run(self._tried(log))
        finally:
            log.close()
        return self._finish(log, header, trials, (*skips, *left))

    async def _tried(self, log: RunLog) -> tuple[Skip, ...]:
        options = self._options
        async with AsyncExitStack() as stack:
            targets = await providers.played(self._targets, stack, options["replay_speed"])
            trials, _ = plan(targets, self._scenarios)
            kept = options.get("cassettes")
            secrets = tuple(providers.secrets(targets))
            folder = None if kept is None else Path(kept)
            live = await stack.enter_async_context(Live(targets, secrets, folder))
            progress = stack.enter_context(Progress(len(trials), quiet=options["quiet"]))
            timed = any(trial.scenario.timed for trial in trials)
            context = Context(
                run=self._created,
                own_error_ms=await own_error(len(targets)) if timed else None,
                readers=live.readers,
                begin=live.begin,
                deliver=lambda result: log.add(result.record, result.body),
                watcher=progress,
                caps=Caps(
                    requests=options["max_requests"],
                    tokens=options["max_tokens"],
                    money=options["max_cost"],
                ),
                excuses=self._excuses,
                kept=log.kept,
                drop=frozenset(options["drop_history"]),
                rule=tuple(options["rule"]),
                skip_rule=tuple(options["skip_rule"]),
            )
            return await engine.run(trials, context)

    def _finish(
        self, log: RunLog, header: Record, trials: Sequence[Trial], skips: Sequence[Skip]
    ) -> int:
        counts = log.counts()
        code = exit_code(counts, FailOn(self._options["fail_on"]), troubles=_troubles(counts))
        footer = run_file.footer(counts, skips=[one.record() for one in skips], exit=code)
        order = [source for trial in trials for source in trial.sources()]
        log.finish(header, order, footer)
        self._print(footer)
        written = outputs.write_views(self._folder, self._views)
        if written and not self._options["quiet"]:
            print(f"report: {', '.join(written)}", file=sys.stderr)
        return code

    def _print(self, footer: Record) -> None:
        text = (self._folder / "run.jsonl").read_text(encoding="utf-8")
        read = run_file.read(text)
        printer = outputs.printer({**self._options, "notes": False}, few=len(read.records) <= 5)
        for record in read.records:
            printer.result(record)
        printer.close(footer, text)

    def _header(self) -> Record:
        chosen = catalogue.chosen(self._options["rule"], self._options["skip_rule"])
        options = {key: self._options[key] for key in ("fail_on", "dialect", "vendor")}
        return run_file.header(
            version=__version__,
            created=self._created,
            rules_digest=catalogue.digest(chosen),
            rules={**catalogue.described(chosen), **expectation.described()},
            options={
                **options,
                "report_bytes": "all",
                "targets": [_about(t) for t in self._targets],
            },
        )


def _about(target: Target) -> dict[str, object]:
    return {
        "name": target.name,
        "vendor": target.profile.slug,
        "dialect": target.dialect.name,
        "model": target.model,
        "simulated": providers.is_simulated(target),
    }


def _created(path: Path) -> str:
    """When the run began that is gone on with: what had to be new then must be the same now."""
    try:
        return str(run_file.read(path.read_bytes()).header["created"])
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no run to resume") from None
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None


def _log(path: Path, header: Record, resume: bool) -> RunLog:
    try:
        return RunLog.open(path, header, resume=resume)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _scenarios(globs: Sequence[str]) -> tuple[Scenario, ...]:
    known = {name: from_data(name, table) for name, table in data.scenarios_data().items()}
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in known):
            raise UsageError(f"--scenario {glob}: none has that name; known: {', '.join(known)}")
    return tuple(
        one
        for name, one in known.items()
        if not globs or any(fnmatchcase(name, glob) for glob in globs)
    )


def _troubles(counts: Counts) -> int:
    record = counts.record()
    unreadable = record["unreadable"]
    return unreadable if isinstance(unreadable, int) else 0


def _show_plan(trials: Sequence[Trial], skips: Sequence[Skip]) -> int:
    for trial in trials:
        print(f"{trial.name}: {trial.requests} request{'s' if trial.requests > 1 else ''}")
    for skip in skips:
        print(f"{skip.target}/{skip.scenario}: skipped, {skip.reason}")
    total = sum(trial.requests for trial in trials)
    print(f"{total} requests in {len(trials)} trials; {len(skips)} skipped")
    return 0
