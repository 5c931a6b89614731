"""Faults of the end: where the body is cut, and how the connection goes."""

from __future__ import annotations

import pytest

from streamgauge.exchange import Close, Framing
from streamgauge.faults import closing
from streamgauge.faults.fault import Fault

CHAT = "written: chat: thoughts, text, two calls"


@pytest.mark.parametrize(
    ("fault", "framing", "close", "whole"),
    [
        (closing.reset, Framing.CHUNKED, Close.RESET, False),
        (closing.drop, Framing.CHUNKED, Close.EOF, False),
        (closing.half_close, Framing.UNTIL_CLOSE, Close.EOF, False),
        (closing.short_body, Framing.LENGTH, Close.EOF, False),
        (closing.no_last_chunk, Framing.CHUNKED, Close.EOF, True),
        (closing.stays_open, Framing.CHUNKED, Close.TIMEOUT, True),
        (closing.cut_in_text, Framing.CHUNKED, Close.CLEAN, False),
        (closing.no_end_marker, Framing.CHUNKED, Close.CLEAN, False),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_how_the_answer_ends(
    fault: Fault, framing: Framing, close: Close, whole: bool, good
) -> None:
    one = good(CHAT)
    spoiled = fault(one.exchange, one.setting)
    assert (spoiled.framing, spoiled.close) == (framing, close)
    assert one.exchange.body.startswith(spoiled.body)
    assert (spoiled.body == one.exchange.body) is whole


@pytest.mark.parametrize(
    ("fault", "last", "next_"),
    [
        (closing.cut_in_text, b"and the best of it ", b"is picked by hand"),
        (closing.cut_in_arguments, b'\\",\\"deep', b"true}"),
        (closing.no_end_marker, b"total_tokens", b"[DONE]"),
    ],
    ids=["text", "arguments", "marker"],
)
def test_where_the_answer_is_cut(fault: Fault, last: bytes, next_: bytes, good) -> None:
    one = good(CHAT)
    kept = fault(one.exchange, one.setting).body
    assert last in kept.split(b"\n\n")[-2]
    assert next_ in one.exchange.body[len(kept) :].split(b"\n\n")[0]


def test_without_a_call_there_are_no_arguments_to_cut(good) -> None:
    one = good("written: messages: text")
    assert closing.cut_in_arguments(one.exchange, one.setting) is one.exchange
