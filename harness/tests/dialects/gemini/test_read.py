"""Reading one chunk of a `streamGenerateContent` stream."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.delta import (
    Append,
    Assign,
    Delta,
    Failure,
    Identity,
    Kind,
    Malformed,
    Role,
    Stop,
    Unknown,
    Usage,
)
from streamgauge.dialects.gemini.read import read
from streamgauge.dialects.gemini.words import FINISH
from tests.dialects.reading import odd

TEXT = Kind.TEXT
FIRST = "/candidates/0"


def chunk(**candidate: object) -> dict[str, object]:
    return {"candidates": [candidate]}


def about(what: str, value: object, at: str, choice: int = 0) -> Assign:
    return Assign(choice, None, TEXT, what, value, FIRST + at)


UNAVAILABLE = {"code": 503, "message": "Busy", "status": "UNAVAILABLE"}

CHUNKS: dict[str, tuple[object, list[Delta]]] = {
    "a whole chunk, in reading order": (
        {
            "candidates": [
                {
                    "content": {"role": "model", "parts": [{"text": "Hi"}]},
                    "finishReason": "STOP",
                    "index": 2,
                    "safetyRatings": [],
                }
            ],
            "usageMetadata": {"promptTokenCount": 1},
            "modelVersion": "m",
            "responseId": "r",
            "createTime": "2026-11-22T00:00:00Z",
        },
        [
            Identity("r", "m"),
            Role(2, "model", FIRST + "/content/role"),
            Append(2, None, TEXT, "Hi", FIRST + "/content/parts/0/text"),
            Stop(2, "stop", "STOP", FIRST + "/finishReason"),
            Usage({"promptTokenCount": 1}, "/usageMetadata"),
        ],
    ),
    "no index means the first candidate": (
        chunk(content={"parts": [{"text": "Hi"}]}),
        [Append(0, None, TEXT, "Hi", FIRST + "/content/parts/0/text")],
    ),
    "several candidates and parts": (
        {
            "candidates": [
                {"content": {"parts": [{"text": "a"}, {"text": "b"}]}},
                {"content": {"parts": [{"text": "c"}]}, "index": 1},
            ]
        },
        [
            Append(0, None, TEXT, "a", FIRST + "/content/parts/0/text"),
            Append(0, None, TEXT, "b", FIRST + "/content/parts/1/text"),
            Append(1, None, TEXT, "c", "/candidates/1/content/parts/0/text"),
        ],
    ),
    "content without parts": (
        chunk(content={"role": "model"}),
        [Role(0, "model", FIRST + "/content/role")],
    ),
    "no content": (
        chunk(finishReason="SAFETY", finishMessage="cut"),
        [Stop(0, "content_filter", "SAFETY", FIRST + "/finishReason")],
    ),
    "a last chunk with empty text": (
        chunk(content={"parts": [{"text": ""}]}, finishReason="MAX_TOKENS"),
        [Stop(0, "length", "MAX_TOKENS", FIRST + "/finishReason")],
    ),
    "no candidates": ({"usageMetadata": {}}, [Usage({}, "/usageMetadata")]),
    "usage without counts": (
        {"usageMetadata": {"trafficType": "ON_DEMAND"}},
        [Usage({"trafficType": "ON_DEMAND"}, "/usageMetadata")],
    ),
    "a blocked prompt": (
        {"promptFeedback": {"blockReason": "SAFETY", "safetyRatings": []}},
        [Stop(0, "content_filter", "SAFETY", "/promptFeedback/blockReason")],
    ),
    "feedback that blocks nothing": ({"promptFeedback": {"safetyRatings": []}}, []),
    "an empty chunk": ({}, []),
    "an error": (
        {"error": UNAVAILABLE},
        [Failure("UNAVAILABLE", 503, "Busy", UNAVAILABLE, "/error")],
    ),
    "an error in an array": (
        [{"error": UNAVAILABLE}],
        [Failure("UNAVAILABLE", 503, "Busy", UNAVAILABLE, "/0/error")],
    ),
    "citations": (
        chunk(citationMetadata={"citations": [{"uri": "a"}, {"uri": "b"}]}),
        [
            about("citation", {"uri": "a"}, "/citationMetadata/citations/0"),
            about("citation", {"uri": "b"}, "/citationMetadata/citations/1"),
        ],
    ),
    "citations under their older name": (
        chunk(citationMetadata={"citationSources": [{"uri": "a"}]}),
        [about("citation", {"uri": "a"}, "/citationMetadata/citationSources/0")],
    ),
    "log probabilities": (
        chunk(logprobsResult={"chosenCandidates": []}, avgLogprobs=-0.5),
        [
            about("logprobs", [{"chosenCandidates": []}], "/logprobsResult"),
            about("extra:avgLogprobs", -0.5, "/avgLogprobs"),
        ],
    ),
    "grounding": (
        chunk(groundingMetadata={"webSearchQueries": ["q"]}, urlContextMetadata={"a": 1}),
        [
            about("extra:groundingMetadata", {"webSearchQueries": ["q"]}, "/groundingMetadata"),
            about("extra:urlContextMetadata", {"a": 1}, "/urlContextMetadata"),
        ],
    ),
    "empty grounding": (chunk(groundingMetadata={}), []),
    "a continuation": (
        chunk(finishReason="CONTINUATION", continuationToken="t"),
        [
            about("extra:continuationToken", "t", "/continuationToken"),
            Stop(0, "length", "CONTINUATION", FIRST + "/finishReason"),
        ],
    ),
    "something else": ({"choices": []}, [Unknown("chunk", {"choices": []}, "")]),
}


@pytest.mark.parametrize(("value", "deltas"), CHUNKS.values(), ids=CHUNKS.keys())
def test_a_chunk_reads_as_its_deltas(value: object, deltas: list[Delta]) -> None:
    assert list(read(None, value)) == deltas


STRANGE: dict[str, tuple[object, list[Delta]]] = {
    "text": ("Hi", [Malformed("the chunk is not an object", "")]),
    "an array of text": (["Hi"], [Malformed("the chunk is not an object", "/0")]),
    "candidates that are an object": (
        {"candidates": {}},
        [Malformed("candidates is not an array", "/candidates")],
    ),
    "a candidate that is null": (
        {"candidates": [None]},
        [Malformed("the candidate is not an object", FIRST)],
    ),
    "an index that is text": (
        chunk(index="1", finishReason="STOP"),
        [
            Malformed("index is not a whole number", FIRST + "/index"),
            Stop(0, "stop", "STOP", FIRST + "/finishReason"),
        ],
    ),
    "content that is an array": (
        chunk(content=[]),
        [Malformed("content is not an object", FIRST + "/content")],
    ),
    "parts that are an object": (
        chunk(content={"parts": {}}),
        [Malformed("parts is not an array", FIRST + "/content/parts")],
    ),
    "a finish reason that is a number": (
        chunk(finishReason=1),
        [Malformed("finishReason is not a word", FIRST + "/finishReason")],
    ),
    "a finish reason that is empty": (
        chunk(finishReason=""),
        [Malformed("finishReason is not a word", FIRST + "/finishReason")],
    ),
    "feedback and usage of the wrong type": (
        {"promptFeedback": [], "usageMetadata": 1},
        [
            Malformed("promptFeedback is not an object", "/promptFeedback"),
            Malformed("usageMetadata is not an object", "/usageMetadata"),
        ],
    ),
    "a block reason that is a number": (
        {"promptFeedback": {"blockReason": 1}},
        [Malformed("blockReason is not a string", "/promptFeedback/blockReason")],
    ),
    "ids that are numbers": (
        {"responseId": 1, "modelVersion": 2},
        [
            Malformed("responseId is not a string", "/responseId"),
            Malformed("modelVersion is not a string", "/modelVersion"),
        ],
    ),
    "citations of the wrong types": (
        {"candidates": [{"citationMetadata": []}, {"citationMetadata": {"citations": {}}}]},
        [
            Malformed("citationMetadata is not an object", FIRST + "/citationMetadata"),
            Malformed("citations is not an array", "/candidates/1/citationMetadata/citations"),
        ],
    ),
    "an error that is text": (
        {"error": "boom"},
        [
            Malformed("error is not an object", "/error"),
            Failure(None, None, "boom", "boom", "/error"),
        ],
    ),
}


@pytest.mark.parametrize(("value", "deltas"), STRANGE.values(), ids=STRANGE.keys())
def test_what_is_wrong_is_said_and_the_rest_is_read(value: object, deltas: list[Delta]) -> None:
    assert list(read(None, value)) == deltas


def test_the_name_of_an_event_says_nothing() -> None:
    value = chunk(content={"parts": [{"text": "Hi"}]})
    assert list(read("message", value)) == list(read(None, value))


WORDS = {
    **FINISH,
    "OTHER": "unknown",
    "ESCALATION": "unknown",
    "PUP_LIMITED_DISABLED": "unknown",
    "FINISH_REASON_UNSPECIFIED": "unknown",
    "FAKE_ENUM": "unknown",
}


@pytest.mark.parametrize(("raw", "neutral"), WORDS.items())
def test_a_finish_reason_has_a_neutral_word_and_keeps_its_own(raw: str, neutral: str) -> None:
    assert list(read(None, chunk(finishReason=raw))) == [
        Stop(0, neutral, raw, FIRST + "/finishReason")
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
parts = st.dictionaries(
    st.sampled_from(
        [
            *("text", "thought", "thoughtSignature", "functionCall", "inlineData", "new"),
            *("executableCode", "codeExecutionResult", "toolCall", "toolResponse", "fileData"),
        ]
    ),
    json_values
    | st.dictionaries(
        st.sampled_from(["name", "args", "id", "partialArgs", "willContinue", "mimeType", "data"]),
        json_values,
    ),
    max_size=4,
)
near_chunks = st.builds(
    lambda found, content, rest: {
        **rest,
        "candidates": [{**rest, "content": {**content, "parts": found}}, rest],
    },
    st.lists(parts | json_values, max_size=3),
    st.dictionaries(st.sampled_from(["role", "parts"]), json_values),
    st.dictionaries(
        st.sampled_from(
            [
                *("index", "finishReason", "citationMetadata", "groundingMetadata", "error"),
                *("logprobsResult", "promptFeedback", "usageMetadata", "responseId", "content"),
            ]
        ),
        json_values,
    ),
)


@given(st.none() | st.text(max_size=20), json_values | near_chunks | st.lists(near_chunks))
def test_any_json_value_reads_as_deltas(name: str | None, value: object) -> None:
    before = repr(value)
    assert all(isinstance(found, Delta) for found in read(name, value))
    assert repr(value) == before


@pytest.mark.parametrize("thought", [True, False], ids=["thought", "text"])
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
@given(st.text(min_size=1), st.text(min_size=1))
def test_two_texts_differ_in_the_text_alone(
    thought: bool, signed: bool, one: str, two: str
) -> None:
    signature = {"thoughtSignature": "s"} if signed else {}

    def found(text: str) -> list[Delta]:
        part: dict[str, Any] = {"text": text, "thought": thought, **signature}
        return [*read(None, chunk(content={"role": "model", "parts": [part]}))]

    retold = [d._replace(text=two) if isinstance(d, Append) else d for d in found(one)]
    assert retold == found(two)


@pytest.mark.corpus
def test_recorded_streams_hold_nothing_malformed_and_nothing_unknown(corpus: Path) -> None:
    assert odd(corpus, "gemini") == []
