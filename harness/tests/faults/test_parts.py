"""Faults of parts: where blocks and items begin, go on and end."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.faults import parts
from streamgauge.faults.events import Said, said, without
from streamgauge.faults.fault import Fault

MESSAGES = "written: messages: thinking, text, two calls"
RESPONSES = "written: responses: thoughts, text, two calls"


def events(fault: Fault, one, **options: Any) -> tuple[Said, ...]:
    return said(fault(one.exchange, one.setting, **options))


def steps(found: tuple[Said, ...], *types: str) -> list[tuple[str, object]]:
    """(type, index) of the events of some types."""
    return [
        (str(event.json["type"]), event.json.get("index", event.json.get("output_index")))
        for event in found
        if event.json.get("type") in types
    ]


@pytest.mark.parametrize(("name", "indexes"), [(MESSAGES, {0, 1, 2, 4}), (RESPONSES, {0, 1, 2, 4})])
def test_one_index_is_skipped(name: str, indexes: set[int], good) -> None:
    found = events(parts.skip_part_index, good(name))
    known = [event.json.get("index", event.json.get("output_index")) for event in found]
    assert set(known) - {None} == indexes


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        (MESSAGES, [("content_block_stop", n) for n in range(3)]),
        (RESPONSES, [("response.output_item.done", n) for n in range(3)]),
    ],
)
def test_the_last_part_stays_open(name: str, ends: list[tuple[str, int]], good) -> None:
    found = events(parts.leave_part_open, good(name))
    assert steps(found, "content_block_stop", "response.output_item.done") == ends
    numbers = [event.json.get("sequence_number", n) for n, event in enumerate(found)]
    assert numbers == list(range(len(found)))


def test_a_block_stops_when_the_next_has_begun(good) -> None:
    one = good(MESSAGES)
    results = set()
    for seed in range(20):
        found = events(parts.overlap_parts, one, seed=seed)
        open_at_once, most = 0, 0
        for kind, _ in steps(found, "content_block_start", "content_block_stop"):
            open_at_once += 1 if kind == "content_block_start" else -1
            most = max(most, open_at_once)
        assert (open_at_once, most) == (0, 2)
        results.add(tuple(event.data for event in found))
    assert len(results) == 3


@pytest.mark.parametrize(
    ("name", "end"),
    [
        (MESSAGES, "content_block_stop"),
        (RESPONSES, "response.output_item.done"),
        ("written: gemini: streamed arguments, counts of their own", '"functionCall":{}'),
    ],
)
def test_a_part_ends_twice(name: str, end: str, good) -> None:
    one = good(name)
    before = [event.data for event in said(one.exchange)]
    after = [event.data for event in events(parts.end_part_twice, one)]
    ends = [sum(end.encode() in data for data in each) for each in (before, after)]
    assert ends[1] == ends[0] + 1
    assert len(after) == len(before) + 1


@pytest.mark.parametrize(
    ("name", "piece", "end"),
    [
        (MESSAGES, "content_block_delta", "content_block_stop"),
        (RESPONSES, "response.output_text.delta", "response.output_item.done"),
    ],
)
def test_a_piece_comes_behind_its_part(name: str, piece: str, end: str, good) -> None:
    found = steps(events(parts.piece_behind_part, good(name)), piece, end)
    late = [
        n for n, (kind, index) in enumerate(found) if kind == piece and (end, index) in found[:n]
    ]
    assert len(late) == 1
    assert found[late[0] - 1] == (end, found[late[0]][1])


def test_a_piece_of_text_comes_for_a_call_or_a_thought(good) -> None:
    one = good(MESSAGES)
    indexes = set()
    for seed in range(20):
        found = events(parts.piece_of_another_kind, one, seed=seed)
        (piece,) = [event for event in found if "Tea." in str(event.json)]
        assert piece.name == "content_block_delta"
        assert piece.json["delta"] == {"type": "text_delta", "text": "Tea."}
        indexes.add(piece.json["index"])
    assert indexes == {0, 2, 3}


def test_a_piece_of_a_refusal_comes_for_a_text(good) -> None:
    found = events(parts.piece_of_another_kind, good(RESPONSES))
    (piece,) = [event for event in found if event.name == "response.refusal.delta"]
    assert piece.json["type"] == "response.refusal.delta"
    assert (piece.json["output_index"], piece.json["delta"]) == (1, "No.")


def test_an_item_is_done_under_another_id(good) -> None:
    found = events(parts.change_item_id, good(RESPONSES))
    ids = {"response.output_item.added": [], "response.output_item.done": []}
    for event in found:
        if event.json["type"] in ids:
            ids[event.json["type"]].append(event.json["item"]["id"])
    added, done = ids.values()
    assert sum(one != two for one, two in zip(added, done, strict=True)) == 1


def test_numbers_count_again_from_where_they_began(good) -> None:
    exchange = without(good(RESPONSES).exchange, [0, 3])
    numbers = [event.json["sequence_number"] for event in said(parts.renumbered(exchange))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "fault",
    [parts.skip_part_index, parts.leave_part_open, parts.end_part_twice, parts.change_item_id],
    ids=lambda fault: fault.name,
)
def test_where_there_are_no_parts_nothing_is_spoiled(fault: Fault, good) -> None:
    one = good("written: chat: two choices")
    assert fault(one.exchange, one.setting) == one.exchange
