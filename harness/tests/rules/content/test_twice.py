"""Text that is said twice, and copies that differ, as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.content.twice import copies_agree, not_duplicated

TEXT = "/choices/0/delta/content"
LONG = "The quick brown fox jumps."


def say(*texts: str, member: str = "content") -> list[Any]:
    return [{"choices": [{"index": 0, "delta": {member: text}}]} for text in texts]


def whole(text: str) -> Any:
    message = {"role": "assistant", "content": text}
    return {"object": "chat.completion", "choices": [{"index": 0, "message": message}]}


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param(say("a", "b", "c"), [], id="pieces"),
        pytest.param(say("ha", "ha", "ha", "ha"), [], id="repeated-words"),
        pytest.param(say("1", "12", " 123"), [], id="numbers"),
        pytest.param(say("a", "ab", "abc"), [(1, TEXT, 1)], id="snapshots"),
        pytest.param(say("a", "ab"), [], id="two-may-be-chance"),
        pytest.param(
            say("a", "ab", "abc", member="reasoning_content"),
            [(1, "/choices/0/delta/reasoning_content", 1)],
            id="snapshots-of-thought",
        ),
        pytest.param(say("The quick ", "brown fox jumps.", LONG), [(2, TEXT, 1)], id="once-more"),
        pytest.param(say(LONG, LONG + " And on."), [(1, TEXT, 1)], id="all-so-far-and-more"),
        pytest.param(say(LONG, " ", LONG), [], id="a-model-that-repeats-itself"),
        pytest.param(say("----------------", "----------------"), [], id="a-ruler"),
        pytest.param([*say("a"), whole("a")], [(1, "/choices/0/message", 1)], id="completion"),
        pytest.param([*say("a"), whole("")], [], id="empty-completion"),
        pytest.param(
            [{"choices": [{"index": 0, "delta": {"content": "a"}, "message": {"content": "a"}}]}],
            [],
            id="a-message-beside-a-delta",
        ),
        pytest.param([*say("a"), {"choices": ["a"]}], [], id="a-choice-that-is-none"),
    ],
)
def test_repetition(found: Callable[..., Any], chunks: list[Any], expected: list[Any]) -> None:
    assert found(not_duplicated, chunks) == expected


def test_a_long_answer_is_not_taken_apart(found: Callable[..., Any]) -> None:
    assert found(not_duplicated, say(*[f"word {n} " for n in range(2000)])) == []


def answer(streamed: str, done: str, final: str) -> list[Any]:
    part = {"type": "output_text", "text": final, "annotations": []}
    item = {"id": "msg_0", "type": "message", "role": "assistant", "content": [part]}
    place = {"item_id": "msg_0", "output_index": 0, "content_index": 0}
    empty = {"type": "output_text", "text": "", "annotations": []}
    added = {**item, "content": []}
    return [
        {"type": "response.output_item.added", "output_index": 0, "item": added},
        {"type": "response.content_part.added", "part": empty, **place},
        {"type": "response.output_text.delta", "delta": streamed, **place},
        {"type": "response.output_text.done", "text": done, **place},
        {"type": "response.completed", "response": {"status": "completed", "output": [item]}},
    ]


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param(answer("abc", "abc", "abc"), [], id="same"),
        pytest.param(answer("ab", "abc", "ab"), [(3, "/text", 1)], id="piece-lost"),
        pytest.param(
            answer("abc", "abc", "xyz"),
            [(4, "/response/output/0/content/0/text", 1)],
            id="final-output-differs",
        ),
        pytest.param(
            answer("", "abc", "abc"),
            [(3, "/text", 1), (4, "/response/output/0/content/0/text", 1)],
            id="nothing-in-the-pieces",
        ),
        pytest.param(
            [one for one in answer("", "abc", "abc") if "delta" not in one], [], id="no-pieces"
        ),
    ],
)
def test_copies(found: Callable[..., Any], chunks: list[Any], expected: list[Any]) -> None:
    assert found(copies_agree, chunks, "openai-responses") == expected
