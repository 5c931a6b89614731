"""Bursts after a wait, and bursts that are none."""

from __future__ import annotations

import pytest

from streamgauge.rules.timing.pace import pieces_arrive_over_time, stream_is_not_buffered

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


@pytest.mark.parametrize(
    "rule", [stream_is_not_buffered, pieces_arrive_over_time], ids=lambda rule: rule.slug
)
def test_without_arrivals_there_is_nothing_to_ask(court, rule) -> None:
    (skipped,) = court(rule, TEXT + STOP).skipped
    assert skipped.reason == "arrival times are unknown"
