"""A line of the log says what was sent and when, and holds no key."""

from __future__ import annotations

import json

from streamgauge.exchange import Close, Exchange, Head, Request
from streamgauge.replay.sent import Sent, log_line

SENT = Sent(
    request=Request(
        url="http://127.0.0.1:1/v1/x?key=planted-secret-value",
        headers=(("authorization", "Bearer planted-secret-value"),),
        body=b"{}",
    ),
    exchange=Exchange(source="a.sse", head=Head(status=429), body=b"secret body"),
    began=100.0,
    segments=((0, 100.0105), (6, 100.5)),
    ended=100.75,
    close=Close.EOF,
)


def test_times_are_milliseconds_since_the_request() -> None:
    shown = json.loads(log_line(SENT))
    assert shown["segments"] == [[0, 10.5], [6, 500.0]]
    assert shown["ended_ms"] == 750.0
    assert (shown["source"], shown["status"], shown["close"]) == ("a.sse", 429, "eof")


def test_a_line_is_one_line_without_key_or_body() -> None:
    line = log_line(SENT, secrets=(b"planted-secret-value",))
    assert "\n" not in line
    assert "planted" not in line
    assert "body" not in line
