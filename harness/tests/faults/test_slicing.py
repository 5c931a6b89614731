"""Faults of cutting put segment boundaries where they hurt."""

from __future__ import annotations

from streamgauge.dialects import catalogue as dialects
from streamgauge.exchange import Exchange
from streamgauge.faults.edits import segments
from streamgauge.faults.fault import Setting
from streamgauge.faults.slicing import split_character, split_line_end, trickle

SETTING = Setting(dialect=dialects.named("openai-chat"))
BODY = "data: é\n\ndata: 日\r\n\r\n".encode()
EXCHANGE = Exchange(body=BODY, arrivals=((0, 10.0), (10, 12.0)))


def pieces(exchange: Exchange) -> list[tuple[bytes, float]]:
    return [(exchange.body[start:end], at) for start, end, at in segments(exchange)]


def test_a_trickle_comes_by_byte_and_never_before_its_segment() -> None:
    found = pieces(trickle(EXCHANGE, SETTING, ms=0.1))
    assert [data for data, _ in found] == [bytes([byte]) for byte in BODY]
    assert [round(at, 1) for _, at in found[8:12]] == [10.8, 10.9, 12.0, 12.1]


def test_a_trickle_does_not_run_behind_by_more_than_its_bytes() -> None:
    found = pieces(trickle(EXCHANGE, SETTING, size=5, ms=1))
    assert [at for _, at in found] == [10.0, 11.0, 12.0, 13.0, 14.0]


def test_a_character_is_cut_behind_its_first_byte() -> None:
    found = pieces(split_character(EXCHANGE, SETTING, ms=5))
    assert [data for data, _ in found] == [
        b"data: \xc3",
        b"\xa9\n\n",
        b"data: \xe6",
        b"\x97\xa5\r\n\r\n",
    ]
    assert [at for _, at in found] == [10.0, 15.0, 15.0, 20.0]


def test_plain_letters_cannot_be_cut() -> None:
    plain = Exchange(body=b"data: e\n\n")
    assert split_character(plain, SETTING) is plain


def test_a_line_end_is_cut_between_cr_and_lf() -> None:
    found = pieces(split_line_end(EXCHANGE, SETTING, ms=5))
    assert b"".join(data for data, _ in found) == "data: é\r\n\r\ndata: 日\r\n\r\n".encode()
    assert [data[-3:] for data, _ in found] == [b"\r\n\r", b"\n", b"\r\n\r", b"\n"]


def test_a_body_that_is_no_event_stream_has_no_such_line_ends() -> None:
    array = Exchange(body=b'[{"a":1},\n{"a":2}]')
    assert split_line_end(array, SETTING) is array
