"""Faults that lose or hide what was said."""

from __future__ import annotations

from streamgauge.dialects import catalogue as dialects
from streamgauge.exchange import Exchange
from streamgauge.faults import mangling
from streamgauge.faults.fault import Setting

SETTING = Setting(dialect=dialects.named("openai-chat"))
BODY = 'data: {"a":"é"}\n\ndata: {"b":2}\n\n'.encode()
EXCHANGE = Exchange(body=BODY, arrivals=((0, 1.0), (18, 2.0)))
ARRAY = Exchange(body=b'[{"a":1},\n{"b":2}]')


def test_the_last_blank_line_is_gone() -> None:
    assert mangling.unterminated(EXCHANGE, SETTING).body == BODY[:-1]


def test_two_pieces_of_text_become_one_event(good) -> None:
    one = good("written: messages: text")
    long = good("pacing: chat: long")
    assert mangling.lost_blank_line(one.exchange, one.setting).body == one.exchange.body
    spoiled = mangling.lost_blank_line(long.exchange, long.setting)
    assert len(spoiled.body) == len(long.exchange.body) - 1
    assert spoiled.body.count(b"\n\n") == long.exchange.body.count(b"\n\n") - 1


def test_a_character_loses_its_last_byte() -> None:
    assert mangling.half_character(EXCHANGE, SETTING).body == BODY.replace(b"\xc3\xa9", b"\xc3")


def test_json_goes_over_several_lines_behind_one_field() -> None:
    spoiled = mangling.json_over_lines(EXCHANGE, SETTING).body
    assert spoiled == 'data: {\n  "a": "é"\n}\n\ndata: {\n  "b": 2\n}\n\n'.encode()


def test_a_line_grows_by_spaces_that_mean_nothing() -> None:
    spoiled = mangling.huge_line(EXCHANGE, SETTING, size=3).body
    assert spoiled == BODY.replace(b'{"b', b'{   "b')


def test_a_comment_is_longer_than_anybody_reads() -> None:
    assert len(mangling.over_limit(EXCHANGE, SETTING).body) > 17 << 20


def test_a_stream_comes_under_a_failing_status() -> None:
    assert mangling.failing_status(EXCHANGE, SETTING).head.status == 500


def test_lines_of_json_come_in_the_place_of_events() -> None:
    spoiled = mangling.lines_instead(EXCHANGE, SETTING)
    assert spoiled.body == '{"a":"é"}\n{"b":2}\n'.encode()
    assert spoiled.arrivals == ((0, 1.0),)


def test_an_array_loses_a_comma_or_its_bracket() -> None:
    assert mangling.open_array(ARRAY, SETTING).body == b'[{"a":1},\n{"b":2}'
    assert mangling.no_comma(ARRAY, SETTING).body == b'[{"a":1}\n{"b":2}]'
    assert mangling.open_array(EXCHANGE, SETTING) is EXCHANGE
