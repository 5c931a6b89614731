"""Reading one event of a Messages stream: every event, block, delta and error shape."""

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
from streamgauge.dialects.anthropic_messages.read import read
from tests.dialects.reading import odd

TEXT, THINKING, CALL = Kind.TEXT, Kind.REASONING, Kind.TOOL_CALL


def started(**message: object) -> dict[str, object]:
    return {"type": "message_start", "message": message}


def delta(type: str, index: object = 2, **members: object) -> dict[str, object]:
    return {
        "type": "content_block_delta",
        "index": index,
        "delta": {"type": type, **members},
    }


EVENTS: dict[str, tuple[object, list[Delta]]] = {
    "the head of a stream": (
        started(
            id="msg_1",
            type="message",
            role="assistant",
            model="m",
            content=[],
            stop_reason=None,
            usage={"input_tokens": 3},
        ),
        [
            Identity("msg_1", "m"),
            Role(0, "assistant", "/message/role"),
            Usage({"input_tokens": 3}, "/message/usage"),
        ],
    ),
    "a head without type and role": (
        started(id="msg_1", model="m", content=[]),
        [Identity("msg_1", "m")],
    ),
    "a head that holds a finished call": (
        started(
            id="msg_1",
            model="m",
            content=[{"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}}],
            stop_reason="tool_use",
        ),
        [
            Identity("msg_1", "m"),
            Open(0, 0, CALL, "/message/content/0", 0, id="t", name="f"),
            Assign(0, 0, CALL, "arguments", {"a": 1}, "/message/content/0/input"),
            ShutPart(0, 0, "/message/content/0"),
            Stop(0, "tool_call", "tool_use", "/message/stop_reason"),
        ],
    ),
    "text": (delta("text_delta", text="Hi"), [Append(0, 2, TEXT, "Hi", "/delta/text")]),
    "empty text": (delta("text_delta", text=""), [Append(0, 2, TEXT, "", "/delta/text")]),
    "thinking": (
        delta("thinking_delta", thinking="Hm"),
        [Append(0, 2, THINKING, "Hm", "/delta/thinking", "thinking")],
    ),
    "arguments": (
        delta("input_json_delta", partial_json='{"a'),
        [Append(0, 2, CALL, '{"a', "/delta/partial_json")],
    ),
    "a signature": (
        delta("signature_delta", signature="s=="),
        [Assign(0, 2, THINKING, "signature", "s==", "/delta/signature")],
    ),
    "a citation": (
        delta("citations_delta", citation={"type": "char_location"}),
        [Assign(0, 2, TEXT, "citation", {"type": "char_location"}, "/delta/citation")],
    ),
    "a compaction": (
        delta("compaction_delta", content=None, encrypted_content="e"),
        [
            Assign(0, 2, Kind.GENERIC, "extra:content", None, "/delta/content"),
            Assign(0, 2, Kind.GENERIC, "extra:encrypted_content", "e", "/delta/encrypted_content"),
        ],
    ),
    "the end of a block": (
        {"type": "content_block_stop", "index": 2},
        [ShutPart(0, 2, "/index")],
    ),
    "the stop and the last usage": (
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 5},
        },
        [
            Stop(0, "stop", "end_turn", "/delta/stop_reason"),
            Usage({"output_tokens": 5}, "/usage"),
        ],
    ),
    "a message_delta without a stop": (
        {"type": "message_delta", "delta": {"stop_reason": None}, "usage": None},
        [],
    ),
    "the end": ({"type": "message_stop"}, [Ended("message_stop")]),
    "the end with the numbers of a proxy": (
        {"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 1}},
        [Ended("message_stop")],
    ),
    "a ping": ({"type": "ping"}, []),
    "an error": (
        {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
        [
            Failure(
                "overloaded_error",
                None,
                "Overloaded",
                {"type": "overloaded_error", "message": "Overloaded"},
                "/error",
            )
        ],
    ),
    "an error with a finer code": (
        {"type": "error", "error": {"type": "a", "details": {"error_code": "b"}}},
        [Failure("a", "b", None, {"type": "a", "details": {"error_code": "b"}}, "/error")],
    ),
    "an unknown event": (
        {"type": "vertex_event", "usage": {}},
        [Unknown("event type", "vertex_event", "/type")],
    ),
    "an unknown delta": (
        delta("audio_delta", audio="x"),
        [Unknown("delta type", "audio_delta", "/delta/type")],
    ),
}


@pytest.mark.parametrize(("value", "deltas"), EVENTS.values(), ids=EVENTS.keys())
def test_an_event_reads_as_its_deltas(value: Any, deltas: list[Delta]) -> None:
    assert list(read(value.get("type"), value)) == deltas


STRANGE: dict[str, tuple[object, list[Delta]]] = {
    "null": (None, [Malformed("the event is not an object", "")]),
    "an array": ([{"type": "ping"}], [Malformed("the event is not an object", "")]),
    "no type at all": ({}, [Malformed("type is missing or not a string", "")]),
    "a type that is a number": (
        {"type": 4},
        [Malformed("type is missing or not a string", "/type")],
    ),
    "an error without a type": (
        {"error": {"type": "a", "message": "b"}},
        [
            Malformed("type is missing or not a string", ""),
            Failure("a", None, "b", {"type": "a", "message": "b"}, "/error"),
        ],
    ),
    "an error that is a string": (
        {"type": "error", "error": "boom"},
        [
            Malformed("error is not an object", "/error"),
            Failure(None, None, "boom", "boom", "/error"),
        ],
    ),
    "an error without an error": (
        {"type": "error"},
        [Malformed("error is not an object", ""), Failure(None, None, None, None, "")],
    ),
    "a start without a message": (
        {"type": "message_start"},
        [Malformed("message is not an object", "")],
    ),
    "an id and a model that are numbers": (
        started(id=1, model=2),
        [
            Malformed("id is not a string", "/message/id"),
            Malformed("model is not a string", "/message/model"),
            Identity(None, None),
        ],
    ),
    "content that is text": (
        started(id="a", content="Hi"),
        [Identity("a", None), Malformed("content is not an array", "/message/content")],
    ),
    "a block that is text": (
        started(content=["Hi"]),
        [Identity(None, None), Malformed("the block is not an object", "/message/content/0")],
    ),
    "an index that is text": (
        delta("text_delta", index="0", text="Hi"),
        [
            Malformed("index is not a whole number", "/index"),
            Append(0, "0", TEXT, "Hi", "/delta/text"),
        ],
    ),
    "an index that is true": (
        {"type": "content_block_stop", "index": True},
        [Malformed("index is not a whole number", "/index"), ShutPart(0, None, "/index")],
    ),
    "no index": (
        {"type": "content_block_stop"},
        [Malformed("index is not a whole number", ""), ShutPart(0, None, "/index")],
    ),
    "text that is null": (
        delta("text_delta", text=None),
        [Malformed("text is not a string", "/delta/text")],
    ),
    "text that is missing": (
        delta("text_delta"),
        [Malformed("text is not a string", "/delta")],
    ),
    "a signature that is missing": (
        delta("signature_delta"),
        [Malformed("signature is not a string", "/delta")],
    ),
    "a citation that is null": (
        delta("citations_delta", citation=None),
        [Malformed("citation is not an object", "/delta/citation")],
    ),
    "a delta that is text": (
        {"type": "content_block_delta", "index": 0, "delta": "Hi"},
        [Malformed("delta is not an object", "/delta")],
    ),
    "a delta without a type": (
        {"type": "content_block_delta", "index": 0, "delta": {"type": []}},
        [Malformed("the type of the delta is not a string", "/delta")],
    ),
    "a start without a block": (
        {"type": "content_block_start", "index": 0},
        [Malformed("content_block is not an object", "")],
    ),
    "a stop reason that is a number, and usage that is a list": (
        {"type": "message_delta", "delta": {"stop_reason": 1}, "usage": []},
        [
            Malformed("stop_reason is not a string", "/delta/stop_reason"),
            Malformed("usage is not an object", "/usage"),
        ],
    ),
    "a message_delta without a delta": (
        {"type": "message_delta"},
        [Malformed("delta is not an object", "")],
    ),
}


@pytest.mark.parametrize(("value", "deltas"), STRANGE.values(), ids=STRANGE.keys())
def test_what_is_wrong_is_said_and_the_rest_is_read(value: object, deltas: list[Delta]) -> None:
    assert list(read(None, value)) == deltas


def test_the_name_of_an_event_stands_in_for_a_missing_type() -> None:
    value = {"index": 0, "delta": {"type": "text_delta", "text": "Hi"}}
    assert list(read("content_block_delta", value)) == [
        Malformed("type is missing or not a string", ""),
        Append(0, 0, TEXT, "Hi", "/delta/text"),
    ]


BARE = {"code": 500, "message": "sorry", "type": "server_error"}


@pytest.mark.parametrize(
    ("name", "deltas"),
    [
        ("error", [Failure("server_error", 500, "sorry", BARE, "")]),
        ("ping", [Unknown("event type", "server_error", "/type")]),
        (None, [Unknown("event type", "server_error", "/type")]),
    ],
    ids=["named error", "named otherwise", "not named"],
)
def test_an_error_without_its_envelope_is_one_by_its_name(
    name: str | None, deltas: list[Delta]
) -> None:
    assert list(read(name, BARE)) == deltas


STOPS = {
    "end_turn": "stop",
    "max_tokens": "length",
    "stop_sequence": "stop_sequence",
    "tool_use": "tool_call",
    "pause_turn": "pause",
    "refusal": "refusal",
    "model_context_window_exceeded": "context_window",
    "compaction": "pause",
    "something_new": "unknown",
    "": "unknown",
}


@pytest.mark.parametrize(("raw", "neutral"), STOPS.items(), ids=[word or "empty" for word in STOPS])
def test_a_stop_reason_has_a_neutral_word_and_keeps_its_own(raw: str, neutral: str) -> None:
    value = {"type": "message_delta", "delta": {"stop_reason": raw}}
    assert list(read(None, value)) == [Stop(0, neutral, raw, "/delta/stop_reason")]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["type", "index"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
members = st.dictionaries(
    st.sampled_from(
        [
            *("type", "index", "delta", "content_block", "message", "usage", "error", "content"),
            *("text", "thinking", "signature", "citation", "partial_json", "input", "id", "name"),
            *("citations", "data", "tool_use_id", "stop_reason", "role", "model", "details"),
        ]
    ),
    json_values
    | st.sampled_from(["text", "thinking", "tool_use", "text_delta", "signature_delta", "message"]),
    max_size=6,
)
EVENT_TYPES = sorted({value["type"] for value, _ in EVENTS.values() if isinstance(value, dict)})
near_events = st.builds(
    lambda event, delta, block, message, rest: {
        **rest,
        "type": event,
        "delta": delta,
        "content_block": block,
        "message": message,
    },
    st.sampled_from(EVENT_TYPES) | json_values,
    members | json_values,
    members | json_values,
    members | json_values,
    members,
)


@given(st.none() | st.text(max_size=20), json_values | members | near_events)
def test_any_json_value_reads_as_deltas(name: str | None, value: object) -> None:
    before = repr(value)
    assert all(isinstance(found, Delta) for found in read(name, value))
    assert repr(value) == before


@pytest.mark.parametrize(
    ("type", "member"),
    [("text_delta", "text"), ("thinking_delta", "thinking"), ("input_json_delta", "partial_json")],
)
@given(st.text(min_size=1), st.text(min_size=1))
def test_two_texts_differ_in_the_text_alone(type: str, member: str, one: str, two: str) -> None:
    (first,) = read(None, delta(type, **{member: one}))
    (second,) = read(None, delta(type, **{member: two}))
    assert isinstance(first, Append)
    assert first._replace(text=two) == second


@pytest.mark.corpus
def test_recorded_streams_hold_nothing_malformed_and_nothing_unknown(corpus: Path) -> None:
    assert odd(corpus, "anthropic-messages") == []
