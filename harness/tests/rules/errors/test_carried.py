"""How errors are carried: event name, framing, status."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.errors.carried import (
    error_event_is_named,
    error_is_framed,
    status_tells_failure,
)

START = b'event: message_start\ndata: {"type": "message_start", "message": {}}\n\n'
TYPED = b'data: {"type": "error", "error": {"type": "api_error", "message": "sorry"}}\n\n'


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        pytest.param(START + b"event: error\n" + TYPED, [], id="named"),
        pytest.param(START + TYPED, [(1, "no name")], id="no name"),
        pytest.param(START + b"event: message\n" + TYPED, [(1, "message")], id="another name"),
        pytest.param(TYPED, [(0, "no name")], id="nothing but the error"),
        pytest.param(
            START.split(b"\n", 1)[1] + TYPED, [], id="no event has a name, which is asked elsewhere"
        ),
    ],
)
def test_error_event_is_named(body: bytes, wanted: Any, court: Any) -> None:
    outcome = court(error_event_is_named, body, "anthropic-messages")
    assert not outcome.skipped
    assert [(f.event, f.got) for f in outcome.findings] == wanted


TEXT = b'data: {"choices": [{"index": 0, "delta": {"content": "ab"}}]}\n\n'


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        pytest.param(TEXT + b'data: {"error": {"message": "no"}}\n\n', [], id="in a data line"),
        pytest.param(TEXT + b": error\n\n", [], id="a comment"),
        pytest.param(TEXT + b"smoke: 1\n\n", [], id="another unknown field"),
        pytest.param(
            TEXT + b'{"error": {"message": "no"}}\n\n', [(1, len(TEXT), 28)], id="bare JSON"
        ),
        pytest.param(TEXT + b'{"error": "no"}', [(1, len(TEXT), 15)], id="bare JSON at the end"),
        pytest.param(TEXT + b"error: no\n\n" + TEXT, [(1, len(TEXT), 9)], id="a line of its own"),
        pytest.param(
            TEXT + b"\r\nsmoke\r\nerror: no\r\n" + TEXT,
            [(1, len(TEXT) + 9, 9)],
            id="in front of an event, CRLF",
        ),
        pytest.param(
            TEXT + b'{\n  "error": {\n    "code": 499\n  }\n}\n\n',
            [(1, len(TEXT) + 2, 12)],
            id="bare JSON over several lines",
        ),
        pytest.param(TEXT + b"errors: 5\n\n", [], id="a longer word"),
        pytest.param(
            TEXT + b'data: {\n "status": "completed",\n "error": null\n}\n\n',
            [],
            id="an answer over several lines that has no error",
        ),
    ],
)
def test_error_is_framed(body: bytes, wanted: Any, court: Any) -> None:
    outcome = court(error_is_framed, body, content_type="text/event-stream")
    assert not outcome.skipped
    found = [(f.event, f.span[0], f.span[1] - f.span[0]) for f in outcome.findings]
    assert found == wanted


ERROR = b'data: {"error": {"message": "sorry"}}\n\n'
ROLE = b'data: {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}\n\n'


@pytest.mark.parametrize(
    ("body", "status", "events"),
    [
        pytest.param(ERROR, 503, [], id="told"),
        pytest.param(ERROR, 200, [0], id="a success that is none"),
        pytest.param(ROLE + ERROR, 200, [1], id="nothing said before"),
        pytest.param(TEXT + ERROR, 200, [], id="too late for the status"),
        pytest.param(ERROR + TEXT, 200, [0], id="what is said behind it excuses nothing"),
        pytest.param(b'{"error": {"message": "sorry"}}', 200, [0], id="a document"),
        pytest.param(b'{"error": {"message": "sorry"}}', 429, [], id="a document that tells"),
    ],
)
def test_status_tells_failure(body: bytes, status: int, events: list[int], court: Any) -> None:
    outcome = court(status_tells_failure, body, status=status)
    assert not outcome.skipped
    assert [f.event for f in outcome.findings] == events


def test_an_unknown_status_tells_nothing(court: Any) -> None:
    assert court(status_tells_failure, ERROR).skipped
    assert court(status_tells_failure, ERROR, content_type="text/event-stream").passed
