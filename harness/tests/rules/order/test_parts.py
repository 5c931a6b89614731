"""Keyed parts: overlap, numbers, ends, and pieces without a part or of another kind."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.order.parts import (
    part_indexes_count,
    parts_are_closed,
    parts_do_not_overlap,
    pieces_belong_to_a_part,
    pieces_match_their_part,
)

MESSAGES, RESPONSES = "anthropic-messages", "openai-responses"
ITEM = "item {0}, part {0}, text {0}, said {0}, shut {0}, done {0}"
BEGUN, ENDED = "created, in_progress, ", ", completed"
GOOD = BEGUN + ITEM.format(0) + ENDED

CASES: dict[str, tuple[Any, str, str, list[tuple[int, str | None, int]]]] = {
    "blocks one after the other": (
        parts_do_not_overlap,
        MESSAGES,
        "start, begin 0, text 0, end 0, begin 1 tool, json 1, end 1, finish, stop",
        [],
    ),
    "blocks stopped at the end": (
        parts_do_not_overlap,
        MESSAGES,
        "start, begin 0, begin 1 tool, json 1, end 0, end 1, finish, stop",
        [(2, "/index", 1)],
    ),
    "an index again is no overlap": (
        parts_do_not_overlap,
        MESSAGES,
        "start, begin 0, begin 0, end 0, finish, stop",
        [],
    ),
    "blocks that count": (
        part_indexes_count,
        MESSAGES,
        "start, begin 0, end 0, begin 1, end 1, finish, stop",
        [],
    ),
    "the first block is 1": (
        part_indexes_count,
        MESSAGES,
        "start, begin 1, end 1, begin 2, end 2, finish, stop",
        [(1, "/index", 1)],
    ),
    "a block that never began has its number": (
        part_indexes_count,
        MESSAGES,
        "start, text 0, begin 1, end 1, finish, stop",
        [],
    ),
    "items and parts that count": (
        part_indexes_count,
        RESPONSES,
        BEGUN + ITEM.format(0) + ", " + ITEM.format(1) + ENDED,
        [],
    ),
    "an item is left out": (
        part_indexes_count,
        RESPONSES,
        BEGUN + ITEM.format(0) + ", " + ITEM.format(2) + ENDED,
        [(8, "/output_index", 1)],
    ),
    "every block is stopped": (
        parts_are_closed,
        MESSAGES,
        "start, begin 0, text 0, end 0, finish, stop",
        [],
    ),
    "a block stays open": (
        parts_are_closed,
        MESSAGES,
        "start, begin 0, text 0, text 0, finish, stop",
        [(3, "/index", 1)],
    ),
    "an item is never done": (
        parts_are_closed,
        RESPONSES,
        BEGUN + "item 0, part 0, text 0, said 0, shut 0" + ENDED,
        [(6, "/output_index", 1)],
    ),
    "a part is never done": (
        parts_are_closed,
        RESPONSES,
        BEGUN + "item 0, part 0, text 0, said 0, done 0" + ENDED,
        [(5, None, 1)],
    ),
    "pieces in their block": (
        pieces_belong_to_a_part,
        MESSAGES,
        "start, begin 0, text 0, end 0, finish, stop",
        [],
    ),
    "pieces for no block": (
        pieces_belong_to_a_part,
        MESSAGES,
        "start, text 0, text 0, text 0, end 0, finish, stop",
        [(1, "/index", 3)],
    ),
    "a piece behind the end of its block": (
        pieces_belong_to_a_part,
        MESSAGES,
        "start, begin 0, end 0, text 0, finish, stop",
        [(3, "/index", 1)],
    ),
    "pieces of a part that was never added": (
        pieces_belong_to_a_part,
        RESPONSES,
        BEGUN + "item 0, text 0, text 0, said 0, shut 0, done 0" + ENDED,
        [(3, None, 2)],
    ),
    "a part of an item that was never added": (
        pieces_belong_to_a_part,
        RESPONSES,
        BEGUN + "part 0, text 0, said 0, shut 0, done 0" + ENDED,
        [(2, "/output_index", 4)],
    ),
    "the pieces of a response": (pieces_belong_to_a_part, RESPONSES, GOOD, []),
    "each kind in its block": (
        pieces_match_their_part,
        MESSAGES,
        "start, begin 0 thinking, think 0, end 0, begin 1, text 1, end 1, finish, stop",
        [],
    ),
    "thinking in a text block": (
        pieces_match_their_part,
        MESSAGES,
        "start, begin 0, think 0, think 0, end 0, finish, stop",
        [(2, "/delta/type", 2)],
    ),
    "text in a tool block": (
        pieces_match_their_part,
        MESSAGES,
        "start, begin 0 tool, text 0, end 0, finish, stop",
        [(2, "/delta/type", 1)],
    ),
    "text in a text part": (pieces_match_their_part, RESPONSES, GOOD, []),
    "a refusal in a text part": (
        pieces_match_their_part,
        RESPONSES,
        BEGUN + "item 0, part 0, no 0, said 0, shut 0, done 0" + ENDED,
        [(4, "/delta", 1)],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_about_parts(case: Any, court: Any, streams: Any) -> None:
    rule, dialect, words, wanted = case
    outcome = court(rule, streams(dialect, words), dialect)
    assert not outcome.skipped
    assert [(f.event, f.pointer, f.times) for f in outcome.findings] == wanted


def test_an_open_part_of_a_stream_that_was_cut_is_not_asked_about(court: Any, streams: Any) -> None:
    outcome = court(parts_are_closed, streams(MESSAGES, "start, begin 0, text 0"), MESSAGES)
    assert [skip.reason for skip in outcome.skipped] == ["the stream did not reach its end"]


def test_an_item_that_says_nothing_is_numbered_too(court: Any, streams: Any) -> None:
    thought = {"id": "rs_0", "type": "reasoning", "summary": []}
    events = [
        {"type": "response.created", "response": {"id": "resp_0"}},
        {"type": "response.in_progress", "response": {"id": "resp_0"}},
        {"type": "response.output_item.added", "output_index": 1, "item": thought},
        {"type": "response.output_item.done", "output_index": 1, "item": thought},
    ]
    (finding,) = court(part_indexes_count, streams.events(events), "openai-responses").findings
    assert (finding.event, finding.expected, finding.got) == (2, "0", "1")


@pytest.mark.parametrize(("second", "wanted"), [(1, []), (2, ["1"])])
def test_an_item_without_an_index_has_its_place_in_the_row(
    court: Any, streams: Any, second: int, wanted: list[str]
) -> None:
    item = {"id": "rs_0", "type": "reasoning", "summary": []}
    after = {"type": "response.output_item.added", "output_index": second, "item": {"id": "rs_1"}}
    events = [
        {"type": "response.created", "response": {"id": "resp_0"}},
        {"type": "response.output_item.added", "item": item},
        {"type": "response.output_item.done", "item": item},
        after,
    ]
    outcome = court(part_indexes_count, streams.events(events), "openai-responses")
    assert [finding.expected for finding in outcome.findings] == wanted
