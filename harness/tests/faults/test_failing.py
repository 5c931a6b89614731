"""Errors in the shape of their dialect, but for one thing."""

from __future__ import annotations

import json

import pytest

from streamgauge.faults import failing
from streamgauge.faults.fault import Fault

CHAT = "written: chat: thoughts, text, two calls"
MESSAGES = "written: messages: thinking, text, two calls"
RESPONSES = "written: responses: thoughts, text, two calls"


def last(fault: Fault, one) -> tuple[str | None, dict[str, object]]:
    """The name and the JSON of the last event."""
    lines = fault(one.exchange, one.setting).body.decode().split("\n\n")[-2].split("\n")
    named = [line[7:] for line in lines if line.startswith("event: ")]
    return (named[0] if named else None), json.loads(lines[-1].removeprefix("data: "))


def test_an_error_without_words_has_no_message(good) -> None:
    assert last(failing.error_without_words, good(MESSAGES)) == (
        "error",
        {"type": "error", "error": {"type": "server_error"}},
    )


@pytest.mark.parametrize(
    ("fault", "stream", "name", "keys"),
    [
        (failing.error_without_name, MESSAGES, None, ["type", "error"]),
        (failing.error_without_envelope, MESSAGES, "error", ["code", "message", "type"]),
        (failing.error_without_failed, RESPONSES, "error", ["type", "code", "param", "message"]),
        (failing.error_as_of_http, RESPONSES, None, ["error"]),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_what_an_error_event_lacks(
    fault: Fault, stream: str, name: str | None, keys: list[str], good
) -> None:
    found, told = last(fault, good(stream))
    assert (found, list(told)) == (name, keys)


def test_an_error_is_all_that_comes(good) -> None:
    one = good(CHAT)
    assert failing.error_first(one.exchange, one.setting).body.count(b"data: ") == 1


def test_the_answer_goes_on_behind_an_error(good) -> None:
    one = good(CHAT)
    spoiled = failing.error_then_answer(one.exchange, one.setting).body
    start = spoiled.index(b'data: {"error"')
    end = spoiled.index(b"\n\n", start) + 2
    assert spoiled[:start] + spoiled[end:] == one.exchange.body


def test_an_error_is_written_into_an_open_line(good) -> None:
    one = good(RESPONSES)
    body = failing.error_inside_event(one.exchange, one.setting).body
    assert body.split(b"\n")[-3].startswith(b'data: {"type":"respdata: {"type":"error"')


@pytest.mark.parametrize(
    ("fault", "status", "type", "starts"),
    [
        (failing.framework_refusal, 422, "application/json", b'{"detail":'),
        (failing.refusal_in_words, 500, "text/plain", b"Internal Server Error"),
        (failing.empty_refusal, 503, "text/plain", b""),
        (failing.error_document, 200, "application/json", b'{"error":'),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_how_a_request_is_refused(
    fault: Fault, status: int, type: str, starts: bytes, good
) -> None:
    one = good(CHAT)
    spoiled = fault(one.exchange, one.setting)
    assert (spoiled.head.status, spoiled.head.content_type) == (status, type)
    assert spoiled.body.startswith(starts)
