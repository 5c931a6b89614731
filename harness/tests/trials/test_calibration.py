"""How far off our clock is: measured against what a server really sent, gap by gap."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from streamgauge.exchange import Exchange, Request
from streamgauge.replay.sent import Sent
from streamgauge.replay.server import Server
from streamgauge.trials import calibration
from streamgauge.trials.calibration import gap_errors, own_error


def sent(*moments: tuple[int, float]) -> Sent:
    return Sent(request=Request(), exchange=Exchange(), began=100.0, segments=moments)


def read(*arrivals: tuple[int, float], size: int = 30) -> Exchange:
    return Exchange(body=b"x" * size, arrivals=arrivals)


@pytest.mark.parametrize(
    ("read", "sent", "errors"),
    [
        (read((0, 1.0), (10, 11.0), (20, 21.0)), sent((0, 5.0), (10, 5.010), (20, 5.020)),
         [0.0, 0.0]),
        (read((0, 1.0), (10, 14.0), (20, 21.0)), sent((0, 5.0), (10, 5.010), (20, 5.020)),
         [3.0, 3.0]),
        (read((0, 1.0), (10, 8.0), (20, 21.0)), sent((0, 5.0), (10, 5.010), (20, 5.020)),
         [3.0, 3.0]),
        (read((0, 1.0), (10, 21.0)), sent((0, 5.0), (10, 5.010), (20, 5.020)), [10.0, 10.0]),
        (read((0, 1.0), (5, 2.0), (10, 11.0)), sent((0, 5.0), (10, 5.010)), [0.0]),
        (read((0, 1.0), size=10), sent((0, 5.0), (10, 5.010)), []),
        (read(size=0), sent((0, 5.0)), []),
    ],
    ids=["right", "one late", "one early", "two came as one", "one came as two", "cut", "nothing"],
)  # fmt: skip
def test_a_gap_is_wrong_by_the_difference_of_two_differences(
    read: Exchange, sent: Sent, errors: list[float]
) -> None:
    assert list(gap_errors(read, sent)) == pytest.approx(errors)


@pytest.mark.asyncio
async def test_the_error_is_a_number_of_milliseconds() -> None:
    found = await own_error(2)
    assert found is not None
    # On a busy machine it is large, and that is the truth; it is never nothing and never endless.
    assert 0.0 < found < 5_000


class _Lying(Server):
    """Says that every second piece left 40 ms later than it did."""

    def __init__(self, answer: Any, *, log: Any) -> None:
        def lie(one: Sent) -> None:
            moved = tuple(
                (offset, at + 0.040 * (number % 2))
                for number, (offset, at) in enumerate(one.segments)
            )
            log(replace(one, segments=moved))

        super().__init__(answer, log=lie)


@pytest.mark.asyncio
async def test_a_clock_that_is_off_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "Server", _Lying)
    found = await own_error(1)
    assert found is not None
    # Each gap is 40 ms too long or too short in the server's story; ours can only blur that.
    assert found >= 35.0


@pytest.mark.asyncio
async def test_what_was_not_measured_is_not_zero() -> None:
    assert await own_error(0) is None
