"""How often the cache verdict is right: thousands of trials on drawn latencies, no server.

    python harness/benchmarks/cache_trials.py [--trials 10000] [--seed 1]

Each trial draws pairs one after the other and stops when `enough` says so, as a runner does. The
figures stand in docs/cache.md. Nothing is timed: all latencies are drawn from the seed.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from streamgauge.verdict.cache import CacheRuling, Counters, Pair, enough, rule_on

COLD_MS = 400.0
SPIKE = 8.0
"""How many times longer a request takes that waits in a queue."""


class Setting(NamedTuple):
    """What is drawn: the gain of a hit, how many pairs hit, the jitter, and what is told."""

    name: str
    sooner: float = 0.0
    sticks: float = 1.0
    sigma: float = 0.25
    spikes: float = 0.0
    drift: float = 0.0
    counters: bool = False


SETTINGS = (
    Setting("no cache"),
    Setting("no cache, 5 % of requests wait in a queue", spikes=0.05),
    Setting("no cache, all slower by 3 % from pair to pair", drift=0.03),
    Setting("no cache, jitter 0.6", sigma=0.6),
    Setting("no cache, and counters of zero", counters=True),
    Setting("30 % sooner", sooner=0.3),
    Setting("30 % sooner, 5 % of requests wait in a queue", sooner=0.3, spikes=0.05),
    Setting("30 % sooner, all slower by 3 % from pair to pair", sooner=0.3, drift=0.03),
    Setting("30 % sooner, jitter 0.6", sooner=0.3, sigma=0.6),
    Setting("7 % sooner", sooner=0.07),
    Setting("7 % sooner, and counters", sooner=0.07, counters=True),
    Setting("15 % sooner", sooner=0.15),
    Setting("80 % sooner", sooner=0.8),
    Setting("80 % sooner in half of the pairs, jitter 0.1", sooner=0.8, sticks=0.5, sigma=0.1),
    Setting("30 % sooner in half of the pairs, and counters", 0.3, 0.5, counters=True),
)


def draw(setting: Setting, chance: random.Random) -> Iterator[Pair]:
    """Pairs without end. The first request after a pause is as slow as any other."""
    slower = 1.0
    while True:
        hit = setting.sooner > 0 and chance.random() < setting.sticks
        warm_ms = COLD_MS * (1 - setting.sooner if hit else 1)
        yield Pair(
            cold_ms=slower * COLD_MS * _jitter(setting, chance),
            warm_ms=slower * warm_ms * _jitter(setting, chance),
            cold=Counters(0) if setting.counters else Counters(),
            warm=Counters(4096 if hit else 0) if setting.counters else Counters(),
            prefix_tokens=4200,
        )
        slower *= 1 + setting.drift


def _jitter(setting: Setting, chance: random.Random) -> float:
    queue = SPIKE if chance.random() < setting.spikes else 1.0
    return queue * chance.lognormvariate(0, setting.sigma)


def trial(setting: Setting, chance: random.Random) -> CacheRuling:
    """One verdict, after as many pairs as it takes."""
    pairs: list[Pair] = []
    for pair in draw(setting, chance):
        pairs.append(pair)
        if enough(pairs):
            break
    return rule_on(pairs)


def outcomes(setting: Setting, trials: int, seed: int) -> tuple[Counter[str], float]:
    """How often each verdict was reached, with its reason or its witnesses, and the mean pairs."""
    chance = random.Random(f"{seed} {setting}")
    rulings = [trial(setting, chance) for _ in range(trials)]
    return Counter(map(_words, rulings)), sum(len(one.pairs) for one in rulings) / trials


def _words(ruling: CacheRuling) -> str:
    if ruling.reason is not None:
        return ruling.reason.value
    return f"{ruling.answer.value} by {' and '.join(witness.value for witness in ruling.by)}"


def main() -> None:
    """Print one row of a Markdown table for each setting."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print("| drawn | verdicts | pairs, on average |\n| --- | --- | ---: |")
    for setting in SETTINGS:
        found, pairs = outcomes(setting, given.trials, given.seed)
        shares = (f"{100 * n / given.trials:.2f} % {what}" for what, n in found.most_common())
        print(f"| {setting.name} | {', '.join(shares)} | {pairs:.1f} |", flush=True)


if __name__ == "__main__":
    main()
