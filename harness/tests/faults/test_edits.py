"""The edits keep arrivals true to the body."""

from __future__ import annotations

import pytest

from streamgauge.dialects import catalogue as dialects
from streamgauge.exchange import Close, Exchange
from streamgauge.faults import edits
from streamgauge.faults.fault import Setting

SETTING = Setting(dialect=dialects.named("openai-chat"))
BODY = b"data: {}\n\ndata: {}\n\ndata: {}\n\n"
EXCHANGE = Exchange(body=BODY, arrivals=((0, 10.0), (10, 20.0), (20, 30.0)))


@pytest.mark.parametrize(("after", "end"), [(0, 10), (0.3, 10), (0.6, 20), (1, 20)])
def test_a_boundary_lies_between_two_events(after: float, end: int) -> None:
    assert edits.boundary(EXCHANGE, SETTING, after) == end


def test_one_event_ends_with_the_body() -> None:
    assert edits.boundary(Exchange(body=BODY[:10]), SETTING, 0.5) == 10


@pytest.mark.parametrize(
    ("offset", "arrivals"),
    [
        (0, ((0, 15.0), (10, 25.0), (20, 35.0))),
        (10, ((0, 10.0), (10, 25.0), (20, 35.0))),
        (15, ((0, 10.0), (10, 20.0), (15, 25.0), (20, 35.0))),
        (30, ((0, 10.0), (10, 20.0), (20, 30.0), (30, 35.0))),
    ],
    ids=["at the start", "between segments", "inside one", "at the end"],
)
def test_what_is_delayed_keeps_its_gaps(
    offset: int, arrivals: tuple[tuple[int, float], ...]
) -> None:
    assert edits.delayed(EXCHANGE, offset, 5.0).arrivals == arrivals


def test_a_cut_keeps_what_arrived_before_it() -> None:
    short = edits.cut(EXCHANGE, 12, Close.RESET)
    assert (short.body, short.arrivals, short.close) == (
        BODY[:12],
        ((0, 10.0), (10, 20.0)),
        Close.RESET,
    )


def test_what_is_added_comes_in_a_segment_of_its_own() -> None:
    longer = edits.extended(EXCHANGE, b"x", 5)
    assert longer.body == BODY + b"x"
    assert longer.arrivals == (*EXCHANGE.arrivals, (30, 35.0))


def test_a_body_without_arrivals_comes_at_once() -> None:
    assert list(edits.segments(Exchange(body=BODY))) == [(0, 30, 0.0)]


def test_bytes_before_the_first_arrival_come_with_it() -> None:
    assert edits.arrivals(Exchange(body=BODY, arrivals=((4, 9.0),))) == ((0, 9.0),)


def test_the_time_of_a_byte_is_that_of_its_segment() -> None:
    assert [edits.time_at(EXCHANGE, offset) for offset in (0, 9, 10, 30)] == [10, 10, 20, 30]


@pytest.mark.parametrize("after", [0.0, 0.5, 1.0], ids=["early", "middle", "late"])
def test_an_answer_is_cut_before_it_is_told_to_be_over(after: float, good) -> None:
    one = good("written: chat: thoughts, text, two calls")
    place = edits.place_to_cut(one.exchange, one.setting, after)
    kept = one.exchange.body[:place]
    assert b'"finish_reason":"tool_calls"' not in kept
    assert kept.endswith(b"\n\n")
