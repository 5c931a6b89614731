"""Decisions follow from bytes alone, reach everything, and are plain where bytes are zeros."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.strategies.lots import Lots, drawn

BOUNDS = (1, 2, 64, 65, 300, 70_000, 2**31)


@given(data=st.binary(max_size=40), bounds=st.lists(st.sampled_from(BOUNDS), max_size=12))
def test_a_number_is_below_its_bound(data: bytes, bounds: list[int]) -> None:
    lots, again = Lots(data), Lots(data)
    found = [lots.below(bound) for bound in bounds]
    assert all(0 <= one < bound for one, bound in zip(found, bounds, strict=True))
    assert found == [again.below(bound) for bound in bounds]


@pytest.mark.parametrize("data", [b"", bytes(99)], ids=["used up", "zeros"])
def test_no_bytes_are_the_plainest_decision(data: bytes) -> None:
    lots = Lots(data)
    assert (lots.below(300), lots.between(2, 5), lots.among("abc")) == (0, 2, "a")
    assert not lots.rarely(2)
    assert lots.noise(2, 4) == b"\0\0"


@pytest.mark.parametrize("bound", [3, 65, 1000])
def test_every_number_is_reached(bound: int) -> None:
    width = 1 if bound <= 64 else 2
    each = range(256**width)
    found = {Lots(value.to_bytes(width, "big")).below(bound) for value in each}
    assert found == set(range(bound))


def test_what_is_set_apart_never_starves_the_rest() -> None:
    lots = Lots(bytes([1, 2, 3]))
    apart = lots.apart(2)
    assert [apart.below(9) for _ in range(4)] == [1, 2, 0, 0]
    assert lots.below(9) == 3


@given(noise=drawn(lambda lots: lots.noise(1, 9), 4))
def test_noise_has_its_size(noise: bytes) -> None:
    assert 1 <= len(noise) <= 9
