"""Every cassette is judged, and does what is known of its engine: no more, and no less.

A cassette lies at `cassettes/<target>/<model>/<scenario>.yaml`, where `streamgauge record` puts it;
the target of an engine is `<engine>.<dialect>`. What an engine is known to do wrong stands in
`deviations/<engine>.toml`, each with its reason; a deviation that no cassette needs any more fails,
as does a finding that none excuses. What only a live trial can ask is asked by `-m engines`.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from pathlib import Path

import pytest

from streamgauge import data
from streamgauge.door import inputs
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.rules.finding import Level
from streamgauge.verdict import deviations
from streamgauge.verdict.deviations import Excuse, Exercise, Place

ROOT = Path(__file__).resolve().parents[1] / "cassettes"
CASSETTES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.yaml"))
ENGINES = sorted({name.partition(".")[0] for name in CASSETTES})
BIGGEST = 40_000
BIGGEST_OF_ALL = 600_000


@cache
def excuses(engine: str) -> tuple[Excuse, ...]:
    path = data.conformance_root() / "deviations" / f"{engine}.toml"
    return deviations.read(path.read_text(encoding="utf-8"), path.name)


def vendor(engine: str) -> str:
    """An engine is judged by its profile, or as nobody we know."""
    return engine if engine in data.profiles_data() else "unknown"


def place(name: str) -> Place:
    """A cassette's trial, so that live results and cassettes have the same deviations."""
    target, _, scenario = name.removesuffix(".yaml").split("/")
    return Place(source=name, target=target, scenario=scenario)


@cache
def judged(name: str) -> tuple[Judgement, ...]:
    """Each exchange of a cassette, in the dialect of its target."""
    (one,) = inputs.find((str(ROOT / name),)).inputs
    engine, _, dialect = name.partition("/")[0].partition(".")
    options = Options(dialect=dialect, vendor=vendor(engine))
    return tuple(judge_exchange(exchange, options) for exchange in inputs.read(one, (), None))


def test_there_are_cassettes() -> None:
    assert CASSETTES


@pytest.mark.parametrize("name", CASSETTES)
def test_a_cassette_breaks_only_what_is_known(name: str) -> None:
    known = excuses(name.partition(".")[0])
    new = [
        f"{finding.rule}: {finding.says} {finding.got}"
        for judgement in judged(name)
        for finding in judgement.outcome.findings
        if finding.level is not Level.MAY
        and deviations.excuse_for(finding, place(name), known) is None
    ]
    assert new == []


@pytest.mark.parametrize("name", CASSETTES)
def test_a_cassette_knows_when_its_pieces_came(name: str) -> None:
    (one,) = inputs.find((str(ROOT / name),)).inputs
    for exchange in inputs.read(one, (), None):
        assert exchange.arrivals
        assert exchange.arrivals[0][0] == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_no_deviation_is_stale(engine: str) -> None:
    tried = reduce(
        or_,
        (
            deviations.exercise(excuses(engine), place(name), judgement.outcome)
            for name in CASSETTES
            if name.startswith(f"{engine}.")
            for judgement in judged(name)
        ),
        Exercise(),
    )
    needless = [
        (one.rule, one.target, one.scenario)
        for one in excuses(engine)
        if one not in tried.needed | live_only(one) and not one.flaky
    ]
    assert needless == []


def live_only(excuse: Excuse) -> frozenset[Excuse]:
    """The excuse, where no cassette can need it: a trial's own question, or a trial not kept."""
    kept = any(excuse.covers(place(name)) for name in CASSETTES)
    asked = kept and not excuse.rule.startswith("scenario/")
    return frozenset() if asked else frozenset({excuse})


def test_cassettes_are_small() -> None:
    sizes = {name: (ROOT / name).stat().st_size for name in CASSETTES}
    assert {name: size for name, size in sizes.items() if size > BIGGEST} == {}
    assert sum(sizes.values()) <= BIGGEST_OF_ALL
