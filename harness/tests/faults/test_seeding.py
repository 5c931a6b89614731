"""The place of a fault is chosen by content and seed, and by nothing else."""

from __future__ import annotations

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults.seeding import pick

BODIES = [b"data: %d\n\n" % n for n in range(60)]


def test_equal_content_and_seed_choose_equally() -> None:
    first = [pick(Exchange(body=body, source="a"), 3, range(10)) for body in BODIES]
    again = [pick(Exchange(body=body, source="b"), 3, range(10)) for body in reversed(BODIES)]
    assert first == again[::-1]


def test_every_item_has_its_turn() -> None:
    assert {pick(Exchange(body=body), 0, "abcd") for body in BODIES} == set("abcd")
    assert {pick(Exchange(body=b""), seed, "abcd") for seed in range(60)} == set("abcd")


def test_of_nothing_nothing_can_be_chosen() -> None:
    with pytest.raises(ValueError, match="nothing to pick from"):
        pick(Exchange(), 0, [])
