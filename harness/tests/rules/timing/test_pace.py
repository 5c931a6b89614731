"""Bursts after a wait, and bursts that are none."""

from __future__ import annotations

import pytest

from streamgauge.exchange import Seam
from streamgauge.rules.timing.pace import (
    channels_arrive_over_time,
    pieces_arrive_over_time,
    stream_is_not_buffered,
)

ROLE = b'data: {"choices":[{"index":0,"delta":{"role":"assistant"}}]}\n\n'
TEXT = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
STOP = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'


def timed(*times: float, role: float | None = None) -> tuple[bytes, tuple[tuple[int, float], ...]]:
    """A body with one piece of text at each of the times, perhaps a role chunk before them."""
    body = b"" if role is None else ROLE
    arrivals = [] if role is None else [(0, role)]
    for at in times:
        arrivals.append((len(body), at))
        body += TEXT
    return body + STOP, tuple(arrivals)


def steady(start: float, step: float, count: int = 20) -> list[float]:
    return [start + step * n for n in range(count)]


@pytest.mark.parametrize(
    ("times", "got"),
    [
        pytest.param(steady(400, 20), None, id="as-it-is-made"),
        pytest.param(steady(400, 1), None, id="a-fast-model"),
        pytest.param(
            steady(900, 0), "20 pieces within 0.0 ms, after 900.0 ms of nothing", id="one-read"
        ),
        pytest.param(
            steady(900, 0.25), "20 pieces within 4.8 ms, after 900.0 ms of nothing", id="a-burst"
        ),
        pytest.param(steady(100, 0), None, id="soon-is-no-wait"),
        pytest.param(steady(900, 0, count=15), None, id="too-few-to-tell"),
    ],
)
def test_buffering(court, times, got) -> None:
    body, arrivals = timed(*times)
    outcome = court(stream_is_not_buffered, body, arrivals=arrivals)
    assert [one.got for one in outcome.findings] == ([] if got is None else [got])


@pytest.mark.parametrize(
    ("role", "times", "got"),
    [
        pytest.param(50, steady(300, 20), None, id="as-it-is-made"),
        pytest.param(
            50, steady(2000, 0.1), "20 pieces from 2000.0 to 2001.9 of 2001.9 ms", id="at-the-end"
        ),
        pytest.param(50, steady(2000, 7), None, id="thinking-unseen-then-writing"),
        pytest.param(1900, steady(2000, 0.1), None, id="buffering-is-another-rule"),
        pytest.param(50, [200, *steady(2000, 0.1)], None, id="one-piece-came-early"),
    ],
)
def test_fake_streaming(court, role, times, got) -> None:
    body, arrivals = timed(*times, role=role)
    outcome = court(pieces_arrive_over_time, body, arrivals=arrivals)
    assert [one.got for one in outcome.findings] == ([] if got is None else [got])


def test_a_burst_that_much_still_follows_is_not_the_end(court) -> None:
    body, arrivals = timed(*steady(2000, 0.1), role=50)
    late_stop = (len(body) - len(STOP), 5000.0)
    assert court(pieces_arrive_over_time, body, arrivals=(*arrivals, late_stop)).passed


# The tool's own error is allowed for: what it cannot tell, it does not say.


@pytest.mark.parametrize(
    ("own_error", "found"),
    [(None, 1), (2.9, 1), (3.1, 0), (44.0, 0)],
    ids=["unknown", "an-asyncio-reader", "too-much-for-20-pieces", "a-busy-client"],
)
@pytest.mark.parametrize(
    ("rule", "role"),
    [(stream_is_not_buffered, None), (pieces_arrive_over_time, 50)],
    ids=["buffered", "faked"],
)
def test_a_burst_that_the_reader_may_have_made(court, rule, role, own_error, found) -> None:
    body, arrivals = timed(*steady(2000, 0.368), role=role)
    outcome = court(rule, body, arrivals=arrivals, own_error_ms=own_error)
    assert len(outcome.findings) == found


def test_a_larger_burst_is_one_whatever_the_reader_did(court) -> None:
    body, arrivals = timed(*steady(900, 0.01, count=200))
    assert court(stream_is_not_buffered, body, arrivals=arrivals, own_error_ms=44.0).findings


def test_a_wait_is_shortened_by_the_own_error(court) -> None:
    body, arrivals = timed(*steady(260, 0, count=200))
    outcomes = [
        court(stream_is_not_buffered, body, arrivals=arrivals, own_error_ms=error).broken
        for error in (9.0, 11.0)
    ]
    assert outcomes == [(stream_is_not_buffered.slug,), ()]


# One channel held back.

THOUGHT = b'data: {"choices":[{"index":0,"delta":{"reasoning":"h"}}]}\n\n'
CALL = (
    b'data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a",'
    b'"function":{"name":"f","arguments":"1"}}]}}]}\n\n'
)


def laid(*rows: tuple[bytes, list[float]]) -> tuple[bytes, tuple[tuple[int, float], ...]]:
    """Rows of equal events, one at each of the times."""
    body, arrivals = b"", []
    for event, times in rows:
        for at in times:
            arrivals.append((len(body), at))
            body += event
    return body + STOP, tuple(arrivals)


BURST = steady(3000, 0.1)


def held(channel: str, after: str) -> list[tuple[str, str]]:
    return [(channel, f"20 pieces from 3000.0 to 3001.9 ms, after {after} ms without any")]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([(THOUGHT, steady(400, 31)), (TEXT, steady(1100, 30))], []),
        ([(THOUGHT, steady(400, 31)), (TEXT, BURST)], held("content", "2011.0")),
        ([(TEXT, [800, 900, 990]), (CALL, BURST)], held("tool", "2010.0")),
        ([(THOUGHT, BURST), (TEXT, steady(3100, 30))], held("reasoning", "3000.0")),
        ([(THOUGHT, [1000, 1100]), (TEXT, BURST)], held("content", "1900.0")),
        ([(THOUGHT, steady(400, 31)), (TEXT, BURST[:15])], []),
        ([(THOUGHT, steady(400, 130)), (TEXT, BURST)], []),
        ([(THOUGHT, steady(2999, 0)), (TEXT, BURST)], []),
    ],
    ids=[
        "both-flow", "text-behind-thoughts", "arguments-behind-text", "thoughts-first",
        "a-multiple-of-the-first-moment", "too-few-to-tell",
        "right-behind-the-thoughts", "all-at-once-is-another-rule",
    ],
)  # fmt: skip
def test_a_channel_held_back(court, rows, found) -> None:
    body, arrivals = laid(*rows)
    findings = court(channels_arrive_over_time, body, arrivals=arrivals).findings
    assert [(one.says.split()[1], one.got) for one in findings] == found


@pytest.mark.parametrize(
    "rule",
    [channels_arrive_over_time, stream_is_not_buffered, pieces_arrive_over_time],
    ids=lambda rule: rule.slug,
)
def test_without_arrivals_there_is_nothing_to_ask(court, rule) -> None:
    (skipped,) = court(rule, TEXT + STOP).skipped
    assert skipped.reason == "arrival times are unknown"


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"seam": Seam.UNKNOWN}, "where arrivals were observed is unknown"),
        ({"own_error_ms": 200.0}, "the tool's own error is too large to tell"),
    ],
    ids=["the-seam", "the-error"],
)
def test_what_cannot_be_told_is_not_asked(court, known, reason) -> None:
    body, arrivals = timed(*steady(900, 0))
    (skipped,) = court(stream_is_not_buffered, body, arrivals=arrivals, **known).skipped
    assert skipped.reason == reason
