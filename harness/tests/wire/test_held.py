"""The bytes of an open event: kept within the limits, counted beyond them."""

from __future__ import annotations

from streamgauge.wire.event import Event, Limits, Oddity
from streamgauge.wire.held import Held, bad_utf8


def test_pieces_add_up() -> None:
    held = Held(Limits())
    held.add(b"ab")
    held.add(b"c")
    assert (held.take(), held.size, held.end, held.over()) == (b"abc", 3, 3, None)


def test_the_next_event_begins_behind_this_one() -> None:
    held = Held(Limits())
    held.add(b"ab")
    held.next()
    assert (held.take(), held.start, held.size, held.index) == (b"", 2, 0, 1)


def test_past_the_event_limit_bytes_are_counted_and_not_kept() -> None:
    held = Held(Limits(event=3))
    held.add(b"abc")
    assert held.over() is None
    held.add(b"d")
    event = held.over()
    assert event is not None
    over = ((Oddity.EVENT_OVER_LIMIT, 0),)
    assert event == Event(0, 0, 4, None, None, False, -1, over)
    assert held.take() == b""


def test_the_stream_limit_comes_before_the_event_limit() -> None:
    held = Held(Limits(event=1, stream=1))
    held.add(b"abc")
    event = held.over()
    assert event is not None
    assert event.oddities == ((Oddity.STREAM_OVER_LIMIT, 0),)


def test_at_the_stream_limit_nothing_is_past_it() -> None:
    held = Held(Limits(stream=2))
    held.add(b"ab")
    assert (held.past_stream, held.take()) == (False, b"ab")
    held.add(b"c")
    assert (held.past_stream, held.take()) == (True, b"")


def test_the_first_byte_that_is_not_utf8_is_named() -> None:
    assert bad_utf8(b"ab\xff\xff", 10) == ((Oddity.BAD_UTF8, 12),)
    assert bad_utf8("…".encode(), 10) == ()
