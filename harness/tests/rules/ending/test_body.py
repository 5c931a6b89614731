"""A body: that there is one, and that it is a stream."""

from __future__ import annotations

import pytest

from streamgauge.rules.ending.body import answer_is_not_empty, body_is_a_stream

CHUNK = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
DOCUMENT = b'{"object":"chat.completion","choices":[{"message":{"content":"a"}}]}'
ASKED = {"model": "m", "messages": [], "stream": True}
PLAIN = {"model": "m", "messages": []}


@pytest.mark.parametrize(
    ("body", "got"),
    [
        pytest.param(CHUNK, None, id="a-chunk"),
        pytest.param(b'data: {"choi', None, id="cut-inside-the-first-event"),
        pytest.param(b"data: oops\n\n", None, id="unreadable-is-not-empty"),
        pytest.param(b"", "an empty body (0 bytes)", id="nothing"),
        pytest.param(b"\n\n\n", "an empty body (3 bytes)", id="blank-lines"),
        pytest.param(b": ping\n\n: ping\n\n", "no dispatched event in 16 bytes", id="comments"),
        pytest.param(b"retry: 1\n\nx\n\n", "no dispatched event in 13 bytes", id="no-data"),
        pytest.param(b"data: [DONE]\n\n", "the end marker alone", id="sentinel-alone"),
        pytest.param(b"[]", "no dispatched event in 2 bytes", id="empty-array"),
    ],
)
def test_emptiness(court, body, got) -> None:
    findings = court(answer_is_not_empty, body).findings
    assert [one.got for one in findings] == ([] if got is None else [got])


def test_a_failing_status_may_come_without_a_body(court) -> None:
    assert not court(answer_is_not_empty, b"", status=503).findings
    assert court(answer_is_not_empty, b"", status=200).findings


@pytest.mark.parametrize(
    ("body", "request_", "status", "got"),
    [
        pytest.param(CHUNK, ASKED, 200, None, id="stream"),
        pytest.param(CHUNK, None, None, None, id="stream-of-no-known-request"),
        pytest.param(b"", None, None, None, id="empty-has-its-own-rule"),
        pytest.param(DOCUMENT, ASKED, 200, "one JSON document", id="document-for-a-stream"),
        pytest.param(DOCUMENT, None, None, "one JSON document", id="document-of-no-known-request"),
        pytest.param(DOCUMENT, PLAIN, 200, None, id="document-asked-for"),
        pytest.param(b'{"error":{"message":"x"}}', ASKED, 429, None, id="error-under-its-status"),
        pytest.param(b'{"error":{"message":"x"}}', ASKED, 200, "one JSON document", id="error-200"),
        pytest.param(b"<html></html>", ASKED, 502, "HTML or XML page", id="page-under-any-status"),
        pytest.param(b"upstream timed out", ASKED, 200, "text of no known framing", id="text"),
        pytest.param(b"\x00\x01\x02\x03", ASKED, 200, "binary data", id="binary"),
    ],
)
def test_what_is_no_stream(court, body, request_, status, got) -> None:
    findings = court(body_is_a_stream, body, request=request_, status=status).findings
    assert [one.got.partition(":")[0] for one in findings] == ([] if got is None else [got])
