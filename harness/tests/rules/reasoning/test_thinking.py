"""Where thinking ends, what follows it and whether it was sent, as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.reasoning.thinking import (
    answer_follows_reasoning,
    sent_when_counted,
    thinking_is_closed,
)

THOUGHT = "/choices/0/delta/reasoning_content"
TEXT = "/choices/0/delta/content"


def delta(index: int = 0, **members: Any) -> Any:
    return {"choices": [{"index": index, "delta": members}]}


def think(text: str, index: int = 0) -> Any:
    return delta(index, reasoning_content=text)


def end(reason: str = "stop", index: int = 0) -> Any:
    return {"choices": [{"index": index, "delta": {}, "finish_reason": reason}]}


CALL = delta(tool_calls=[{"index": 0, "id": "c", "function": {"name": "f", "arguments": ""}}])
SAY = delta(content="b")


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([think("a"), think(""), SAY, end()], [], id="closed"),
        pytest.param([think(""), think("a"), think(""), SAY, end()], [], id="blank-before"),
        pytest.param([think("a"), SAY, SAY, end()], [(1, TEXT, 1)], id="answer-too-early"),
        pytest.param(
            [think("a"), CALL, end("tool_calls")],
            [(1, "/choices/0/delta/tool_calls/0/function/arguments", 1)],
            id="call-too-early",
        ),
        pytest.param(
            [think("a"), think(""), SAY, think(""), end()], [(3, THOUGHT, 1)], id="closed-twice"
        ),
        pytest.param(
            [think("a"), think(""), SAY, think("b"), end()], [(3, THOUGHT, 1)], id="thought-after"
        ),
        pytest.param([think("a"), think("b"), end()], [(1, THOUGHT, 1)], id="never-closed"),
        pytest.param([think("a"), end("length")], [], id="cut-while-thinking"),
        pytest.param(
            [think("a"), think("a", 1), think(""), think("", 1), SAY, end(), end(index=1)],
            [],
            id="two-answers",
        ),
        pytest.param([SAY, end()], "no reasoning in this answer", id="no-reasoning"),
    ],
)
def test_thinking_is_closed(found: Callable[..., Any], chunks: list[Any], expected: Any) -> None:
    assert found(thinking_is_closed, chunks) == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([think("a"), SAY, end()], [], id="text"),
        pytest.param([think("a"), CALL, end("tool_calls")], [], id="call"),
        pytest.param([think("a"), think("b"), end()], [(1, THOUGHT, 1)], id="thought-alone"),
        pytest.param(
            [think("a"), delta(content="\n"), end()], [(0, THOUGHT, 1)], id="thought-and-blanks"
        ),
        pytest.param([think("a"), end("length")], [], id="cut-by-a-limit"),
        pytest.param([SAY, think("a"), end()], [], id="text-first"),
        pytest.param([think("a")], "the stream is not complete", id="cut"),
    ],
)
def test_an_answer_follows(found: Callable[..., Any], chunks: list[Any], expected: Any) -> None:
    assert found(answer_follows_reasoning, chunks) == expected


def counted(tokens: int | None) -> Any:
    details = {} if tokens is None else {"reasoning_tokens": tokens}
    usage = {"prompt_tokens": 1, "completion_tokens": 9, "completion_tokens_details": details}
    return {"choices": [], "usage": usage}


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([think("a"), SAY, end(), counted(5)], [], id="sent"),
        pytest.param([SAY, end(), counted(5)], [(2, "/usage", 1)], id="not-sent"),
        pytest.param([SAY, end(), counted(0)], [], id="none-made"),
        pytest.param([SAY, end(), counted(None)], [], id="not-counted"),
        pytest.param([SAY, end()], "no usage in this answer", id="no-usage"),
    ],
)
def test_counted_reasoning_is_sent(
    found: Callable[..., Any], chunks: list[Any], expected: Any
) -> None:
    assert found(sent_when_counted, chunks) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [({}, []), ({"thinkingConfig": {"includeThoughts": True}}, [(0, "/usageMetadata", 1)])],
    ids=["not-asked", "asked"],
)
def test_thoughts_on_request_only(
    found: Callable[..., Any], config: dict[str, Any], expected: list[Any]
) -> None:
    content = {"role": "model", "parts": [{"text": "b"}]}
    chunk = {
        "candidates": [{"index": 0, "content": content, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 1, "thoughtsTokenCount": 7},
    }
    request = {"generationConfig": config}
    assert found(sent_when_counted, [chunk], "gemini", request=request) == expected


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert thinking_is_closed.demanded
