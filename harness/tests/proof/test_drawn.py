"""Drawn exchanges become good streams: of every vendor in turn, with times, the same by seed."""

from __future__ import annotations

from collections import Counter

from streamgauge.proof.drawn import drawn
from streamgauge.strategies import vendors


def test_vendors_take_turns() -> None:
    speaking = vendors("gemini")
    found = Counter(good.vendor for good in drawn(["gemini"], len(speaking) + 1, seed=1))
    assert found == Counter([*speaking, speaking[0]])


def test_a_few_exchanges_are_of_the_first_vendors() -> None:
    found = [good.vendor for good in drawn(["openai-chat"], 2, seed=1)]
    assert found == list(vendors("openai-chat")[:2])


def test_every_event_comes_at_a_time_of_its_own() -> None:
    for good in drawn(["anthropic-messages"], 2, seed=1):
        times = [at for _, at in good.exchange.arrivals or ()]
        assert times
        assert times == [100.0 + 20 * number for number in range(len(times))]


def test_the_seed_decides_what_is_drawn() -> None:
    first, again, other = (list(drawn(["gemini"], 3, seed=seed)) for seed in (5, 5, 6))
    assert first == again != other
