"""Faults of the pieces of a call: which member stands on which piece."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults import calling_pieces
from streamgauge.faults.fault import Fault
from streamgauge.faults.members import members

ONE = "openai-chat/kimi-call-as-demanded"
TWO = "written: chat: thoughts, text, two calls"
FAULTS = [one for one in vars(calling_pieces).values() if isinstance(one, Fault)]


def pieces(exchange: Exchange) -> list[dict[str, Any]]:
    return [one.value for one in members(exchange, "/choices/*/delta/tool_calls/*")]


def column(exchange: Exchange, *path: str) -> list[Any]:
    """One member of every piece; `-` where there is none."""
    found = []
    for piece in pieces(exchange):
        value: Any = piece
        for step in path:
            value = value.get(step, "-")
        found.append(value)
    return found


@pytest.mark.parametrize(
    ("fault", "path", "values"),
    [
        (calling_pieces.repeat_id, ["id"], ["look_up_0"] * 3),
        (calling_pieces.blank_later_ids, ["id"], ["look_up_0", "", ""]),
        (calling_pieces.late_id, ["id"], ["-", "look_up_0", "-"]),
        (calling_pieces.drop_header, ["id"], ["-"] * 3),
        (calling_pieces.drop_header, ["type"], ["-"] * 3),
        (calling_pieces.drop_header, ["function", "name"], ["-"] * 3),
        (calling_pieces.repeat_name, ["function", "name"], ["look_up"] * 3),
        (calling_pieces.blank_later_names, ["function", "name"], ["look_up", "", ""]),
        (calling_pieces.late_name, ["function", "name"], ["-", "look_up", "-"]),
        (calling_pieces.arguments_in_header, ["function", "arguments"], ['{"word":', "", '"tea"}']),
        (calling_pieces.arguments_as_value, ["function", "arguments"], [{"word": "tea"}, "", ""]),
        (calling_pieces.lose_index, ["index"], ["-"] * 3),
        (calling_pieces.text_index, ["index"], ["0"] * 3),
        (calling_pieces.shift_indexes, ["index"], [1] * 3),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_what_the_pieces_of_a_call_carry(
    fault: Fault, path: list[str], values: list[Any], good
) -> None:
    one = good(ONE)
    assert column(fault(one.exchange, one.setting), *path) == values


def test_an_id_changes_on_one_of_the_later_pieces(good) -> None:
    one = good(ONE)
    found = {
        tuple(column(calling_pieces.change_id(one.exchange, one.setting, seed=seed), "id"))
        for seed in range(10)
    }
    assert found == {("look_up_0", "look_up_0x", "-"), ("look_up_0", "-", "look_up_0x")}


def test_two_calls_have_one_index(good) -> None:
    one = good(TWO)
    spoiled = calling_pieces.reuse_index(one.exchange, one.setting)
    assert set(column(spoiled, "index")) == {0}
    assert column(spoiled, "id") == column(one.exchange, "id")


def test_two_calls_come_at_the_same_time(good) -> None:
    one = good(TWO)
    spoiled = calling_pieces.interleave_calls(one.exchange, one.setting)
    assert column(one.exchange, "index") == [0] * 5 + [1] * 3
    assert column(spoiled, "index") == [0] * 4 + [1, 0, 1, 1]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize(
    "name", ["written: chat: two choices", "written: messages: thinking, text, two calls"]
)
def test_without_pieces_there_is_nothing_to_spoil(fault: Fault, name: str, good) -> None:
    one = good(name)
    assert fault(one.exchange, one.setting) == one.exchange
