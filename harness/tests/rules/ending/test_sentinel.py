"""The sentinel: sent, once, exact, and only where it belongs."""

from __future__ import annotations

import pytest

from streamgauge.rules.ending.sentinel import (
    no_foreign_sentinel,
    sentinel_is_exact,
    sentinel_is_sent,
    sentinel_once,
)

TEXT = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
STOP = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
DONE = b"data: [DONE]\n\n"


@pytest.mark.parametrize(
    ("body", "event"),
    [
        pytest.param(STOP + DONE, None, id="sent"),
        pytest.param(STOP, 0, id="not-sent"),
        pytest.param(TEXT * 5 + STOP, 5, id="not-sent-after-look-alikes"),
        pytest.param(STOP + b"data: [done]\n\n", None, id="inexact-has-its-own-rule"),
        pytest.param(STOP + b"data: [DONE]\n", None, id="unclosed-is-for-framing"),
        pytest.param(STOP + b",data: [DONE]\n\n", None, id="no-field-is-for-framing"),
        pytest.param(STOP + b": [DONE]\n\n", 0, id="a-comment-is-no-sentinel"),
    ],
)
def test_the_sentinel_comes(court, body, event) -> None:
    findings = court(sentinel_is_sent, body).findings
    assert [one.event for one in findings] == ([] if event is None else [event])


def test_a_vendor_without_a_sentinel_sends_none(court) -> None:
    assert not court(sentinel_is_sent, STOP, facts={"end-marker": "none"}).findings
    assert court(sentinel_is_sent, STOP, facts={"end-marker": "[DONE]"}).findings


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(TEXT, "the stream did not reach its end", id="cut"),
        pytest.param(
            TEXT + b'data: {"error":{"message":"x"}}\n\n',
            "the stream did not reach its end",
            id="failed",
        ),
        pytest.param(
            STOP[6:-1] * 2, "the body is not framed as server-sent events", id="json-lines-lost-it"
        ),
    ],
)
def test_the_sentinel_is_not_asked_of(court, body, reason) -> None:
    assert [one.reason for one in court(sentinel_is_sent, body).skipped] == [reason]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(STOP + DONE, [], id="once"),
        pytest.param(STOP, [], id="never-is-another-rule"),
        pytest.param(STOP + DONE + DONE, [(2, 1)], id="twice"),
        pytest.param(DONE + STOP + DONE + DONE, [(2, 2)], id="three-times"),
    ],
)
def test_the_sentinel_comes_once(court, body, expected) -> None:
    findings = court(sentinel_once, body).findings
    assert [(one.event, one.times) for one in findings] == expected


@pytest.mark.parametrize(
    ("data", "got"),
    [
        pytest.param(b"[DONE]", None, id="exact"),
        pytest.param(b"[DONE] ", "'[DONE] '", id="trailing-blank"),
        pytest.param(b"[DONE]\r", None, id="cr-ends-the-line"),
        pytest.param(b" [DONE]", "' [DONE]'", id="two-blanks"),
        pytest.param(b"[done]", "'[done]'", id="small"),
        pytest.param(b'"[DONE]"', "'\"[DONE]\"'", id="json-string"),
        pytest.param(b"DONE", "'DONE'", id="no-brackets"),
        pytest.param(b'{"done":true}', None, id="an-object-is-a-chunk"),
        pytest.param(b'"well done"', None, id="other-words"),
    ],
)
def test_the_sentinel_is_exact(court, data, got) -> None:
    findings = court(sentinel_is_exact, STOP + b"data: " + data + b"\n\n").findings
    found = [(one.event, one.got) for one in findings]
    assert found == ([] if got is None else [(1, got)])


@pytest.mark.parametrize(
    ("body", "dialect", "events"),
    [
        pytest.param(
            b'event: ping\ndata: {"type":"ping"}\n\n', "anthropic-messages", [], id="none"
        ),
        pytest.param(
            b'event: message_stop\ndata: {"type":"message_stop"}\n\n' + DONE,
            "anthropic-messages",
            [1],
            id="messages",
        ),
        pytest.param(
            b'data: {"candidates":[{"finishReason":"STOP"}]}\n\n' + DONE, "gemini", [1], id="gemini"
        ),
    ],
)
def test_a_sentinel_of_another_dialect(court, body, dialect, events) -> None:
    assert [one.event for one in court(no_foreign_sentinel, body, dialect).findings] == events
