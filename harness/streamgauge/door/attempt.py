"""One attempt at targets: from what the user named to a finished run file; both doors use it.

Reads the clock, the environment and the configuration; everything that asks and judges is the
engine's (`trials`). Ctrl-C and a kill leave a run file that can be gone on with.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path
from typing import Any

from streamgauge import __version__, data
from streamgauge.door import leaks, outputs, providers
from streamgauge.door.check import excuses_of, require_rules
from streamgauge.door.moment import now
from streamgauge.door.progress import Progress
from streamgauge.door.trouble import UsageError
from streamgauge.report import run as run_file
from streamgauge.report.run import Record
from streamgauge.report.safe_text import shortened
from streamgauge.rules import catalogue
from streamgauge.schema import problems
from streamgauge.targets.target import Target
from streamgauge.trials import engine, expectation
from streamgauge.trials.asker import Context
from streamgauge.trials.budget import Caps
from streamgauge.trials.calibration import own_error
from streamgauge.trials.engine import Done
from streamgauge.trials.live import Live, cassette_path
from streamgauge.trials.run_log import RunLog
from streamgauge.trials.scenario import Scenario, from_data
from streamgauge.trials.trial import Skip, Trial, plan
from streamgauge.verdict import deviations
from streamgauge.verdict.judge import Counts, FailOn, exit_code

_NAMED = re.compile("[A-Za-z0-9][A-Za-z0-9._-]*")
"""What a scenario's file may be called: the name is part of sources, paths and node ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A finished attempt: the exit code that it earns, and its run."""

    code: int
    text: str

    @property
    def run(self) -> run_file.Run:
        """The run, read anew."""
        return run_file.read(self.text)


