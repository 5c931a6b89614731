"""What leaks from the model into the answer, as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.content.markup import (
    no_control_tokens,
    no_reasoning_tags,
    no_tool_markup,
)

TEXT = "/choices/0/delta/content"
THOUGHT = "/choices/0/delta/reasoning_content"


def say(*texts: str, member: str = "content") -> list[Any]:
    return [{"choices": [{"index": 0, "delta": {member: text}}]} for text in texts]


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param(say("Hello ", "there"), [], id="clean"),
        pytest.param(say("a <| b |> c, x <b>y</b>"), [], id="other-brackets"),
        pytest.param(say("Hello", "<|im_end|>"), [(1, TEXT, 1)], id="end-of-turn"),
        pytest.param(say("a", "b", "c<|chan", "nel|>d"), [(2, TEXT, 1)], id="cut-in-two"),
        pytest.param(say("<|x_y|>5<|x_z|>"), [(0, TEXT, 2)], id="two-tokens-one-finding"),
        pytest.param(say("done", "</s>"), [(1, TEXT, 1)], id="end-of-text"),
        pytest.param(say("<s>old</s> price"), [], id="struck-out-html"),
        pytest.param(say("x<end_of_turn>"), [(0, TEXT, 1)], id="turn"),
        pytest.param(say("<｜end▁of▁sentence｜>"), [(0, TEXT, 1)], id="wide-bars"),
        pytest.param(say("the token `<|im_end|>` ends it"), [], id="quoted"),
        pytest.param(say("<|tool_call_begin|>"), [], id="calls-are-another-rule"),
        pytest.param(
            say("hm <|im_start|>", member="reasoning_content"), [(0, THOUGHT, 1)], id="in-thought"
        ),
    ],
)
def test_control_tokens(found: Callable[..., Any], chunks: list[Any], expected: list[Any]) -> None:
    assert found(no_control_tokens, chunks) == expected


def test_a_token_that_the_request_speaks_of_is_no_leak(found: Callable[..., Any]) -> None:
    request = {"messages": [{"role": "user", "content": "what is <|im_end|>?"}]}
    assert found(no_control_tokens, say("It is <|im_end|>."), request=request) == []


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param(say("I call nothing."), [], id="clean"),
        pytest.param(say("ok ", "<tool_", "call>{}"), [(1, TEXT, 1)], id="tag-cut-in-two"),
        pytest.param(
            say("<|tool_calls_section_begin|>", member="reasoning_content"),
            [(0, THOUGHT, 1)],
            id="section-in-thought",
        ),
        pytest.param(say("<｜tool▁calls▁begin｜>"), [(0, TEXT, 1)], id="wide-bars"),
        pytest.param(say("[TOOL_CALLS]"), [(0, TEXT, 1)], id="brackets"),
        pytest.param(say("[Tool call: run({})]"), [(0, TEXT, 1)], id="printed"),
        pytest.param(say('<invoke name="f">'), [(0, TEXT, 1)], id="invoke"),
        pytest.param(say('{"name":"f","arguments":{}}'), [], id="json-without-tools"),
    ],
)
def test_tool_markup(found: Callable[..., Any], chunks: list[Any], expected: list[Any]) -> None:
    assert found(no_tool_markup, chunks) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"name":"f","arguments":{}}', [(0, TEXT, 1)]),
        (' {"name":"f","parameters":{"a":1}}\n', [(0, TEXT, 1)]),
        ('{"name":"other","arguments":{}}', []),
        ('{"name":"f"}', []),
        ('{"name":["f"],"arguments":{}}', []),
        ('{"name":"f","arguments":{}', []),
        ("[1]", []),
        ("text", []),
    ],
)
def test_a_call_written_as_json(found: Callable[..., Any], text: str, expected: list[Any]) -> None:
    request = {"tools": [{"type": "function", "function": {"name": "f"}}]}
    assert found(no_tool_markup, say(text), request=request) == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param(say("I think so."), [], id="clean"),
        pytest.param(say("<think>", "hm", "</think>", "yes"), [(0, TEXT, 2)], id="whole-thought"),
        pytest.param(say("hm", "</thi", "nk>", "yes"), [(1, TEXT, 1)], id="lone-end-cut-in-two"),
        pytest.param(say("yes", " <thinking>b</thinking>"), [(1, TEXT, 2)], id="second-thought"),
        pytest.param(say("write `<think>` first"), [], id="quoted"),
        pytest.param([{"choices": []}], "no text in this answer", id="no-text"),
    ],
)
def test_reasoning_tags(found: Callable[..., Any], chunks: list[Any], expected: Any) -> None:
    assert found(no_reasoning_tags, chunks) == expected


def test_tags_that_the_request_asks_for_are_no_leak(found: Callable[..., Any]) -> None:
    request = {"messages": [{"role": "system", "content": "Think in <think> and </think>."}]}
    assert found(no_reasoning_tags, say("<think>a</think>b"), request=request) == []


def test_a_leak_in_a_long_run_is_found_at_its_own_chunk(found: Callable[..., Any]) -> None:
    chunks = say(*["word "] * 500, "<|im_end|>", *["word "] * 500)
    assert found(no_control_tokens, chunks) == [(500, TEXT, 1)]
