"""The error rates that are promised of a cache verdict, in few enough trials for every day.

The seeds are fixed, so a trial never fails by chance. Ten thousand trials of each setting stand in
docs/cache.md.
"""

from __future__ import annotations

import pytest

from benchmarks.cache_trials import SETTINGS, outcomes

TRIALS = 500
BY_NAME = {setting.name: setting for setting in SETTINGS}


def shares(name: str) -> dict[str, float]:
    """The share of each verdict."""
    found, _ = outcomes(BY_NAME[name], TRIALS, seed=1)
    return {verdict: number / TRIALS for verdict, number in found.items()}


@pytest.mark.parametrize("name", [name for name in BY_NAME if name.startswith("no cache")])
def test_without_a_cache_there_is_seldom_a_hit(name: str) -> None:
    assert sum(share for verdict, share in shares(name).items() if verdict.startswith("hit")) < 0.01


@pytest.mark.parametrize(
    ("name", "verdict", "least"),
    [
        ("30 % sooner", "hit by latency", 0.95),
        ("80 % sooner", "hit by latency", 0.99),
        ("80 % sooner in half of the pairs, jitter 0.1", "route-not-sticky", 0.9),
        ("30 % sooner in half of the pairs, and counters", "route-not-sticky", 0.98),
        ("no cache", "no-hit by latency", 0.95),
        ("no cache, and counters of zero", "no-hit by counters and latency", 0.95),
        ("7 % sooner, and counters", "hit by counters", 0.9),
    ],
)
def test_what_is_there_is_found(name: str, verdict: str, least: float) -> None:
    assert shares(name)[verdict] > least


def test_a_gain_of_a_third_is_seldom_denied() -> None:
    assert shares("30 % sooner").get("no-hit by latency", 0.0) < 0.01


def test_no_more_than_twenty_four_pairs_are_asked_for() -> None:
    for setting in SETTINGS:
        assert 10 <= outcomes(setting, 20, seed=2)[1] <= 24