class Attempt:
    """Made once from options; `finish` runs it. Raises UsageError for what means nothing."""

    def __init__(
        self, words: Sequence[str], options: Mapping[str, Any], configured: Mapping[str, Any]
    ) -> None:
        self._options = options
        self.views = outputs.wanted_views(options["report"], UsageError)
        require_rules(options["rule"])
        self._excuses = excuses_of(options["deviations"])
        self.scenarios = scenarios(options["scenario"], options["scenarios"])
        named = configured.get("targets", {})
        found = [providers.wanted(word, options, named) for word in _once(words) or (None,)]
        self.targets = [target for group in found for target in group]
        _require_names(self.targets)
        self.folder = Path(options["report_dir"])
        self.fail_on = str(options["fail_on"])
        self._created = now()
        self._echoed: list[str] = []

    def planned(self) -> tuple[tuple[Trial, ...], tuple[Skip, ...]]:
        """What would be tried, and what not."""
        return plan(self.targets, self.scenarios)

    def finish(self) -> Finished:
        """Run everything and put the run file in order; views are the door's business."""
        outputs.make_folder(self.folder, UsageError)
        path = self.folder / "run.jsonl"
        resume = bool(self._options["resume"])
        if resume:
            self._created = self._resumed(path)
        header = self._header()
        log = _opened(path, header, resume=resume)
        # Retries are facts of the run (`live.retries`), not lines on somebody's standard error.
        logging.getLogger("stamina").setLevel(logging.CRITICAL)
        try:
            done = asyncio.run(self._tried(log))
        finally:
            log.close()
        code, footer = self._footer(log, done)
        trials, _ = self.planned()
        log.finish(header, [source for trial in trials for source in trial.sources()], footer)
        return Finished(code=code, text=path.read_text(encoding="utf-8"))

    def leaked(self) -> list[str]:
        """Where a live key of this attempt stands in what was written; nowhere, it is hoped."""
        secrets = tuple(providers.secrets(self.targets))
        cassettes = self._options.get("cassettes")
        kept = () if cassettes is None else self._kept_in(Path(cassettes))
        views = (path for path in outputs.written(self.folder))
        echoed = [f"the pieces of {source}" for source in self._echoed]
        return [*leaks.found([*views, *kept], secrets), *echoed]

    def _kept_in(self, folder: Path) -> Iterator[Path]:
        """Cassettes and journals of this attempt's trials."""
        for trial in self.planned()[0]:
            path = cassette_path(folder, trial)
            yield from path.parent.glob(f"{escape(path.name)}*")

    async def _tried(self, log: RunLog) -> Done:
        options = self._options
        async with AsyncExitStack() as stack:
            targets = await providers.played(self.targets, stack, options["replay_speed"])
            trials, _ = plan(targets, self.scenarios)
            cassettes = options.get("cassettes")
            secrets = tuple(providers.secrets(targets))
            folder = None if cassettes is None else Path(cassettes)
            mask = leaks.Mask(secrets)
            self._echoed = mask.seen
            live = await stack.enter_async_context(Live(targets, secrets, folder))
            progress = stack.enter_context(
                Progress(trials, secrets, kept=len(log.kept), quiet=options["quiet"])
            )
            timed = any(trial.scenario.timed for trial in trials)
            context = Context(
                run=self._created,
                own_error_ms=await own_error(len(targets)) if timed else None,
                readers=live.readers,
                begin=live.begin,
                deliver=lambda result: log.add(mask.clean(result.record), result.body),
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

    def _footer(self, log: RunLog, done: Done) -> tuple[int, Record]:
        _, skips = self.planned()
        counts = log.counts()
        stale = deviations.stale(self._excuses, done.tried)
        code = exit_code(
            counts,
            FailOn(self.fail_on),
            stale=len(stale),
            troubles=_unanswered(counts),
        )
        footer = run_file.footer(
            counts,
            stale=stale,
            unexercised=deviations.unexercised(self._excuses, done.tried),
            skips=[one.record() for one in (*skips, *done.skips)],
            exit=code,
        )
        return code, footer

    def _header(self) -> Record:
        chosen = catalogue.chosen(self._options["rule"], self._options["skip_rule"])
        return run_file.header(
            version=__version__,
            created=self._created,
            rules_digest=catalogue.digest(chosen),
            rules={**catalogue.described(chosen), **expectation.described()},
            options={
                **{name: self._options[name] for name in ("fail_on", "dialect", "vendor")},
                "report_bytes": "all",
                "drop_history": sorted(self._options["drop_history"]),
                "scenarios": [one.name for one in self.scenarios],
                "targets": [_about(target) for target in self.targets],
            },
        )

    def _resumed(self, path: Path) -> str:
        """When the run began that is gone on with: what had to be new then is the same now."""
        try:
            old = run_file.read(path.read_bytes()).header
        except FileNotFoundError:
            raise UsageError(f"{path}: there is no run to resume") from None
        except ValueError as error:
            raise UsageError(f"{path}: {error}") from None
        new = self._header()
        for name, value in new["options"].items():
            if old["options"].get(name) != value:
                raise UsageError(f"{path}: cannot be resumed: `{name}` was another one then")
        if old["rules_digest"] != new["rules_digest"]:
            raise UsageError(f"{path}: cannot be resumed: the rules were others then")
        return str(old["created"])


def _once(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _require_names(targets: Sequence[Target]) -> None:
    """Results are named by their target: two of one name could not be told apart."""
    names = [target.name for target in targets]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two targets are called {name}; name them in streamgauge.toml")


def _about(target: Target) -> dict[str, object]:
    why = {} if target.streams else {"why_not_streamed": target.why_not_streamed}
    return {
        **why,
        "name": target.name,
        "vendor": target.profile.slug,
        "dialect": target.dialect.name,
        "model": target.model,
        "simulated": target.embedded,
    }


def _opened(path: Path, header: Record, *, resume: bool) -> RunLog:
    try:
        return RunLog.open(path, header, resume=resume)
    except ValueError as error:
        raise UsageError(str(error)) from None


def scenarios(globs: Sequence[str], folder: str | None) -> tuple[Scenario, ...]:
    """The scenarios that the globs choose, all without one: the shipped ones or a folder's."""
    tables = data.scenarios_data() if folder is None else data.toml_folder(_folder(folder))
    if not tables:
        raise UsageError(f"--scenarios {folder}: no scenario in this folder (*.toml)")
    for name, table in tables.items():
        if _NAMED.fullmatch(name) is None:
            raise UsageError(f"scenario {shortened(name)}: a name has letters, digits, . _ - only")
        for pointer, says in problems("scenario", table):
            raise UsageError(f"scenario {name}: {pointer or 'the table'}: {shortened(says)}")
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in tables):
            raise UsageError(f"--scenario {glob}: none has that name; known: {', '.join(tables)}")
    return tuple(
        from_data(name, table)
        for name, table in tables.items()
        if not globs or any(fnmatchcase(name, glob) for glob in globs)
    )


def _folder(name: str) -> Path:
    folder = Path(name)
    if not folder.is_dir():
        raise UsageError(f"--scenarios {name}: no such folder")
    return folder


def _unanswered(counts: Counts) -> int:
    unreadable = counts.record()["unreadable"]
    return unreadable if isinstance(unreadable, int) else 0
