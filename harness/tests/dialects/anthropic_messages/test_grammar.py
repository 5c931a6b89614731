"""The order of events in a Messages stream, and what looks like one."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.anthropic_messages.grammar import MACHINES, likeness, symbols
from streamgauge.dialects.dialect import Symbol
from tests.dialects.reading import walked


def start(index: int, block: str = "text") -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": {"type": block}}


def piece(index: int, delta: str = "text_delta") -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": delta}}


def stop(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


HEAD = {"type": "message_start", "message": {"content": []}}
FILLED = {"type": "message_start", "message": {"content": [{"type": "tool_use"}]}}
TAIL, END, PING = {"type": "message_delta"}, {"type": "message_stop"}, {"type": "ping"}
ERROR = {"type": "error", "error": {"type": "overloaded_error"}}
TEXT = [start(0), piece(0), piece(0), stop(0)]

LEGAL: dict[str, list[dict[str, Any]]] = {
    "one block": [HEAD, *TEXT, TAIL, END],
    "pings anywhere": [PING, HEAD, PING, start(0), PING, PING, stop(0), PING, TAIL, END],
    "no block": [HEAD, TAIL, END],
    "two blocks": [
        HEAD,
        *TEXT,
        start(1, "tool_use"),
        piece(1, "input_json_delta"),
        stop(1),
        TAIL,
        END,
    ],
    "a block without deltas": [HEAD, start(0, "web_search_tool_result"), stop(0), TAIL, END],
    "two message_deltas": [HEAD, *TEXT, TAIL, TAIL, END],
    "a message that was filled before": [FILLED, END],
    "an error at once": [ERROR],
    "an error before the end": [HEAD, *TEXT, TAIL, ERROR],
    "citations before text": [
        HEAD,
        start(0),
        piece(0, "citations_delta"),
        piece(0),
        stop(0),
        TAIL,
        END,
    ],
    "signed thinking": [
        HEAD,
        start(0, "thinking"),
        piece(0, "thinking_delta"),
        piece(0, "signature_delta"),
        stop(0),
        TAIL,
        END,
    ],
    "a compaction": [
        HEAD,
        start(0, "compaction"),
        piece(0, "compaction_delta"),
        stop(0),
        TAIL,
        END,
    ],
    "an unknown block and an unknown delta": [
        HEAD,
        start(0, "dream"),
        piece(0),
        piece(0, "dream_delta"),
        stop(0),
        {"type": "dream"},
        TAIL,
        END,
    ],
}


@pytest.mark.parametrize("events", LEGAL.values(), ids=LEGAL.keys())
def test_a_legal_order_is_walked_to_its_end(events: list[dict[str, Any]]) -> None:
    assert walked("anthropic-messages", events) == ([], [])


BROKEN: dict[str, tuple[list[Any], list[str], list[str]]] = {
    "no end": ([HEAD, *TEXT, TAIL], [], ["stream"]),
    "no stop": ([HEAD, *TEXT, END], ["stream: message_stop while body"], ["stream"]),
    "two starts": ([HEAD, HEAD, TAIL, END], ["stream: message_start while body"], []),
    "a block that is not shut": ([HEAD, start(0), piece(0), TAIL, END], [], ["part"]),
    "a block that begins inside another": (
        [HEAD, start(0), start(1), stop(1), stop(0), TAIL, END],
        ["blocks: block_start while inside"],
        [],
    ),
    "an index used again": (
        [HEAD, start(0), stop(0), start(0), stop(0), TAIL, END],
        ["part: start while shut", "part: stop while shut"],
        [],
    ),
    "a delta for a block that never began": (
        [HEAD, start(0), piece(1), stop(0), TAIL, END],
        ["part: delta while new"],
        [],
    ),
    "a delta after its block": (
        [HEAD, *TEXT, piece(0), TAIL, END],
        ["part: delta while shut"],
        [],
    ),
    "a stop for a block that never began": (
        [HEAD, stop(0), TAIL, END],
        ["part: stop while new"],
        [],
    ),
    "a block after the stop": (
        [HEAD, TAIL, start(0), stop(0), END],
        ["stream: block_start while closing", "stream: block_stop while closing"],
        [],
    ),
    "an event after the end": ([HEAD, TAIL, END, TAIL], ["stream: message_delta while ended"], []),
    "an event after an error": ([HEAD, ERROR, END], ["stream: message_stop while failed"], []),
    "thinking in a text block": (
        [HEAD, start(0), piece(0, "thinking_delta"), stop(0), TAIL, END],
        ["block-type: thinking_delta while text"],
        [],
    ),
    "a delta in a block that is whole": (
        [HEAD, start(0, "redacted_thinking"), piece(0), stop(0), TAIL, END],
        ["block-type: text_delta while whole"],
        [],
    ),
}


@pytest.mark.parametrize(("events", "wrong", "unfinished"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_order_is_noticed_once_for_each_fault(
    events: list[Any], wrong: list[str], unfinished: list[str]
) -> None:
    assert walked("anthropic-messages", events) == (wrong, unfinished)


def test_a_block_that_an_error_cut_off_stays_open() -> None:
    assert walked("anthropic-messages", [HEAD, start(0), piece(0), ERROR]) == ([], ["part"])


def test_a_step_points_at_what_it_was_read_from() -> None:
    assert list(symbols(None, start(2, "thinking"))) == [
        Symbol("stream", None, "block_start", "/type"),
        Symbol("blocks", None, "block_start", "/index"),
        Symbol("part", 2, "start", "/index"),
        Symbol("block-type", 2, "thinking", "/content_block/type"),
    ]


@pytest.mark.parametrize("event", [None, [], "x", {}, {"type": []}, {"type": "new"}, PING])
def test_what_has_no_place_in_the_order_is_no_step(event: object) -> None:
    assert not symbols(None, event)


def test_an_error_without_a_type_is_still_an_error() -> None:
    assert walked("anthropic-messages", [HEAD, {"error": {"type": "a"}}]) == ([], [])


def test_machines_name_only_states_that_can_be_reached() -> None:
    for machine in MACHINES:
        reached = {machine.start, *machine.edges.values()}
        assert {state for state, _ in machine.edges} | machine.accepts <= reached


@pytest.mark.parametrize(
    ("event", "score"),
    [
        (HEAD, 3),
        (start(0), 3),
        (piece(0), 3),
        (stop(0), 3),
        ({"type": "message_delta", "delta": {}}, 3),
        (TAIL, 1),
        (END, 2),
        (ERROR, 2),
        ({"type": "error", "message": "x"}, 1),
        (PING, 1),
        ({"type": "message", "content": []}, 2),
        ({"type": "response.created"}, 0),
        ({"type": "message"}, 0),
        ({"object": "chat.completion.chunk", "choices": []}, 0),
        ({"type": 1}, 0),
        ({}, 0),
        (None, 0),
        ([], 0),
    ],
)
def test_an_event_is_scored_by_its_own_members(event: object, score: int) -> None:
    assert likeness(None, event) == score
