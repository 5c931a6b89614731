"""The toxics change times and the end, as toxiproxy does, and throw no dice."""

from __future__ import annotations

import pytest

from streamgauge.dialects import catalogue as dialects
from streamgauge.exchange import Close, Exchange
from streamgauge.faults import toxics
from streamgauge.faults.fault import Setting

SETTING = Setting(dialect=dialects.named("openai-chat"))
BODY = b'data: {"a":1}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n'
EXCHANGE = Exchange(body=BODY, arrivals=((0, 10.0), (15, 20.0), (30, 30.0)))


def times(exchange: Exchange) -> list[float]:
    return [at for _, at in exchange.arrivals or ()]


def test_latency_moves_everything() -> None:
    assert times(toxics.latency(EXCHANGE, SETTING, ms=5)) == [15.0, 25.0, 35.0]


def test_jitter_moves_each_segment_by_its_own_share() -> None:
    late = times(toxics.jitter(EXCHANGE, SETTING, ms=8))
    assert all(at <= moved <= at + 8 for at, moved in zip(times(EXCHANGE), late, strict=True))
    assert late == times(toxics.jitter(EXCHANGE, SETTING, ms=8))
    assert late != times(toxics.jitter(EXCHANGE, SETTING, ms=8, seed=1))


def test_a_narrow_network_takes_its_time() -> None:
    assert times(toxics.bandwidth(EXCHANGE, SETTING, rate=1)) == [25.0, 40.0, 54.0]


def test_slices_are_as_long_as_was_asked_for() -> None:
    spoiled = toxics.slicer(EXCHANGE, SETTING, size=5, spread=0, ms=1)
    assert [at for at, _ in spoiled.arrivals or ()] == [0, 5, 10, 15, 20, 25, 30, 35, 40]
    uneven = toxics.slicer(EXCHANGE, SETTING, size=5, spread=4)
    assert uneven != toxics.slicer(EXCHANGE, SETTING, size=5, spread=4, seed=1)


@pytest.mark.parametrize(
    ("spoiled", "size", "close"),
    [
        (toxics.timeout(EXCHANGE, SETTING, after=0.3), 15, Close.TIMEOUT),
        (toxics.limit_data(EXCHANGE, SETTING, size=18), 18, Close.EOF),
        (toxics.limit_data(EXCHANGE, SETTING, size=99), len(BODY), Close.UNKNOWN),
    ],
    ids=["timeout", "limit-data", "a limit beyond the body"],
)
def test_the_rest_does_not_get_through(spoiled: Exchange, size: int, close: Close) -> None:
    assert (spoiled.body, spoiled.close) == (BODY[:size], close)
