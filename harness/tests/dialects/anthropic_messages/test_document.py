"""Whole answers of the Messages API."""

from __future__ import annotations

import pytest

from streamgauge.delta import (
    Append,
    Ended,
    Failure,
    Identity,
    Kind,
    Malformed,
    Open,
    Role,
    ShutPart,
    Stop,
    Usage,
)
from streamgauge.dialects.anthropic_messages.document import document, is_document

ANSWER = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "Hi"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 3, "output_tokens": 1},
}
ERROR = {"type": "error", "error": {"type": "not_found_error", "message": "No"}, "request_id": "r"}


def test_an_answer_reads_as_its_stream_would() -> None:
    assert list(document(ANSWER)) == [
        Identity("msg_1", "m"),
        Role(0, "assistant", "/role"),
        Open(0, 0, Kind.TEXT, "/content/0", 0),
        Append(0, 0, Kind.TEXT, "Hi", "/content/0/text"),
        ShutPart(0, 0, "/content/0"),
        Stop(0, "stop", "end_turn", "/stop_reason"),
        Usage({"input_tokens": 3, "output_tokens": 1}, "/usage"),
        Ended("document"),
    ]


def test_an_error_answer_is_a_failure() -> None:
    failure = Failure("not_found_error", None, "No", ERROR["error"], "/error")
    assert list(document(ERROR)) == [failure]


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_what_is_no_object_is_said_to_be_none(value: object) -> None:
    assert list(document(value)) == [Malformed("the answer is not an object", "")]


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (ANSWER, True),
        (ERROR, True),
        ({"type": "error", "message": "x"}, False),
        ({"type": "message"}, False),
        ({"type": "message_start", "message": ANSWER}, False),
        ({}, False),
        (None, False),
        ([ANSWER], False),
    ],
)
def test_a_document_is_told_by_its_shape(value: object, is_one: bool) -> None:
    assert is_document(value) is is_one
