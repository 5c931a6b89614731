"""The cache trial over HTTP: a cache is found, and where there is none, none is found.

A few trials here; STREAMGAUGE_LONG=1 takes twenty of each. The statistics have their own ten
thousand (docs/cache.md).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from streamgauge.replay.simulator import Settings
from streamgauge.schema import problems
from streamgauge.trials.cache_trial import unseen
from streamgauge.trials.run_log import Kept
from streamgauge.trials.scenario import Pairs

TRIALS = 20 if os.environ.get("STREAMGAUGE_LONG") else 2

# Reading the prompt takes most of the time, as it does where caches matter.
PROVIDER = Settings(first_ms=4.0, prefill_tokens_per_second=40_000.0, tokens_per_second=1e5)


def cache_of(tried: Any) -> Mapping[str, Any]:
    """The verdict: it stands in the last record and nowhere else."""
    *others, last = tried.records.values()
    assert [one["metadata"]["cache"] for one in others] == [None] * len(others)
    assert list(problems("cache", last["metadata"]["cache"])) == []
    return dict(last["metadata"]["cache"])


def trial(shipped: Any, count: int = 24) -> Any:
    return replace(shipped("cache-pair"), pairs=Pairs(count=count, prefix_words=1100))


@pytest.mark.asyncio
@pytest.mark.parametrize(("cache", "verdict"), [(True, "hit"), (False, "no-hit")])
async def test_a_cache_is_found_where_there_is_one(
    trying: Any, shipped: Any, *, cache: bool, verdict: str
) -> None:
    found = []
    for number in range(TRIALS):
        settings = replace(PROVIDER, cache=cache, seed=number)
        tried = await trying([trial(shipped)], settings=settings, own_error_ms=1.0)
        found.append(cache_of(tried))
        assert len(tried.requests) == 2 * found[-1]["n"]
    # Shown by -s.
    print(*(f"{cache=} {one['verdict']} by {one['by']} n={one['n']}" for one in found), sep="\n")
    # Latency may contradict counters by chance in one trial of a hundred: then nothing is decided.
    assert {one["verdict"] for one in found} <= {verdict, "inconclusive"}
    assert sum(one["verdict"] == verdict for one in found) >= TRIALS - 1
    assert all(one["n"] in (10, 14, 18, 24) for one in found)
    assert {(one["own_error_ms"], one["token"]) for one in found} == {(1.0, "none")}


@pytest.mark.asyncio
async def test_pairs_are_taken_in_turn_with_a_prefix_that_only_they_share(
    trying: Any, shipped: Any
) -> None:
    tried = await trying([trial(shipped, count=3)], settings=PROVIDER)
    texts = [json.loads(one.body)["messages"][0]["content"] for one in tried.requests]
    assert texts[0::2] == texts[1::2]
    assert len({text[:20] for text in texts}) == 3
    kinds = [source.rpartition("-")[2] for source in tried.records]
    assert kinds == ["cold", "warm"] * 3
    readers = {one["metadata"]["live"]["reader"] for one in tried.records.values()}
    assert readers == {"socket"}


@pytest.mark.asyncio
async def test_a_trial_that_was_interrupted_is_gone_on_with(trying: Any, shipped: Any) -> None:
    whole = await trying([trial(shipped, count=3)], settings=PROVIDER)
    kept = {
        one.record["source"]: Kept(record=one.record, body=one.body) for one in whole.results[:3]
    }
    rest = await trying([trial(shipped, count=3)], settings=PROVIDER, kept=kept)
    assert list(rest.records) == list(whole.records)[3:]
    assert cache_of(rest)["n"] == 3
    assert cache_of(rest)["pairs"][0] == cache_of(whole)["pairs"][0]


@pytest.mark.asyncio
async def test_a_run_that_died_before_the_verdict_still_gets_one(trying: Any, shipped: Any) -> None:
    whole = await trying([trial(shipped, count=2)], settings=PROVIDER)
    kept = {one.record["source"]: Kept(record=one.record, body=one.body) for one in whole.results}
    last = list(kept)[-1]
    record = json.loads(json.dumps(kept[last].record))
    record["metadata"]["cache"] = None
    kept[last] = Kept(record=record, body=kept[last].body)
    rest = await trying([trial(shipped, count=2)], settings=PROVIDER, kept=kept)
    assert rest.requests == []
    assert list(rest.records) == [last]
    assert cache_of(rest)["n"] == 2


def test_a_prefix_is_new_in_every_run_trial_and_pair() -> None:
    asked = [("r", "t", 0), ("r", "t", 1), ("r", "u", 0), ("s", "t", 0)]
    texts = [unseen(*one, 300) for one in asked]
    assert len({text[:30] for text in texts}) == 4
    assert [len(text.split()) for text in texts] == [300] * 4
    assert unseen("r", "t", 0, 300) == texts[0]
