"""Faults of pace keep the bytes, but for comments that keep a connection alive."""

from __future__ import annotations

from streamgauge.exchange import Exchange
from streamgauge.faults import timing

LONG = "pacing: chat: long"


def times(exchange: Exchange) -> list[float]:
    return [at for _, at in exchange.arrivals or ()]


def test_a_faked_stream_comes_in_one_burst_behind_its_first_event(good) -> None:
    one = good(LONG)
    spoiled = timing.fake_stream(one.exchange, one.setting, ms=1000)
    assert spoiled.body == one.exchange.body
    assert times(spoiled) == [100.0, *[1100.0] * (len(one.exchange.arrivals) - 1)]


def test_clumps_are_as_large_and_as_far_apart_as_was_asked_for(good) -> None:
    one = good(LONG)
    spoiled = timing.clumps(one.exchange, one.setting, size=20, ms=500)
    assert times(spoiled)[:41] == [*[100.0] * 20, *[600.0] * 20, 1100.0]


def test_a_channel_is_held_back_until_it_is_finished(good) -> None:
    one = good(LONG)
    spoiled = timing.hold_back(one.exchange, one.setting, ms=1000)
    assert spoiled.body == one.exchange.body
    # A role, two thoughts, forty words, the finish reason and the sentinel, 20 ms apart.
    assert times(spoiled) == [100.0, 120.0, 140.0, *[1940.0] * 40, 1960.0, 1980.0]
    early = timing.hold_back(one.exchange, one.setting, channel="reasoning", ms=1000)
    assert times(early)[:4] == [100.0, 1140.0, 1140.0, 1160.0]


def test_comments_come_while_the_answer_waits(good) -> None:
    one = good("written: chat: refusal")
    late = timing.late_token(one.exchange, one.setting, ms=31_000)
    assert late.body == b": keep-alive\n\n" * 2 + one.exchange.body
    assert times(late)[:4] == [100.0, 15_100.0, 31_100.0, 31_120.0]
    stalled = timing.comments_in_stall(one.exchange, one.setting, ms=31_000)
    assert stalled.body.replace(b": keep-alive\n\n", b"") == one.exchange.body
    assert times(stalled)[0] == 100.0
