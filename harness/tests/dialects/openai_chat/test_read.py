"""One chunk of a chat stream to deltas: every shape that vendors send, and every wrong type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.delta import (
    Append,
    Assign,
    Delta,
    Failure,
    Fragment,
    Identity,
    Kind,
    Malformed,
    Role,
    Stop,
    Unknown,
    Usage,
)
from streamgauge.dialects.openai_chat.read import read

TEXT, REASONING = Kind.TEXT, Kind.REASONING
D = "/choices/0/delta"
DELTAS: dict[str, tuple[object, list[Delta]]] = {
    "nothing": ({}, []),
    "null": (None, []),
    "a role": ({"role": "assistant"}, [Role(0, "assistant", D + "/role")]),
    "text": ({"content": "a"}, [Append(0, None, TEXT, "a", D + "/content")]),
    "empty text": ({"content": ""}, [Append(0, None, TEXT, "", D + "/content")]),
    "a refusal": ({"refusal": "no"}, [Append(0, None, Kind.REFUSAL, "no", D + "/refusal")]),
    "reasoning before text": (
        {"content": "a", "reasoning": "h"},
        [
            Append(0, None, REASONING, "h", D + "/reasoning", "reasoning"),
            Append(0, None, TEXT, "a", D + "/content"),
        ],
    ),
    "a signed detail": (
        {"reasoning_details": [{"text": "h", "signature": "s"}]},
        [
            Append(0, None, REASONING, "h", D + "/reasoning_details/0/text", "reasoning_details"),
            Assign(0, None, REASONING, "signature", "s", D + "/reasoning_details/0/signature"),
        ],
    ),
    "a detail whose signature is empty": (
        {"reasoning_details": [{"text": "h", "signature": ""}]},
        [Append(0, None, REASONING, "h", D + "/reasoning_details/0/text", "reasoning_details")],
    ),
    "an encrypted detail": (
        {"reasoning_details": [{"data": "e"}]},
        [Assign(0, None, REASONING, "encrypted", "e", D + "/reasoning_details/0/data")],
    ),
    "a list with text, thought and a stranger": (
        {"content": ["a", {"text": "b"}, {"thinking": "c", "signature": "s"}, {"x": 1}, 7]},
        [
            Append(0, None, TEXT, "a", D + "/content/0"),
            Append(0, None, TEXT, "b", D + "/content/1/text"),
            Append(0, None, REASONING, "c", D + "/content/2/thinking", "content.thinking"),
            Unknown("content item", {"x": 1}, D + "/content/3"),
            Malformed("content item is neither string nor object", D + "/content/4"),
        ],
    ),
    "a thought in pieces, signed": (
        {"content": [{"thinking": ["a", {"text": "b"}, {}], "signature": "s"}]},
        [
            Append(0, None, REASONING, "a", D + "/content/0/thinking/0", "content.thinking"),
            Append(0, None, REASONING, "b", D + "/content/0/thinking/1/text", "content.thinking"),
            Malformed("thinking piece has no text", D + "/content/0/thinking/2"),
            Assign(0, None, REASONING, "signature", "s", D + "/content/0/signature"),
        ],
    ),
    "a piece of a call": (
        {"tool_calls": [{"index": 1, "function": {"arguments": "{"}}]},
        [Fragment(0, 1, None, None, "{", D + "/tool_calls/0/function/arguments")],
    ),
    "a header of a call": (
        {"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "f"}}]},
        [Fragment(0, 0, "c", "f", None, D + "/tool_calls/0")],
    ),
    "a custom call": (
        {"tool_calls": [{"index": 0, "id": "c", "custom": {"name": "f", "input": "x"}}]},
        [Fragment(0, 0, "c", "f", "x", D + "/tool_calls/0/custom/input", {"plain": True})],
    ),
    "a call with what must be given back": (
        {"tool_calls": [{"extra_content": {"a": 1}}]},
        [Fragment(0, None, None, None, None, D + "/tool_calls/0", {"extra_content": {"a": 1}})],
    ),
    "a legacy call": (
        {"function_call": {"name": "f", "arguments": "{}"}},
        [Fragment(0, "function_call", None, "f", "{}", D + "/function_call/arguments")],
    ),
    "a citation": (
        {"annotations": [{"url": "u"}]},
        [Assign(0, None, TEXT, "citation", {"url": "u"}, D + "/annotations/0")],
    ),
    "audio": (
        {"audio": {"data": "YQ==", "transcript": "a"}},
        [
            Assign(0, "audio", Kind.BLOB, "blob", ("audio", "YQ=="), D + "/audio/data"),
            Append(0, "audio", Kind.BLOB, "a", D + "/audio/transcript"),
        ],
    ),
    "opaque content": (
        {"extra_content": {"a": 1}},
        [Assign(0, None, TEXT, "extra:extra_content", {"a": 1}, D + "/extra_content")],
    ),
}
WRONG: dict[str, tuple[object, str]] = {
    "a delta that is text": ("a", D),
    "content that is a number": ({"content": 7}, D + "/content"),
    "a refusal that is a list": ({"refusal": []}, D + "/refusal"),
    "reasoning that is an object": ({"reasoning": {}}, D + "/reasoning"),
    "details that are text": ({"reasoning_details": "h"}, D + "/reasoning_details"),
    "a detail that is text": ({"reasoning_details": ["h"]}, D + "/reasoning_details/0"),
    "calls that are an object": ({"tool_calls": {}}, D + "/tool_calls"),
    "a call that is text": ({"tool_calls": ["f"]}, D + "/tool_calls/0"),
    "a legacy call that is text": ({"function_call": "f"}, D + "/function_call"),
}


@pytest.mark.parametrize("name", DELTAS)
def test_a_delta_is_read_by_its_shape(name: str) -> None:
    delta, expected = DELTAS[name]
    assert read(None, {"choices": [{"index": 0, "delta": delta}]}) == expected


@pytest.mark.parametrize("name", WRONG)
def test_what_has_the_wrong_type_is_told_and_points(name: str) -> None:
    delta, pointer = WRONG[name]
    found = read(None, {"choices": [{"index": 0, "delta": delta}]})
    assert [one.pointer for one in found if isinstance(one, Malformed)] == [pointer]


def test_a_function_that_is_no_object_leaves_the_rest_of_its_call() -> None:
    call = {"index": 0, "id": "c", "function": "f"}
    found = read(None, {"choices": [{"delta": {"tool_calls": [call]}}]})
    assert found == [
        Malformed("function is not an object", D + "/tool_calls/0/function"),
        Fragment(0, 0, "c", None, None, D + "/tool_calls/0"),
    ]


CHUNKS: dict[str, tuple[object, list[Delta]]] = {
    "an id and a model": ({"id": "i", "model": 7, "choices": []}, [Identity("i", None)]),
    "neither": ({"id": None, "choices": []}, []),
    "a finish reason": (
        {"choices": [{"finish_reason": "tool_calls"}]},
        [Stop(0, "tool_call", "tool_calls", "/choices/0/finish_reason")],
    ),
    "an empty finish reason": ({"choices": [{"finish_reason": ""}]}, []),
    "a finish reason that is no word": (
        {"choices": [{"finish_reason": 7}]},
        [Stop(0, "unknown", 7, "/choices/0/finish_reason")],
    ),
    "usage": ({"choices": [], "usage": {"a": 1}}, [Usage({"a": 1}, "/usage")]),
    "null usage": ({"choices": [], "usage": None}, []),
    "usage of the wrong type": (
        {"choices": [], "usage": 7},
        [Malformed("usage is not an object", "/usage")],
    ),
    "usage under x_groq": (
        {"choices": [], "x_groq": {"usage": {"a": 1}}},
        [Usage({"a": 1}, "/x_groq/usage")],
    ),
    "usage in the choice": (
        {"choices": [{"usage": {"a": 1}}]},
        [Usage({"a": 1}, "/choices/0/usage")],
    ),
    "timings with cached tokens": (
        {"choices": [], "timings": {"cache_n": 3, "x": 1}},
        [Usage({"timings": {"cache_n": 3, "x": 1}}, "/timings")],
    ),
    "timings without": ({"choices": [], "timings": {"x": 1}}, []),
    "probabilities": (
        {"choices": [{"logprobs": {"content": [1], "refusal": []}}]},
        [Assign(0, None, TEXT, "logprobs", [1], "/choices/0/logprobs/content")],
    ),
    "probabilities of the wrong type": (
        {"choices": [{"logprobs": [1]}]},
        [Malformed("logprobs is not an object", "/choices/0/logprobs")],
    ),
    "a choice of the wrong type": (
        {"choices": [7]},
        [Malformed("choice is not an object", "/choices/0")],
    ),
    "an index of the wrong type": (
        {"choices": [{}, {"index": "1", "finish_reason": "stop"}]},
        [
            Malformed("choice index is not an integer", "/choices/1/index"),
            Stop(1, "stop", "stop", "/choices/1/finish_reason"),
        ],
    ),
    "no choices": ({"x": 1}, [Malformed("choices is not a list", "/choices")]),
    "a list": ([1, 2], [Malformed("chunk is not an object", "")]),
    "text": ("a", [Malformed("chunk is not an object", "")]),
    "null": (None, [Malformed("chunk is not an object", "")]),
    "an error without choices": (
        {"error": "no"},
        [Failure(None, None, "no", {"error": "no"}, "/error")],
    ),
}


@pytest.mark.parametrize("name", CHUNKS)
def test_a_chunk_is_read_by_its_shape(name: str) -> None:
    chunk, expected = CHUNKS[name]
    assert read(None, chunk) == expected


WORDS = st.sampled_from(
    [
        "choices",
        "delta",
        "index",
        "content",
        "tool_calls",
        "function",
        "arguments",
        "custom",
        "logprobs",
        "usage",
        "error",
        "reasoning_details",
        "thinking",
        "text",
        "audio",
        "annotations",
        "function_call",
        "extra_content",
        "google",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=15,
)


@given(value=JSON, name=st.sampled_from([None, "error", ""]))
def test_any_json_is_read_the_same_twice_and_raises_nothing(
    value: object, name: str | None
) -> None:
    assert read(name, value) == read(name, value)
