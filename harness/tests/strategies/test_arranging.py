"""Pieces come in turns, and what is changed keeps its place and its name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.dialects.dialect import WireEvent
from streamgauge.strategies.arranging import changed, mixed
from streamgauge.strategies.lots import Lots, drawn
from tests.strategies.drawing import reaches

PIECES = ["a0", "a1", "a2", "b0", "b1", "c0"]


def by_call(piece: str) -> str:
    return piece[0]


@given(told=drawn(lambda lots: mixed(lots, PIECES, by_call), 16))
def test_each_call_keeps_its_order_and_begins_in_its_turn(told: list[str]) -> None:
    assert sorted(told) == PIECES
    for call in "abc":
        assert [piece for piece in told if by_call(piece) == call] == [
            piece for piece in PIECES if by_call(piece) == call
        ]
    assert [*dict.fromkeys(map(by_call, told))] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "wanted",
    [PIECES, ["a0", "b0", "a1", "b1", "a2", "c0"], ["a0", "b0", "c0", "b1", "a1", "a2"]],
    ids=["one after the other", "in turns", "the first goes on last"],
)
def test_orders_reach(wanted: list[str]) -> None:
    mixes = drawn(lambda lots: mixed(lots, PIECES, by_call), 16)
    assert reaches(mixes, lambda told: told == wanted)


def test_pieces_that_are_not_mixed_stay() -> None:
    assert mixed(Lots(b""), PIECES, by_call) == PIECES


@given(names=st.lists(st.sampled_from(["x", "y"]), max_size=4))
def test_events_are_named_for_what_they_become(names: list[str]) -> None:
    events = [WireEvent(name, json.dumps({"type": name})) for name in names]
    turned = changed([*events, WireEvent(None, "[DONE]")], lambda told: told[::-1])
    assert [event.name for event in turned] == [*reversed(names), None]
    assert turned[-1].data == "[DONE]"


def test_events_without_names_stay_without() -> None:
    (event,) = changed([WireEvent(None, '{"a": 1}')], lambda told: [told[0] | {"b": "é"}])
    assert event == WireEvent(None, '{"a":1,"b":"é"}')
