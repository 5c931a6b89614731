"""Which member carries reasoning, and how often, as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.reasoning.fields import field_is_known, no_tags_inside, said_once

DELTA = "/choices/0/delta"
LONG = "The sum of two and two is four."


def delta(**members: Any) -> Any:
    return {"choices": [{"index": 0, "delta": members}]}


def other(**members: Any) -> Any:
    return {"choices": [{"index": 1, "delta": members}]}


def details(**item: Any) -> Any:
    return [{"type": "reasoning.text", **item}]


@pytest.mark.parametrize(
    ("chunks", "facts", "expected"),
    [
        pytest.param([delta(reasoning_content="a")], {}, [], id="known"),
        pytest.param([delta(thinking="a")] * 3, {}, [(0, f"{DELTA}/thinking", 3)], id="strange"),
        pytest.param([delta(thinking=None, thought={})], {}, [], id="strange-but-empty"),
        pytest.param(
            [delta(reasoning="a")], {"reasoning-fields": ["reasoning"]}, [], id="documented"
        ),
        pytest.param(
            [delta(content="x"), delta(reasoning="a")],
            {"reasoning-fields": ["reasoning_content"]},
            [(1, f"{DELTA}/reasoning", 1)],
            id="undocumented",
        ),
        pytest.param(
            [delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "a"}]}])],
            {"reasoning-fields": ["content"]},
            [],
            id="inside-a-documented-member",
        ),
        pytest.param([delta(reasoning="a")], {"reasoning-fields": 7}, [], id="a-fact-of-no-use"),
        pytest.param(["[]", '{"choices":[7,{"delta":7}]}'], {}, [], id="odd-chunks"),
    ],
)
def test_the_member(
    found: Callable[..., Any], chunks: list[Any], facts: dict[str, Any], expected: list[Any]
) -> None:
    assert found(field_is_known, chunks, facts=facts) == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([delta(reasoning="a"), delta(content="b")], [], id="once"),
        pytest.param(
            [delta(reasoning="a", reasoning_content="a")] * 2, [(0, DELTA, 2)], id="two-members"
        ),
        pytest.param(
            [delta(reasoning="a", reasoning_details=details(text="a"))],
            [(0, DELTA, 1)],
            id="details-too",
        ),
        pytest.param(
            [delta(reasoning="a", reasoning_details=details(data="opaque"))], [], id="encrypted"
        ),
        pytest.param([delta(reasoning="a", reasoning_content="")], [], id="other-one-empty"),
        pytest.param(
            [delta(reasoning=LONG), delta(content=LONG)],
            [(1, f"{DELTA}/content", 1)],
            id="answer-as-thought",
        ),
        pytest.param(
            [
                *(delta(reasoning="hm"), delta(content="4")),
                *(other(reasoning=LONG), other(content=LONG)),
            ],
            [(3, f"{DELTA}/content", 1)],
            id="the-second-answer-as-thought",
        ),
        pytest.param([delta(reasoning="4"), delta(content="4")], [], id="short-answers"),
        pytest.param([delta(content="b")], "no reasoning in this answer", id="no-reasoning"),
    ],
)
def test_a_thought_is_said_once(
    found: Callable[..., Any], chunks: list[Any], expected: Any
) -> None:
    assert found(said_once, chunks) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(["hm", " so"], [], id="plain"),
        pytest.param(["<thi", "nk>", "hm"], [(1, f"{DELTA}/reasoning", 1)], id="begin"),
        pytest.param(["hm", "</think>", "\n"], [(1, f"{DELTA}/reasoning", 1)], id="end"),
        pytest.param(["the tag <think> is", " a tag"], [], id="spoken-of"),
        pytest.param(
            ["two thoughts", "\n<think>as one"], [(1, f"{DELTA}/reasoning", 1)], id="second-thought"
        ),
    ],
)
def test_tags(found: Callable[..., Any], texts: list[str], expected: list[Any]) -> None:
    assert found(no_tags_inside, [delta(reasoning=text) for text in texts]) == expected
