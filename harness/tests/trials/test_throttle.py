"""So many a minute, spread evenly, on a clock that is a value."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from streamgauge.trials.throttle import Throttle


@pytest.mark.parametrize(
    ("per_minute", "expected"),
    [
        (None, [0.0, 0.0, 0.0, 0.0]),
        (0, [0.0, 0.0, 0.0, 0.0]),
        (60, [0.0, 1.0, 2.0, 3.0]),
        (20, [0.0, 3.0, 6.0, 9.0]),
        (0.5, [0.0, 120.0, 240.0, 360.0]),
    ],
)
def test_requests_at_once_are_spread(
    virtually: Any, per_minute: float | None, expected: list[float]
) -> None:
    async def all_of_it() -> list[float]:
        throttle, times = Throttle(per_minute), list[float]()

        async def one() -> None:
            await throttle.turn()
            times.append(asyncio.get_running_loop().time())

        await asyncio.gather(*(one() for _ in expected))
        return times

    assert virtually(all_of_it()) == pytest.approx(expected)


def test_who_waited_anyway_waits_no_longer(virtually: Any) -> None:
    async def all_of_it() -> float:
        throttle = Throttle(60)
        await throttle.turn()
        await asyncio.sleep(10)
        await throttle.turn()
        return asyncio.get_running_loop().time()

    assert virtually(all_of_it()) == pytest.approx(10.0)
