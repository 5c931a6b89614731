"""Where things end: the last event, the array, the limits."""

from __future__ import annotations

import pytest

from streamgauge.rules.framing.bounds import (
    array_is_closed,
    last_event_is_terminated,
    within_limits,
)
from streamgauge.wire.event import Limits

A = b'data: {"choices":[]}\n\n'
ELEMENT = b'{"candidates":[{"finishReason":"STOP"}]}'


@pytest.mark.parametrize(
    ("body", "dialect", "expected"),
    [
        pytest.param(A, "openai-chat", [], id="closed"),
        pytest.param(A + b": ping", "openai-chat", [], id="a-half-comment-is-nothing"),
        pytest.param(A + b"data: {}", "openai-chat", [(1, "a blank line", "data: {}")], id="half"),
        pytest.param(
            A + b"data: {}\n", "openai-chat", [(1, "a blank line", "data: {}")], id="line"
        ),
        pytest.param(A + b"\n\n", "openai-chat", [], id="blank-lines-behind"),
        pytest.param(b"[" + ELEMENT, "gemini", [], id="array-rule-speaks-of-the-bracket"),
        pytest.param(
            b"[" + ELEMENT + b',{"cand',
            "gemini",
            [(1, "the element's last bracket", ',{"cand')],
            id="half-an-element",
        ),
        pytest.param(b'{"a":1}\n{"a":2}', "openai-chat", [], id="whole-line-without-an-ending"),
        pytest.param(
            b'{"a":1}\n{"a":2}\n{"a"',
            "openai-chat",
            [(2, "a whole JSON document", '{"a"')],
            id="half-a-line",
        ),
        pytest.param(b"no such model", "openai-chat", [], id="no-framing-no-event"),
    ],
)
def test_the_last_event(court, body, dialect, expected) -> None:
    findings = court(last_event_is_terminated, body, dialect).findings
    assert [(one.event, one.expected, one.got) for one in findings] == expected


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        pytest.param(Limits(), [], id="all-fits"),
        pytest.param(Limits(line=20), ["line longer than the limit"], id="line"),
        pytest.param(Limits(event=30), ["event larger than the limit"], id="event"),
        pytest.param(Limits(stream=40), ["body larger than the limit"], id="body"),
    ],
)
def test_limits(court, limits, says) -> None:
    body = A + b'data: {"choices":[],"p":"xxxxxxxxxxxx"}\n\n'
    findings = court(within_limits, body, limits=limits).findings
    assert [one.says.removeprefix("The stream has a ") for one in findings] == says
    assert all(one.event in (0, 1) for one in findings)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"[" + ELEMENT + b"\n]\n", [], id="closed"),
        pytest.param(b"[" + ELEMENT + b"\r\n,\r\n" + ELEMENT + b"]", [], id="two"),
        pytest.param(b"[" + ELEMENT + b"\n", [(1, "the end of the body")], id="no-bracket"),
        pytest.param(b"[" + ELEMENT + ELEMENT + b"]", [(1, ELEMENT.decode())], id="no-comma"),
    ],
)
def test_the_array(court, body, expected) -> None:
    findings = court(array_is_closed, body, "gemini").findings
    assert [(one.event, one.got) for one in findings] == expected


def test_no_more_than_forty_bytes_are_shown_of_what_stands_between(court) -> None:
    body = b"[" + ELEMENT + b"x" * 50 + b"," + ELEMENT + b"]"
    (finding,) = court(array_is_closed, body, "gemini").findings
    assert finding.span == (1 + len(ELEMENT), 41 + len(ELEMENT))


def test_a_cut_array_is_not_asked(court) -> None:
    body = b'[{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}\n'
    (skipped,) = court(array_is_closed, body, "gemini").skipped
    assert skipped.reason == "the stream did not reach its end"
