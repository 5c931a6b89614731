"""Faults of pace change times and nothing else."""

from __future__ import annotations

import pytest

from streamgauge.faults.fault import Fault
from streamgauge.faults.pacing import glue, late_start, pause, stall

STREAM = "written: messages: text"


def times(fault: Fault, good, **options: float) -> list[float]:
    one = good(STREAM)
    spoiled = fault(one.exchange, one.setting, **options)
    assert spoiled.body == one.exchange.body
    return [at for _, at in spoiled.arrivals or ()]


@pytest.mark.parametrize("fault", [pause, stall], ids=lambda fault: fault.name)
def test_a_silence_lies_between_two_events(fault: Fault, good) -> None:
    before = [100.0 + 20 * n for n in range(8)]
    assert times(fault, good, after=0.5, ms=1000) in [
        [*before[:n], *(at + 1000 for at in before[n:])] for n in range(1, 8)
    ]


def test_a_late_start_delays_everything(good) -> None:
    assert times(late_start, good, ms=1000) == [1100.0 + 20 * n for n in range(8)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, [240.0]), ({"segments_each": 3}, [140.0, 200.0, 240.0])],
    ids=["all", "three each"],
)
def test_glued_segments_come_with_their_last(
    options: dict[str, float], expected: list[float], good
) -> None:
    assert times(glue, good, **options) == expected
