"""Whether there is an answer, and whether it is the one asked for, as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.content.answers import (
    answer_is_not_empty,
    choices_as_asked,
    json_output_is_json,
    stop_sequence_not_shown,
)

TEXT = "/choices/0/delta/content"


def say(*texts: str, index: int = 0, member: str = "content") -> list[Any]:
    return [{"choices": [{"index": index, "delta": {member: text}}]} for text in texts]


def end(reason: str = "stop", index: int = 0) -> Any:
    return {"choices": [{"index": index, "delta": {}, "finish_reason": reason}]}


CALL = {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c"}]}}]}
USAGE = {"choices": [], "usage": {"prompt_tokens": 3}}
STOP = [(0, "/choices/0/finish_reason", 1)]


@pytest.mark.parametrize(
    ("chunks", "request_body", "expected"),
    [
        pytest.param([*say("a"), end()], None, [], id="text"),
        pytest.param([end()], None, STOP, id="nothing-said"),
        pytest.param([*say(" \n"), end()], None, [(1, *STOP[0][1:])], id="blanks"),
        pytest.param([end("length")], None, [], id="cut-by-a-limit"),
        pytest.param([CALL, end()], None, [], id="a-call"),
        pytest.param([*say("hm", member="reasoning"), end()], None, [], id="a-thought"),
        pytest.param([*say("no", member="refusal"), end()], None, [], id="a-refusal"),
        pytest.param([end()], {"stop": ["x"]}, [], id="stop-sequence-asked"),
        pytest.param([USAGE, "[DONE]"], None, [(1, None, 1)], id="usage-and-the-end"),
        pytest.param(["[DONE]"], None, [(0, None, 1)], id="the-end-alone"),
        pytest.param(say("a"), None, "the stream is not complete", id="cut"),
        pytest.param(
            [{"error": {"message": "m"}}, "[DONE]"], None, "the stream is not complete", id="error"
        ),
    ],
)
def test_an_answer_says_something(
    found: Callable[..., Any], chunks: list[Any], request_body: Any, expected: Any
) -> None:
    assert found(answer_is_not_empty, chunks, request=request_body) == expected


@pytest.mark.parametrize(
    ("chunks", "request_body", "expected"),
    [
        pytest.param(say("one "), {"stop": "END"}, [], id="not-there"),
        pytest.param(say("a", "one E", "ND two"), {"stop": "END"}, [(1, TEXT, 1)], id="in-two"),
        pytest.param(
            say("a;b"), {"stop": ["x", ";", "b"]}, [(0, TEXT, 1), (0, TEXT, 1)], id="two-of-them"
        ),
        pytest.param(
            say("END"), {"stop": "END", "include_stop_str_in_output": True}, [], id="wanted"
        ),
        pytest.param(say("END"), {}, "no stop sequence was asked for", id="not-asked"),
        pytest.param(say("END"), None, "no request is known", id="no-request"),
    ],
)
def test_stop_sequences(
    found: Callable[..., Any], chunks: list[Any], request_body: Any, expected: Any
) -> None:
    assert found(stop_sequence_not_shown, chunks, request=request_body) == expected


JSON = {"response_format": {"type": "json_object"}}


@pytest.mark.parametrize(
    ("chunks", "request_body", "expected"),
    [
        pytest.param([*say('{"a":', "1}"), end()], JSON, [], id="json"),
        pytest.param([*say('{"a":', "1,}"), end()], JSON, [(1, TEXT, 1)], id="broken-later"),
        pytest.param([*say("```json\n{}\n```"), end()], JSON, [(0, TEXT, 1)], id="fenced"),
        pytest.param([*say('{"a":'), end("length")], JSON, [], id="cut-by-a-limit"),
        pytest.param([*say("text"), CALL, end()], JSON, [], id="beside-a-call"),
        pytest.param([*say("text"), end()], {}, "JSON was not asked for", id="not-asked"),
        pytest.param([*say("[" * 100_000), end()], JSON, [], id="too-deep-to-know"),
    ],
)
def test_json_output(
    found: Callable[..., Any], chunks: list[Any], request_body: Any, expected: Any
) -> None:
    assert found(json_output_is_json, chunks, request=request_body) == expected


@pytest.mark.parametrize(
    ("chunks", "request_body", "expected"),
    [
        pytest.param([*say("a"), end()], {}, [], id="one"),
        pytest.param([*say("a"), *say("b", index=1), end(), end(index=1)], {"n": 2}, [], id="two"),
        pytest.param([*say("a"), end()], {"n": 2}, [(0, None, 1)], id="too-few"),
        pytest.param(
            [*say("a"), *say("b", index=1), end(), end(index=1)], {}, [(1, None, 1)], id="too-many"
        ),
        pytest.param(["[DONE]"], {}, [], id="none-is-another-rule"),
        pytest.param([*say("a"), end()], {"n": -3}, [], id="an-odd-wish"),
        pytest.param(say("a"), {}, "the stream did not reach its end", id="cut"),
    ],
)
def test_choices(
    found: Callable[..., Any], chunks: list[Any], request_body: Any, expected: Any
) -> None:
    assert found(choices_as_asked, chunks, request=request_body) == expected
