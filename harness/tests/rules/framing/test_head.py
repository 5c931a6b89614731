"""The head of a stream: its type and its status."""

from __future__ import annotations

import pytest

from streamgauge.rules.framing.head import content_type_is_event_stream, status_is_ok

SSE = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
ARRAY = b'[{"candidates":[{"finishReason":"STOP"}]}\n]\n'
LINES = b'{"choices":[]}\n{"choices":[]}\n'


@pytest.mark.parametrize(
    ("body", "content_type", "got"),
    [
        pytest.param(SSE, "text/event-stream", None, id="events"),
        pytest.param(SSE, "TEXT/Event-Stream ; charset=utf-8", None, id="parameter-and-case"),
        pytest.param(SSE, "text/event-stream;", None, id="semicolon-alone"),
        pytest.param(SSE, "application/json", "application/json", id="events-as-json"),
        pytest.param(SSE, "text/plain", "text/plain", id="events-as-text"),
        pytest.param(ARRAY, "application/json; charset=UTF-8", None, id="array"),
        pytest.param(ARRAY, "text/event-stream", "text/event-stream", id="array-as-events"),
        pytest.param(LINES, "application/x-ndjson", None, id="lines"),
        pytest.param(LINES, "text/event-stream", "text/event-stream", id="lines-as-events"),
        pytest.param(b"", "text/html", None, id="nothing-to-name"),
    ],
)
def test_the_type_names_the_framing(court, body, content_type, got) -> None:
    dialect = "gemini" if body is ARRAY else "openai-chat"
    outcome = court(content_type_is_event_stream, body, dialect, content_type=content_type)
    assert [one.got for one in outcome.findings] == ([] if got is None else [got])


def test_an_unknown_type_is_not_asked_about(court) -> None:
    (skipped,) = court(content_type_is_event_stream, SSE, status=200).skipped
    assert skipped.reason == "no response headers are known"


@pytest.mark.parametrize(
    ("status", "findings"), [(200, []), (201, ["201"]), (204, ["204"]), (500, ["500"])]
)
def test_a_stream_has_status_200(court, status, findings) -> None:
    assert [one.got for one in court(status_is_ok, SSE, status=status).findings] == findings


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        pytest.param(SSE, None, "no response status is known", id="no-status"),
        pytest.param(b'{"error":{}}', 500, "the body is not a stream", id="error-document"),
        pytest.param(b"Sorry", 500, "the body is not a stream", id="words"),
        pytest.param(b"", 500, "the body is not a stream", id="nothing"),
    ],
)
def test_status_is_not_asked_of(court, body, status, reason) -> None:
    assert [one.reason for one in court(status_is_ok, body, status=status).skipped] == [reason]


@pytest.mark.parametrize(
    ("body", "status", "findings"),
    [
        pytest.param(b'[{"error":{"code":429}}]', 429, [], id="a-refusal-in-an-array"),
        pytest.param(b'[{"error":{"code":429}}]', 204, ["204"], id="no-failing-status"),
        pytest.param(ARRAY[:-2] + b',{"error":{}}]', 500, ["500"], id="an-answer-and-an-error"),
        pytest.param(b'data: {"error":{"code":429}}\n\n', 429, ["429"], id="an-event"),
    ],
)
def test_an_array_of_an_error_is_a_refusal(court, body, status, findings) -> None:
    outcome = court(status_is_ok, body, "gemini", status=status)
    assert [one.got for one in outcome.findings] == findings
