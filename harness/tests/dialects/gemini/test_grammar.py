"""The order of chunks in a `streamGenerateContent` stream, and what looks like one."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.dialect import Symbol
from streamgauge.dialects.gemini.grammar import MACHINES, likeness, symbols
from tests.dialects.reading import walked


def says(*parts: dict[str, Any], finish: str | None = None, index: int = 0) -> dict[str, Any]:
    candidate: dict[str, Any] = {"index": index}
    if parts:
        candidate["content"] = {"role": "model", "parts": list(parts)}
    if finish is not None:
        candidate["finishReason"] = finish
    return {"candidates": [candidate]}


def call(**members: object) -> dict[str, Any]:
    return {"functionCall": members}


HI = {"text": "Hi"}
BLOCKED = {"promptFeedback": {"blockReason": "SAFETY"}}
ERROR = {"error": {"code": 503, "status": "UNAVAILABLE"}}
BEGIN, MORE = call(name="f", willContinue=True), call(partialArgs=[], willContinue=True)
LAST, SHUT, WHOLE = call(partialArgs=[]), call(), call(name="f", args={})

LEGAL: dict[str, list[dict[str, Any]]] = {
    "a finish beside the last content": [says(HI), says(HI, finish="STOP")],
    "a finish of its own": [says(HI), says(finish="STOP")],
    "a finish without content": [says(finish="SAFETY")],
    "two candidates by turns": [
        says(HI),
        says(HI, index=1),
        says(HI, finish="STOP"),
        says(HI, finish="STOP", index=1),
    ],
    "a blocked prompt": [BLOCKED],
    "counts after the finish": [says(HI, finish="STOP"), {"usageMetadata": {}}],
    "whole calls": [says(WHOLE, WHOLE), says(WHOLE, finish="STOP")],
    "streamed calls": [says(BEGIN), says(MORE), says(SHUT), says(BEGIN), says(SHUT, finish="STOP")],
    "a streamed call that ends with its last piece": [
        says(BEGIN),
        says(MORE),
        says(LAST),
        says(HI, finish="STOP"),
    ],
}


@pytest.mark.parametrize("chunks", LEGAL.values(), ids=LEGAL.keys())
def test_a_legal_order_is_walked_to_its_end(chunks: list[dict[str, Any]]) -> None:
    assert walked("gemini", chunks) == ([], [])


BROKEN: dict[str, tuple[list[Any], list[str], list[str]]] = {
    "no finish": ([says(HI)], [], ["choice"]),
    "content after the finish": (
        [says(HI, finish="STOP"), says(HI)],
        ["choice: content while finished"],
        [],
    ),
    "a finish in every chunk": (
        [says(HI, finish="STOP"), says(HI, finish="STOP")],
        ["choice: content while finished", "choice: finish while finished"],
        [],
    ),
    "an answer to a blocked prompt": (
        [BLOCKED, says(HI, finish="STOP")],
        ["stream: answer while blocked"],
        [],
    ),
    "a block in the middle": (
        [says(HI, finish="STOP"), BLOCKED],
        ["stream: blocked while answering"],
        [],
    ),
    "an answer after an error": ([ERROR, says(finish="STOP")], ["stream: answer while failed"], []),
    "a call inside a call": (
        [says(BEGIN), says(BEGIN), says(SHUT, finish="STOP")],
        ["call: begin while streaming"],
        [],
    ),
    "a piece of no call": ([says(MORE, finish="STOP")], ["call: piece while idle"], []),
    "an end of no call": ([says(SHUT, finish="STOP")], ["call: end while idle"], []),
    "a call that does not end": ([says(BEGIN), says(MORE, finish="STOP")], [], ["call"]),
}


@pytest.mark.parametrize(("chunks", "wrong", "unfinished"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_order_is_noticed(
    chunks: list[Any], wrong: list[str], unfinished: list[str]
) -> None:
    assert walked("gemini", chunks) == (wrong, unfinished)


def test_a_step_points_at_what_it_was_read_from() -> None:
    assert list(symbols(None, says(WHOLE, finish="STOP", index=3))) == [
        Symbol("stream", None, "answer", "/candidates"),
        Symbol("choice", 3, "content", "/candidates/0/content"),
        Symbol("call", 3, "whole", "/candidates/0/content/parts/0/functionCall"),
        Symbol("choice", 3, "finish", "/candidates/0/finishReason"),
    ]


@pytest.mark.parametrize(
    "chunk",
    [
        None,
        "x",
        {},
        [1],
        {"candidates": {}},
        {"candidates": []},
        {"promptFeedback": {"safetyRatings": []}},
    ],
)
def test_what_has_no_place_in_the_order_is_no_step(chunk: object) -> None:
    assert not symbols(None, chunk)


def test_an_error_in_an_array_ends_the_answer() -> None:
    assert walked("gemini", [says(HI, finish="STOP"), [ERROR]]) == ([], [])


def test_machines_name_only_states_that_can_be_reached() -> None:
    for machine in MACHINES:
        reached = {machine.start, *machine.edges.values()}
        assert {state for state, _ in machine.edges} | machine.accepts <= reached


@pytest.mark.parametrize(
    ("chunk", "score"),
    [
        (says(HI), 3),
        (says(finish="STOP"), 3),
        ({"usageMetadata": {}, "modelVersion": "m"}, 3),
        (BLOCKED, 3),
        (ERROR, 2),
        ([ERROR], 2),
        ({"usageMetadata": {}}, 2),
        ({"usageMetadata": {}, "modelVersion": "gemini-2.5-flash"}, 3),
        ({"error": {"code": "rate_limit", "message": "x", "type": "y"}}, 0),
        ({"error": {"code": 429, "message": "x"}}, 0),
        ({"candidates": []}, 0),
        ({"choices": []}, 0),
        ({}, 0),
        (None, 0),
        ([], 0),
        ([[says(HI)]], 0),
    ],
)
def test_a_chunk_is_scored_by_its_own_members(chunk: object, score: int) -> None:
    assert likeness(None, chunk) == score
