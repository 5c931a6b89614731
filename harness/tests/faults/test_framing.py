"""Faults of framing write other bytes around the same payloads."""

from __future__ import annotations

import pytest

from streamgauge.dialects import catalogue as dialects
from streamgauge.exchange import Exchange
from streamgauge.faults import framing
from streamgauge.faults.fault import Fault, Setting

SETTING = Setting(dialect=dialects.named("openai-chat"))
BODY = b'data: {"a":1}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n'
ONE, TWO, END = BODY[:15], BODY[15:30], BODY[30:]


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        (framing.bom, b"\xef\xbb\xbf" + BODY),
        (framing.crlf, BODY.replace(b"\n", b"\r\n")),
        (framing.cr, BODY.replace(b"\n", b"\r")),
        (framing.mixed_line_ends, BODY.replace(b"\n\n", b"\n\r\n")),
        (framing.no_space, BODY.replace(b": {", b":{").replace(b": [", b":[")),
        (framing.comments, b"".join(b": keep-alive\n\n" + one for one in (ONE, TWO, END))),
        (framing.comment_lines, ONE + TWO + b": x-cost=0\n" * 2 + END),
        (framing.blank_lines, b"".join(b"\n\n\n" + one for one in (ONE, TWO, END))),
        (framing.empty_data, ONE + b"data:\n\n" + TWO + END),
        (
            framing.reconnect_fields,
            b"retry: 3000\n\nid: 0\n" + ONE + b"id: 1\n" + TWO + b"id: 2\n" + END,
        ),
        (framing.named_events, b"".join(b"event: chunk\n" + one for one in (ONE, TWO, END))),
        (framing.stray_line, ONE + b"HTTP_STATUS: 429\n" + TWO + END),
        (framing.joined_list, ONE + TWO + b"," + END),
        (
            framing.data_over_lines,
            b'data: {\ndata: "a":1}\n\ndata: {\ndata: "b":2}\n\n' + END,
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_the_bytes_around_the_payloads(fault: Fault, body: bytes) -> None:
    spoiled = fault(Exchange(body=BODY, arrivals=((0, 1.0), (15, 2.0), (30, 3.0))), SETTING)
    assert spoiled.body == body
    assert [at for _, at in spoiled.arrivals or ()] == [1.0, 2.0, 3.0]


def test_names_are_lost_and_changed() -> None:
    named = Exchange(body=b'event: ping\ndata: {"type":"ping"}\n\n')
    assert framing.nameless(named, SETTING).body == b'data: {"type":"ping"}\n\n'
    assert framing.wrong_name(named, SETTING).body.startswith(b"event: message\n")


@pytest.mark.parametrize(
    "fault",
    [framing.crlf, framing.no_space, framing.comments, framing.nameless, framing.stray_line],
    ids=lambda fault: fault.name,
)
def test_what_is_no_event_stream_has_no_lines_to_spoil(fault: Fault) -> None:
    array = Exchange(body=b'[{"a":1},\n{"b":2}]')
    assert fault(array, SETTING).body == array.body
