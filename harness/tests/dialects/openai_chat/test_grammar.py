"""The order of a chat stream as steps, and how much a chunk looks like one."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.dialect import Symbol
from streamgauge.dialects.openai_chat.grammar import MACHINES, likeness, symbols

STEPS: dict[str, tuple[Any, list[Symbol]]] = {
    "a role says nothing": ({"choices": [{"delta": {"role": "a", "content": ""}}]}, []),
    "text": (
        {"choices": [{"index": 2, "delta": {"content": "a"}}]},
        [Symbol("choice", 2, "piece", "/choices/0/delta")],
    ),
    "text that finishes": (
        {"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]},
        [
            Symbol("choice", 0, "piece", "/choices/0/delta"),
            Symbol("choice", 0, "finish", "/choices/0/finish_reason"),
        ],
    ),
    "two choices": (
        {
            "choices": [
                {"index": 1, "finish_reason": "stop"},
                {"index": 0, "delta": {"refusal": "n"}},
            ]
        },
        [
            Symbol("choice", 1, "finish", "/choices/0/finish_reason"),
            Symbol("choice", 0, "piece", "/choices/1/delta"),
        ],
    ),
    "an index that is no number": (
        {"choices": [7, {"index": "a", "finish_reason": "stop"}]},
        [Symbol("choice", 1, "finish", "/choices/1/finish_reason")],
    ),
    "an empty reason": ({"choices": [{"finish_reason": ""}]}, []),
    "no choices": ({"choices": None}, []),
    "no object": ([1], []),
}
LIKENESS: dict[str, tuple[Any, int]] = {
    "its object": ({"object": "chat.completion.chunk"}, 3),
    "a delta": ({"choices": [{"delta": {}}]}, 3),
    "a message": ({"object": "chat.completion", "choices": [{"message": {}}]}, 2),
    "usage alone": ({"choices": [], "usage": {}}, 2),
    "an id alone": ({"choices": [], "id": "chatcmpl-0"}, 2),
    "the filter's verdict on the prompt": ({"choices": [], "prompt_filter_results": []}, 2),
    "no choices and nothing beside": ({"choices": []}, 0),
    "an error": ({"error": "no"}, 1),
    "an error of another dialect": ({"type": "error", "error": {}}, 0),
    "another object": ({"object": "text_completion", "choices": [{"delta": {}}]}, 0),
    "text completions": ({"choices": [{"text": "a"}]}, 0),
    "another dialect": ({"candidates": []}, 0),
    "no object at all": (["choices"], 0),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_chunk_is_steps(name: str) -> None:
    value, expected = STEPS[name]
    assert symbols(None, value) == expected


@pytest.mark.parametrize("name", LIKENESS)
def test_likeness_grows_with_certainty(name: str) -> None:
    value, expected = LIKENESS[name]
    assert likeness(None, value) == expected


@pytest.mark.parametrize(
    ("steps", "legal", "ended"),
    [
        (["piece", "piece", "finish"], True, True),
        (["finish"], True, True),
        (["piece", "finish", "finish"], True, True),
        (["piece"], True, False),
        (["finish", "piece"], False, True),
    ],
)
def test_a_choice_speaks_then_finishes(steps: list[str], legal: bool, ended: bool) -> None:
    (machine,) = MACHINES
    state, broken = machine.start, False
    for step in steps:
        broken = broken or (state, step) not in machine.edges
        state = machine.edges.get((state, step), state)
    assert (not broken, state in machine.accepts) == (legal, ended)


def test_pieces_loop_so_that_look_alikes_cost_one_step() -> None:
    (machine,) = MACHINES
    assert machine.edges["open", "piece"] == "open"
