"""The non-streamed answer, and how it equals its streamed twin."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.delta import (
    Append,
    Assign,
    Copy,
    Delta,
    Ended,
    Failure,
    Identity,
    Kind,
    Malformed,
    Open,
    Role,
    ShutPart,
    Stop,
    Unknown,
    Usage,
)
from streamgauge.dialects.openai_responses import DIALECT
from streamgauge.message import Message
from streamgauge.transcript.aggregate import Aggregator
from streamgauge.transcript.chunk import Chunk, State
from streamgauge.wire.event import Event

TEXT = Kind.TEXT
LIMIT = {"message": "slow down", "type": "rate_limit", "code": "rate_limit_exceeded"}

DOCUMENTS: dict[str, tuple[object, list[Delta]]] = {
    "an answer in words": (
        {
            "id": "r",
            "object": "response",
            "model": "m",
            "status": "completed",
            "output": [
                {
                    "type": "message",
                    "role": "assistant",
                    "content": [
                        {
                            "type": "output_text",
                            "text": "Hi",
                            "annotations": [{"type": "url_citation"}],
                            "logprobs": [{"token": "Hi"}],
                        }
                    ],
                }
            ],
            "usage": {"input_tokens": 1},
        },
        [
            Identity("r", "m"),
            Usage({"input_tokens": 1}, "/usage"),
            Role(0, "assistant", "/output/0/role"),
            Open(0, (0, 0), TEXT, "/output/0/content/0", 0),
            Append(0, (0, 0), TEXT, "Hi", "/output/0/content/0/text"),
            Assign(
                0,
                (0, 0),
                TEXT,
                "citation",
                {"type": "url_citation"},
                "/output/0/content/0/annotations/0",
            ),
            Assign(0, (0, 0), TEXT, "logprobs", [{"token": "Hi"}], "/output/0/content/0/logprobs"),
            Copy(0, (0, 0), "content", "Hi", "/output/0/content/0/text"),
            ShutPart(0, (0, 0), "/output/0"),
            Stop(0, "stop", "completed", "/status"),
            Ended("response.completed"),
        ],
    ),
    "an answer that waits": (
        {"id": "r", "object": "response", "status": "queued", "output": []},
        [Identity("r", None)],
    ),
    "an answer cut by length": (
        {
            "object": "response",
            "status": "incomplete",
            "incomplete_details": {"reason": "max_output_tokens"},
        },
        [
            Stop(0, "length", "max_output_tokens", "/incomplete_details/reason"),
            Ended("response.incomplete"),
        ],
    ),
    "a failed answer": (
        {"object": "response", "status": "failed", "error": LIMIT},
        [
            Failure("rate_limit", "rate_limit_exceeded", "slow down", LIMIT, "/error"),
            Stop(0, "error", "failed", "/status"),
        ],
    ),
    "an error document": (
        {"error": LIMIT},
        [Failure("rate_limit", "rate_limit_exceeded", "slow down", LIMIT, "/error")],
    ),
    "something else": ({"a": 1}, [Unknown("document without output", {"a": 1}, "")]),
    "no object": ([], [Malformed("an answer is not an object", "")]),
    "a status that is no string": (
        {"object": "response", "status": 3},
        [Malformed("status is not a string", "/status")],
    ),
}


@pytest.mark.parametrize(("value", "deltas"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_document_gives_its_deltas(value: object, deltas: list[Delta]) -> None:
    assert list(DIALECT.document(value)) == deltas


ARE_DOCUMENTS = {
    "an answer": ({"object": "response"}, True),
    "an error": ({"error": LIMIT}, True),
    "an error of another dialect by its type": ({"type": "error", "error": LIMIT}, False),
    "an error of another dialect by its status": (
        {"error": {"code": 503, "message": "Busy", "status": "UNAVAILABLE"}},
        False,
    ),
    "an event": ({"type": "response.created", "response": {}}, False),
    "a list": ([], False),
}


@pytest.mark.parametrize(("value", "so"), ARE_DOCUMENTS.values(), ids=ARE_DOCUMENTS.keys())
def test_documents_are_told_from_events(value: object, so: bool) -> None:
    assert DIALECT.is_document(value) is so


def fold(deltas: list[tuple[object, tuple[Delta, ...]]]) -> Message:
    aggregator = Aggregator(DIALECT, {})
    for number, (value, read) in enumerate(deltas):
        event = Event(number, 0, 0, None, json.dumps(value).encode(), True, 0)
        aggregator.fold(Chunk(event, State.JSON, value, read, (), None))
    return aggregator.finish().message


ITEMS: dict[str, dict[str, Any]] = {
    "words": {
        "type": "message",
        "id": "m",
        "role": "assistant",
        "phase": "commentary",
        "content": [{"type": "output_text", "text": "Hi"}, {"type": "refusal", "refusal": "No"}],
    },
    "reasoning": {
        "type": "reasoning",
        "id": "rs",
        "summary": [{"type": "summary_text", "text": "hm"}],
        "encrypted_content": "gAAA",
    },
    "hidden reasoning": {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "g"},
    "a call": {
        "type": "function_call",
        "id": "fc",
        "call_id": "c",
        "name": "f",
        "arguments": "{}",
    },
    "a search": {"type": "web_search_call", "id": "ws", "action": {"query": "q"}},
    "a program": {"type": "program", "id": "cm", "call_id": "c", "code": "1", "fingerprint": "g"},
    "code": {"type": "code_interpreter_call", "id": "ci", "code": "1", "outputs": [{"logs": "1"}]},
    "an output": {"type": "program_output", "id": "cmo", "call_id": "c", "result": "1"},
    "an image": {"type": "image_generation_call", "id": "ig", "result": "AAAA"},
    "somebody's own": {"type": "slug:card", "id": "x", "n": 1},
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS.keys())
def test_a_document_says_what_its_streamed_twin_says(item: dict[str, Any]) -> None:
    whole = {"id": "r", "object": "response", "status": "completed", "output": [item]}
    streamed: list[dict[str, Any]] = [
        {"type": "response.created", "response": {"id": "r"}},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        *(
            {
                "type": "response.content_part.added",
                "output_index": 0,
                "content_index": at,
                "part": part,
            }
            for at, part in enumerate(item.get("content", []))
        ),
        *(
            {
                "type": "response.reasoning_summary_part.added",
                "output_index": 0,
                "summary_index": at,
                "part": part,
            }
            for at, part in enumerate(item.get("summary", []))
        ),
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": whole},
    ]
    twin = fold([(value, tuple(DIALECT.read(None, value))) for value in streamed])
    assert fold([(whole, tuple(DIALECT.document(whole)))]) == twin
    assert twin.choices[0].parts


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["message", "reasoning", "failed"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "content", "summary", "text", "annotations", "status"]), inner
        )
    ),
)


@given(
    JSON
    | st.fixed_dictionaries({"output": JSON | st.lists(st.sampled_from([*ITEMS.values()]) | JSON)})
)
def test_reading_a_document_is_total(value: object) -> None:
    assert all(isinstance(delta, Delta) for delta in DIALECT.document(value))
    assert DIALECT.is_document(value) in (True, False)
