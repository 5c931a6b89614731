"""Real servers on trial: `pytest -m engines`. One item is one scenario on one engine in a dialect.

Engines are built by `python harness/engines/run.py build`; one that is not is skipped, and says so.
What an engine is known to do wrong is excused by the same deviations as its cassettes; whatever
else fails, and so does a deviation that nothing needs any more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from engines.casting import CASTS, scenario_names
from engines.place import EngineError, NotBuiltError
from engines.trying import Tried, Wanted, try_engine
from streamgauge import data
from streamgauge.verdict import deviations

Outcome = Callable[[str], Tried]

TRIALS = [
    pytest.param(engine, cast.target(dialect), name, id=f"{cast.target(dialect)}/{name}")
    for engine, cast in CASTS.items()
    for dialect in cast.dialects
    for name in scenario_names()
]


def known(engine: str) -> Path:
    return data.conformance_root() / "deviations" / f"{engine}.toml"


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What an engine did with every scenario; the first that asks starts it."""
    runs = tmp_path_factory.mktemp("engines")

    @cache
    def outcome(engine: str) -> Tried | EngineError:
        try:
            return try_engine(CASTS[engine], Wanted(runs=runs, deviations=known(engine)))
        except EngineError as error:
            return error

    def demand(engine: str) -> Tried:
        found = outcome(engine)
        if isinstance(found, NotBuiltError):
            pytest.skip(str(found))
        if isinstance(found, EngineError):
            pytest.fail(str(found), pytrace=False)
        return found

    return demand


@pytest.mark.engines
@pytest.mark.parametrize(("engine", "target", "scenario"), TRIALS)
def test_an_engine_does_what_is_known_of_it(
    tried: Outcome, engine: str, target: str, scenario: str
) -> None:
    found = tried(engine)
    for why in found.skips_of(target, scenario):
        pytest.skip(why)
    records = found.records_of(target, scenario)
    assert records
    assert [record["error"] for record in records if record["verdict"] == "unreadable"] == []
    new = [
        f"{record['source']}: {one['rule']}: {one['expected']}, got {one['got']}"
        for record in records
        for one in record["findings"]
        if one["level"] != "may" and one["excused"] is None
    ]
    assert new == []


@pytest.mark.engines
@pytest.mark.parametrize("engine", CASTS)
def test_no_deviation_is_stale(tried: Outcome, engine: str) -> None:
    path = known(engine)
    excuses = deviations.read(path.read_text(encoding="utf-8"), path.name)
    needed = tried(engine).needed(excuses)
    stale = [one for one in excuses if one not in needed and not one.flaky]
    assert [(one.rule, one.target, one.scenario) for one in stale] == []


@pytest.mark.engines
def test_a_cache_that_works_is_told_by_counters_and_first_tokens(tried: Outcome) -> None:
    """llama.cpp's server keeps the prefix of a slot, and we know that it does."""
    verdicts = tried("llama-cpp").cache_verdicts()
    assert verdicts
    assert set(verdicts.values()) == {"hit"}
