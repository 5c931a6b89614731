"""Samples are as many as were wanted, and the same for the same seed."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from streamgauge.strategies import exchanges, sample


def test_a_seed_gives_the_same_examples() -> None:
    first, again, other = (sample(exchanges("gemini"), 8, seed) for seed in (3, 3, 4))
    assert first == again
    assert first != other


@pytest.mark.parametrize("count", [0, 1, 25])
def test_a_sample_has_as_many_as_wanted(count: int) -> None:
    assert len(sample(st.integers(), count)) == count
    assert len(sample(st.booleans(), count)) == count


def test_fewer_than_none_are_refused() -> None:
    with pytest.raises(ValueError, match="no -1 examples"):
        sample(st.integers(), -1)
