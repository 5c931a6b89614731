"""What first tokens show: exact on made-up pairs, and right often enough on drawn ones."""

from __future__ import annotations

import random

import pytest

from streamgauge.verdict.cache.latency import LOOKS, Pace, compare, look
from streamgauge.verdict.cache.pair import Pair

WOBBLE = [1.0, 1.02, 0.97, 1.05, 0.95, 1.01, 0.99, 1.04, 0.96, 1.03, 0.98, 1.06]


def pairs(number: int, cold: float, warm: float, own: list[float] = WOBBLE) -> list[Pair]:
    """Steady pairs: both sides wobble by a few per cent, each in its own way."""
    return [
        Pair(cold_ms=cold * own[n % len(own)], warm_ms=warm * own[(n * 5 + 1) % len(own)])
        for n in range(number)
    ]


@pytest.mark.parametrize(
    ("number", "cold", "warm", "own_error", "pace"),
    [
        pytest.param(0, 400, 400, None, Pace.UNKNOWN, id="nothing"),
        pytest.param(9, 400, 100, None, Pace.UNKNOWN, id="nine-pairs-are-too-few"),
        pytest.param(10, 400, 280, None, Pace.SOONER, id="ten-steady-pairs"),
        pytest.param(24, 400, 400, None, Pace.SAME, id="the-same"),
        pytest.param(24, 400, 480, None, Pace.LATER, id="later"),
        pytest.param(24, 40, 28, 5.0, Pace.SOONER, id="coarser-than-own-error"),
        pytest.param(24, 40, 28, 44.0, Pace.TOO_FINE, id="finer-than-own-error"),
        pytest.param(24, 40, 48, 44.0, Pace.TOO_FINE, id="later-by-less-than-own-error"),
        pytest.param(24, 100, 100, 44.0, Pace.TOO_FINE, id="a-gain-would-not-be-seen"),
        pytest.param(24, 400, 400, 44.0, Pace.SAME, id="a-gain-would-be-seen"),
    ],
)
def test_paces(number: int, cold: float, warm: float, own_error: float | None, pace: Pace) -> None:
    assert compare(pairs(number, cold, warm), own_error).pace is pace


def test_wild_latencies_are_unclear() -> None:
    wild = [1.0, 3.0, 0.4, 5.0, 0.2, 2.0, 0.7]
    assert compare(pairs(24, 400, 400, wild)).pace is Pace.UNCLEAR


@pytest.mark.parametrize(
    ("hits", "pace"),
    [(0, Pace.SAME), (12, Pace.SOMETIMES), (17, Pace.SOMETIMES), (24, Pace.SOONER)],
)
def test_two_groups_are_a_route_that_does_not_stick(hits: int, pace: Pace) -> None:
    missed = pairs(24, 400, 400)[hits:]
    found = compare([*pairs(24, 400, 80)[:hits], *missed])
    assert (found.pace, found.hits) == (pace, hits if pace is Pace.SOMETIMES else 0)


def test_requests_that_had_to_queue_are_no_group() -> None:
    queued = [Pair(cold_ms=4000.0, warm_ms=400.0)] * 3
    found = compare([*pairs(21, 400, 400), *queued])
    assert (found.hits, found.pace) == (0, Pace.UNCLEAR)


def test_pairs_without_both_times_are_left_out() -> None:
    found = compare([*pairs(10, 400, 280), Pair(cold_ms=400.0), Pair(warm_ms=0.0, cold_ms=1.0)])
    assert found.pairs == 10


def test_the_record_says_how_much_and_how_sure() -> None:
    steady = [Pair(cold_ms=400.0 + n, warm_ms=280.0 + n) for n in range(24)]
    found = compare(steady)
    effect, intervals = found.effect(), found.intervals()
    assert effect == {"cold_ms": 411.5, "warm_ms": 291.5, "sooner": 0.2917, "gained_ms": 120.0}
    assert intervals is not None
    assert intervals["level"] == 0.988
    assert intervals["gained_ms"] == [120.0, 120.0]
    assert compare([]).effect() is None
    assert compare(steady[:9]).intervals() is None


def test_the_looks_together_err_in_less_than_one_of_a_hundred() -> None:
    assert sum(one.alpha for one in LOOKS) < 0.01
    assert [look(n).pairs for n in (1, 10, 11, 24, 99)] == [10, 10, 14, 24, 24]


def test_a_group_cut_in_two_is_seldom_two() -> None:
    chance = random.Random(7)
    found = [
        compare(
            [
                Pair(cold_ms=chance.lognormvariate(6, 0.25), warm_ms=chance.lognormvariate(6, 0.25))
                for _ in range(24)
            ]
        ).pace
        for _ in range(500)
    ]
    assert found.count(Pace.SOMETIMES) <= 2
