"""What Responses events say of their place: numbers and item ids."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.rules.order.items import item_ids_are_constant, sequence_numbers_count

RESPONSES = "openai-responses"


def numbered(streams: Any, numbers: list[object], first: str = "response.created") -> bytes:
    types = [first, *["response.output_text.delta"] * (len(numbers) - 1)]
    place = {"output_index": 0, "content_index": 0, "item_id": "i", "delta": "ab"}
    body: bytes = streams.events(
        [
            {"type": kind, **place, "sequence_number": number}
            for kind, number in zip(types, numbers, strict=True)
        ]
    )
    return body


NUMBERS: dict[str, tuple[list[object], list[tuple[int, str, str]]]] = {
    "counting": ([0, 1, 2, 3, 4, 5], []),
    "a gap": ([0, 1, 2, 5, 6, 7], [(3, "3", "5")]),
    "a first number that is not 0": ([1, 2, 3], [(0, "0", "1")]),
    "begun again": ([0, 1, 2, 0, 1], [(3, "3", "0")]),
    "repeated": ([0, 1, 1, 1], [(2, "2", "1"), (3, "2", "1")]),
    "missing or no number: a matter of the schema": ([0, None, "x", True, 1], []),
}


@pytest.mark.parametrize(("numbers", "wanted"), NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("exact", [True, False], ids=["exact", "templates"])
def test_sequence_numbers_count(
    numbers: list[object], wanted: Any, exact: bool, court: Any, streams: Any
) -> None:
    body = numbered(streams, numbers)
    found = court(sequence_numbers_count, body, RESPONSES, exact=exact).findings
    seen = [(f.event + i, f.expected, f.got) for f in found for i in range(f.times)]
    assert seen == wanted


def test_a_gap_among_look_alikes_is_found_at_its_event(court: Any, streams: Any) -> None:
    numbers: list[object] = [*range(50), *range(60, 100)]
    (finding,) = court(sequence_numbers_count, numbered(streams, numbers), RESPONSES).findings
    assert (finding.event, finding.expected, finding.got) == (50, "50", "60")
    assert finding.pointer == "/sequence_number"


def test_a_stream_that_is_taken_up_again_counts_from_where_it_is(court: Any, streams: Any) -> None:
    body = numbered(streams, [7, 8, 9], first="response.queued")
    assert court(sequence_numbers_count, body, RESPONSES).passed == (
        "order/sequence-numbers-count",
    )


IDS: dict[str, tuple[str, list[tuple[int, str | None]]]] = {
    "one id": ("created, in_progress, item 0 a, part 0 a, text 0 a, done 0 a, completed", []),
    "another id in a piece": (
        "created, in_progress, item 0 a, part 0 a, text 0 b, done 0 a, completed",
        [(4, "/item_id")],
    ),
    "another id when done": (
        "created, in_progress, item 0 a, done 0 b, completed",
        [(3, "/item/id")],
    ),
    "each item has its own": ("created, in_progress, item 0 a, done 0 a, item 1 b, done 1 b", []),
}


@pytest.mark.parametrize(("words", "wanted"), IDS.values(), ids=IDS)
def test_item_ids_are_constant(words: str, wanted: Any, court: Any, streams: Any) -> None:
    outcome = court(item_ids_are_constant, streams(RESPONSES, words), RESPONSES)
    assert not outcome.skipped
    assert [(f.event, f.pointer) for f in outcome.findings] == wanted


def _events(streams: Any, words: str) -> list[dict[str, Any]]:
    parts = streams(RESPONSES, words).decode().split("\n\n")
    return [json.loads(part[6:]) for part in parts if part]


@pytest.mark.parametrize(
    ("member", "what"), [("call_id", "call id"), ("name", "name"), ("id", "item id")]
)
def test_the_final_output_names_items_as_the_stream_did(
    member: str, what: str, court: Any, streams: Any
) -> None:
    events = _events(streams, "created, in_progress, call 0, args 0, called 0, completed")
    item = events[2]["item"]
    events[5]["response"]["output"] = [dict(item)]
    assert court(item_ids_are_constant, streams.events(events), RESPONSES).passed
    events[5]["response"]["output"] = [{**item, member: "other"}]
    (finding,) = court(item_ids_are_constant, streams.events(events), RESPONSES).findings
    assert (finding.event, finding.pointer) == (5, f"/response/output/0/{member}")
    assert what in finding.says
    events[5]["response"]["output"].append(item)
    assert court(item_ids_are_constant, streams.events(events), RESPONSES).passed


def test_items_that_say_nothing_have_ids_as_well(court: Any, streams: Any) -> None:
    words = "created, in_progress, call 0, args 0, called 0"
    body = streams(RESPONSES, words)
    assert court(item_ids_are_constant, body, RESPONSES).passed
    events = [json.loads(part[6:]) for part in body.decode().split("\n\n") if part]
    events[3]["item_id"] = "fc_9"
    (finding,) = court(item_ids_are_constant, streams.events(events), RESPONSES).findings
    assert (finding.event, finding.expected, finding.got) == (3, "fc_0", "fc_9")


def test_an_item_comes_with_the_id_that_its_events_name(court: Any, streams: Any) -> None:
    events = _events(streams, "created, in_progress, item 0 a, part 0 a, text 0 a, completed")
    del events[2]["item"]["id"]
    (finding,) = court(item_ids_are_constant, streams.events(events), RESPONSES).findings
    assert (finding.event, finding.expected, finding.got) == (2, "a", "no id")
