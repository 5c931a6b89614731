"""The result record: every kind of part in its own words, and what is unknown is null."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge import check
from streamgauge.delta import Kind
from streamgauge.exchange import Close, Exchange
from streamgauge.message import ArgumentsState, Choice, Fault, Message, Part, UsageTotals
from streamgauge.verdict.record import message, metadata, part, unreadable

PARTS: dict[str, tuple[Part, dict[str, Any]]] = {
    "text": (Part(kind=Kind.TEXT, content="a"), {"type": "text", "content": "a"}),
    "rich text": (
        Part(kind=Kind.TEXT, content="a", citations=(1,), logprobs=(2,)),
        {"type": "text", "content": "a", "citations": [1], "logprobs": [2]},
    ),
    "reasoning": (
        Part(kind=Kind.REASONING, content="h", field="reasoning"),
        {"type": "reasoning", "content": "h", "field": "reasoning"},
    ),
    "redacted reasoning": (
        Part(kind=Kind.REASONING, redacted=True, signature="s"),
        {"type": "reasoning", "content": "", "field": None, "redacted": True, "signature": "s"},
    ),
    "a refusal": (Part(kind=Kind.REFUSAL, content="n"), {"type": "refusal", "content": "n"}),
    "a call": (
        Part(
            kind=Kind.TOOL_CALL,
            id="c",
            name="f",
            index=0,
            arguments={"a": 1},
            arguments_json='{"a":1}',
            arguments_state=ArgumentsState.COMPLETE,
        ),
        {
            "type": "tool_call",
            "id": "c",
            "name": "f",
            "arguments": {"a": 1},
            "arguments_json": '{"a":1}',
            "arguments_state": "complete",
            "index": 0,
        },
    ),
    "a server's call": (
        Part(kind=Kind.SERVER_TOOL_CALL, id="c", name="f", arguments={}),
        {"type": "server_tool_call", "id": "c", "name": "f", "arguments": {}},
    ),
    "a server's call whose arguments stayed raw": (
        Part(kind=Kind.SERVER_TOOL_CALL, id="c", name="f", raw={"a": 1}),
        {"type": "server_tool_call", "id": "c", "name": "f", "arguments": {"a": 1}},
    ),
    "a server's response": (
        Part(kind=Kind.SERVER_TOOL_CALL_RESPONSE, id="c", response=[]),
        {"type": "server_tool_call_response", "id": "c", "response": []},
    ),
    "a blob": (
        Part(kind=Kind.BLOB, mime_type="image/png", size=3, sha256="0"),
        {"type": "blob", "mime_type": "image/png", "bytes": 3, "sha256": "0"},
    ),
    "something else": (
        Part(kind=Kind.GENERIC, name="x", raw={"a": 1}, extra={"b": 2}),
        {"type": "generic", "kind": "x", "raw": {"a": 1}, "extra": {"b": 2}},
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_has_the_members_of_its_kind(name: str) -> None:
    one, expected = PARTS[name]
    found = part(one)
    assert {key: found[key] for key in expected} == expected
    assert set(found) - set(expected) <= {"broken"}


def test_every_kind_is_tried() -> None:
    assert {one.kind for one, _ in PARTS.values()} == set(Kind)


def test_a_message_is_its_choices_usage_and_error() -> None:
    choice = Choice(index=1, role="a", finish_reason="stop", raw_finish_reason="eos")
    usage = UsageTotals(input_tokens=0, raw={"x": 1})
    error = Fault(type="t", code=7, message="m", raw="r")
    said = Message(id="i", model="m", choices=(choice,), usage=usage, error=error)
    assert message(said) == {
        "id": "i",
        "model": "m",
        "choices": [
            {
                "index": 1,
                "role": "a",
                "parts": [],
                "finish_reason": "stop",
                "raw_finish_reason": "eos",
            }
        ],
        "usage": {
            "input_tokens": 0,
            "output_tokens": None,
            "reasoning_tokens": None,
            "cache_read_tokens": None,
            "cache_write_tokens": None,
            "raw": {"x": 1},
        },
        "error": {"type": "t", "code": 7, "message": "m", "raw": "r"},
    }


def test_a_message_that_says_nothing_is_nulls() -> None:
    said = message(Message())
    assert said == {"id": None, "model": None, "choices": [], "usage": None, "error": None}


CHUNK = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "a"}}]}


def test_metadata_counts_what_was_dispatched() -> None:
    body = b": hi\n\n" + f"data: {json.dumps(CHUNK)}\n\n".encode() * 3 + b"data: [DONE]\n\ndata: x"
    found = check(Exchange(body=body, close=Close.RESET)).record["metadata"]
    assert found == {
        "streamed": True,
        "bytes": len(body),
        "events": 4,
        "chunks": 3,
        "end_marker": "[DONE]",
        "close": "reset",
        "timings": None,
        "cache": None,
    }


def test_metadata_of_what_was_not_understood_counts_bytes_alone() -> None:
    found = metadata(Exchange(body=b"<html>"), None)
    assert (found["bytes"], found["events"], found["streamed"]) == (6, 0, False)


def test_what_is_no_stream_has_neither_dialect_nor_vendor() -> None:
    found = check(b"<html>").record
    nulls = [key for key in ("dialect", "vendor", "vendor_from", "ending", "message") if found[key]]
    assert (nulls, found["verdict"]) == ([], "unsupported")
    assert found["error"].startswith("not an LLM stream that we know")


def test_an_unreadable_input_says_why_and_has_the_same_members() -> None:
    found = unreadable("a.sse", "no such file")
    assert set(found) == set(check(b"<html>").record)
    assert (found["source"], found["verdict"], found["error"]) == (
        *("a.sse", "unreadable", "no such file"),
    )
