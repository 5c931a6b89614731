"""Puts an engine on trial: every scenario, in every dialect, through the project's live runner.

One server for each model, one target after the other: two cores are enough, and a first token is
timed while nothing else is asked. What it judges and keeps is the runner's business.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.casting import OWN, Cast
from engines.serving import Running, running
from streamgauge import data
from streamgauge.door.attempt import Attempt
from streamgauge.report.run import Record
from streamgauge.verdict.deviations import Excuse, Place

KEY_ENV = "STREAMGAUGE_ENGINE_KEY"

_OPTIONS: Mapping[str, Any] = {
    "dialect": "auto",
    "vendor": "auto",
    "base_url": None,
    "api_key_env": None,
    "model": None,
    "rule": (),
    "skip_rule": (),
    "drop_history": (),
    "resume": False,
    "max_requests": None,
    "max_tokens": None,
    "max_cost": None,
    "at_once": None,
    "per_minute": None,
    "replay_speed": 1.0,
    "report": "",
    "fail_on": "must",
    "quiet": True,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What shall be tried, where the run files go, and what is known to be wrong.

    Without `scenarios` or `dialects` all of them; with `cassettes` every exchange is kept there.
    """

    runs: Path
    deviations: Path | None = None
    cassettes: Path | None = None
    scenarios: frozenset[str] = frozenset()
    dialects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of it: the records of every result, and every skip with its reason."""

    records: tuple[Record, ...]
    skips: tuple[Record, ...]

    def records_of(self, target: str, scenario: str) -> list[Record]:
        """The results of one trial; none where it was skipped."""
        wanted = re.compile(re.escape(f"{target}/{scenario}") + "([#~].*)?")
        return [one for one in self.records if wanted.fullmatch(one["source"])]

    def skips_of(self, target: str, scenario: str) -> list[str]:
        """Why a scenario, or the rest of it, was not tried on a target."""
        return [
            str(one["reason"])
            for one in self.skips
            if (one["target"], one["scenario"]) == (target, scenario)
        ]

    def needed(self, excuses: Sequence[Excuse]) -> set[Excuse]:
        """The deviations that were seen."""
        return {
            one
            for record in self.records
            for finding in record["findings"]
            for one in excuses
            if one.covers(place_of(record["source"])) and one.excuses(finding["rule"])
        }

    def cache_verdicts(self) -> dict[str, str]:
        """What was concluded of the cache, by the source of the last warm answer."""
        return {
            one["source"]: one["metadata"]["cache"]["verdict"]
            for one in self.records
            if one["metadata"] is not None and one["metadata"]["cache"] is not None
        }


def place_of(source: str) -> Place:
    """Where a result stands, by its source (`target/scenario#step`)."""
    target, _, rest = source.partition("/")
    scenario = re.split("[#~]", rest)[0]
    return Place(source=source, target=target, scenario=scenario)


def try_engine(cast: Cast, wanted: Wanted) -> Tried:
    """Start the engine on one model after the other. Raises EngineError where it cannot run."""
    return asyncio.run(_try_engine(cast, wanted))


async def _try_engine(cast: Cast, wanted: Wanted) -> Tried:
    records: list[Record] = []
    skips: list[Record] = []
    for model, names in cast.parts().items():
        chosen = [name for name in names if not wanted.scenarios or name in wanted.scenarios]
        if not chosen:
            continue
        async with running(cast.launch(model)) as engine:
            for attempt in _attempts(cast, engine, chosen, wanted):
                # The runner has an event loop of its own.
                finished = await asyncio.to_thread(attempt.finish)
                records += finished.run.records
                skips += finished.run.skips
    return Tried(records=tuple(records), skips=(*skips, *_left_out(cast)))


def _left_out(cast: Cast) -> Iterator[Record]:
    for dialect in cast.dialects:
        for scenario, reason in cast.leaves_out.items():
            yield {"target": cast.target(dialect), "scenario": scenario, "reason": reason}


def _attempts(
    cast: Cast, engine: Running, names: Sequence[str], wanted: Wanted
) -> Iterator[Attempt]:
    """The attempts at a running engine: each dialect, our scenarios and the engines' own."""
    own = set(data.toml_folder(OWN))
    for dialect in cast.dialects:
        if wanted.dialects and dialect not in wanted.dialects:
            continue
        name = cast.target(dialect)
        for folder in (None, OWN):
            chosen = [one for one in names if (one in own) is (folder is OWN)]
            if wanted.cassettes is not None:
                chosen = [one for one in chosen if one not in cast.unkept]
            if not chosen:
                continue
            report = wanted.runs / name / engine.launch.model / ("own" if folder else "neutral")
            options = {
                **_OPTIONS,
                "scenario": tuple(chosen),
                "scenarios": None if folder is None else str(folder),
                "deviations": None if wanted.deviations is None else str(wanted.deviations),
                "cassettes": None if wanted.cassettes is None else str(wanted.cassettes),
                "report_dir": str(report),
            }
            with _key(engine.launch.key):
                yield Attempt((name,), options, {"targets": {name: _table(cast, engine, dialect)}})


def _table(cast: Cast, engine: Running, dialect: str) -> dict[str, Any]:
    """The target as a user would write it into `streamgauge.toml`."""
    return {
        "vendor": cast.engine,
        "dialect": dialect,
        "base-url": engine.base_url(dialect),
        "model": engine.launch.model,
        "key-env": KEY_ENV,
        "at-once": 1,
        "cannot": dict(cast.cannot),
        "same-twice": cast.same_twice,
        "members": dict(engine.launch.members),
    }


@contextmanager
def _key(key: str | None) -> Iterator[None]:
    """A runner reads keys from the environment only."""
    before = os.environ.get(KEY_ENV)
    os.environ[KEY_ENV] = key or ""
    try:
        yield
    finally:
        if before is None:
            del os.environ[KEY_ENV]
        else:
            os.environ[KEY_ENV] = before
