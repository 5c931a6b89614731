"""When events are sent: after the first token's time, by tokens, with silence filled."""

from __future__ import annotations

from random import Random

import pytest

from streamgauge.replay.simulator.pacing import Pace, Sending, first_token_ms, paced
from streamgauge.replay.simulator.settings import Settings

EVEN = {"first_ms": 100.0, "token_ms": 10.0, "sigma": 0.0}


def times(sendings: list[Sending], **pace: object) -> list[float]:
    _, arrivals = paced(sendings, Pace(**{**EVEN, **pace}), Random(1))  # type: ignore[arg-type]
    return [at for _, at in arrivals]


def test_each_event_is_a_segment_and_waits_for_its_tokens() -> None:
    sendings = [Sending(b"head", 0), Sending(b"one", 1), Sending(b"three", 3), Sending(b"end", 0)]
    body, arrivals = paced(sendings, Pace(**EVEN), Random(1))
    assert body == b"headonethreeend"
    assert arrivals == ((0, 100.0), (4, 110.0), (7, 140.0), (12, 140.0))


@pytest.mark.parametrize(
    ("pace", "expected"),
    [
        ({"waiting": b":\n\n", "keepalive_ms": 40}, [40, 80, 100, 110]),
        ({"silence": b":\n\n", "keepalive_ms": 40}, [100, 110]),
        ({"silence": b":\n\n", "keepalive_ms": 40, "pause_ms": 50}, [100, 140, 160]),
        ({"waiting": b":\n\n"}, [100, 110]),
    ],
    ids=["before the first event", "no silence to fill", "while it ponders", "never"],
)
def test_silence_is_filled_where_the_vendor_fills_it(
    pace: dict[str, object], expected: list[float]
) -> None:
    assert times([Sending(b"a", 0), Sending(b"b", 1)], **pace) == expected


def test_jitter_repeats_with_its_seed_and_never_goes_back() -> None:
    sendings = [Sending(b"x", 1)] * 50
    pace = Pace(first_ms=5, token_ms=10, sigma=0.5)
    one, two = (paced(sendings, pace, Random(7))[1] for _ in range(2))
    assert one == two
    assert [at for _, at in one] == sorted({at for _, at in one})


def test_a_longer_prompt_is_read_longer() -> None:
    settings = Settings(first_sigma=0, first_ms=50, prefill_tokens_per_second=1000)
    assert first_token_ms(settings, 0, Random(1)) == 50
    assert first_token_ms(settings, 200, Random(1)) == 250
