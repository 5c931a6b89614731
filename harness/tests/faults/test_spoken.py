"""What events say is found in the words of no dialect."""

from __future__ import annotations

import json

import pytest

from streamgauge.delta import Kind, Stop
from streamgauge.exchange import Exchange
from streamgauge.faults.spoken import each, path_at, pieces, speakers, speaks


def test_pieces_are_numbered_within_their_part(good) -> None:
    one = good("written: chat: two choices")
    found = pieces(one.exchange, one.setting, Kind.TEXT)
    assert [(piece.delta.choice, piece.number) for piece in found] == [
        (0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2),
    ]  # fmt: skip
    assert found[0].place == (2, ("choices", 0, "delta", "content"))


@pytest.mark.parametrize(
    ("deltas", "numbers"),
    [
        ([{"content": "a"}, {"content": "b"}], [0, 1]),
        ([{"content": "a"}, {"reasoning": "x"}, {"content": "b"}], [0, 0]),
        ([{"content": "a"}, {"tool_calls": [{"index": 0}]}, {"content": "b"}], [0, 0]),
        ([{"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}], [1]),
        ([{"content": "a", "refusal": "b"}, {"content": ""}], []),
    ],
    ids=["one text", "a thought between", "a call between", "the first brings the role", "two say"],
)
def test_a_piece_stands_alone_in_its_event(deltas: list[object], numbers: list[int], good) -> None:
    setting = good("written: chat: two choices").setting
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    body = b"".join(b"data: %b\n\n" % json.dumps(chunk).encode() for chunk in chunks)
    found = pieces(Exchange(body=body), setting, Kind.TEXT)
    assert [piece.number for piece in found] == numbers


def test_deltas_of_a_kind_come_with_their_events(good) -> None:
    one = good("written: chat: two choices")
    found = [(event.index, stop.raw) for event, stop in each(one.exchange, one.setting, Stop)]
    assert found == [(8, "stop"), (9, "length")]


def test_who_says_something_and_in_which_dialect(good) -> None:
    one = good("written: chat: two choices")
    assert speakers(one.exchange, one.setting) == {0, 1}
    assert speaks(one.setting, "gemini", "chat")
    assert not speaks(one.setting, "gemini")


def test_a_pointer_leads_through_arrays_and_objects() -> None:
    assert path_at({"a/b": [{"c": 1}]}, "/a~1b/0/c") == ("a/b", 0, "c")
    assert path_at({}, "/a/b") == ("a", "b")
    assert path_at({}, "") == ()
