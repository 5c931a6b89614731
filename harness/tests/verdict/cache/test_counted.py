"""What counters tell, pair by pair."""

from __future__ import annotations

import pytest

from streamgauge.verdict.cache.counted import Counted, Tale, count
from streamgauge.verdict.cache.pair import Counters, Pair

Read = int | None


def pairs(*reads: tuple[Read, Read]) -> list[Pair]:
    """A pair for each (tokens that the cold request read, tokens that the warm one read)."""
    return [Pair(cold=Counters(cold), warm=Counters(warm)) for cold, warm in reads]


@pytest.mark.parametrize(
    ("reads", "tale"),
    [
        pytest.param([], Tale.SILENT, id="no-pair"),
        pytest.param([(None, None)] * 3, Tale.SILENT, id="absent-is-not-zero"),
        pytest.param([(0, 0)] * 3, Tale.NONE, id="zero"),
        pytest.param([(0, 2048)], Tale.HITS, id="one-hit"),
        pytest.param([(None, 2048)] * 3, Tale.HITS, id="cold-ones-leave-zero-out"),
        pytest.param([(128, 2048)] * 3, Tale.HITS, id="a-shared-beginning"),
        pytest.param([(0, 2048)] * 9 + [(0, 0)], Tale.HITS, id="one-evicted-of-ten"),
        pytest.param([(0, 2048)] * 8 + [(0, 0)] * 2, Tale.SOME, id="two-missing-of-ten"),
        pytest.param([(0, 2048)] + [(0, 0)] * 23, Tale.SOME, id="one-hit-of-many"),
        pytest.param([(2048, 2048)] * 3, Tale.COLD, id="cold-was-warm"),
        pytest.param([(2048, 2048)] + [(0, 2048)] * 9, Tale.HITS, id="one-prefix-known-before"),
        pytest.param([(None, None)] * 2 + [(0, 64)], Tale.HITS, id="silent-pairs-are-left-out"),
    ],
)
def test_tales(reads: list[tuple[Read, Read]], tale: Tale) -> None:
    assert count(pairs(*reads)).tale is tale


def test_the_record_holds_medians() -> None:
    found = count(
        [
            Pair(cold=Counters(0, 4096), warm=Counters(2048, 0)),
            Pair(cold=Counters(0, 4096), warm=Counters(4096, 0)),
            Pair(cold=Counters(0, None), warm=Counters(0, None)),
        ]
    )
    assert found.record() == {
        "pairs": 3,
        "hits": 2,
        "cold_hits": 0,
        "read_tokens": 2048,
        "written_tokens": 4096,
    }


def test_silence_has_no_record() -> None:
    silent = Counted(pairs=0, hits=0, cold_hits=0, read_tokens=None, written_tokens=None)
    assert silent.record() is None
