"""Events are edited, and all else stays to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults import events

SSE = (
    b'\xef\xbb\xbfid: 7\nevent: a\ndata: {"n":0}\n\n'
    b': hello\n\ndata:{"n": 1}\ndata: \n\nevent: c\ndata: [DONE]\n\n'
)
CRLF = b'data: {"n":0}\r\n\r\nevent: x\r\ndata: {"n":1}\r\n\r\n'
ARRAY = b'[{"n":0}\n,\r\n{"n":1}\n,\r\n{"n":2}\n]\n'
LINES = b'{"n":0}\n{"n":1}\n{"n":2}'

Edit = Callable[[Exchange], Exchange]


def test_what_is_said_has_its_place_its_name_and_its_json() -> None:
    found = events.said(Exchange(body=SSE))
    assert [(one.index, one.name, one.json) for one in found] == [
        (0, "a", {"n": 0}),
        (2, None, {"n": 1}),
        (3, "c", {}),
    ]
    assert found[1].data == b'{"n": 1}\n'
    assert SSE[found[2].start : found[2].end] == b"event: c\ndata: [DONE]\n\n"


@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"n":0}'])
def test_a_body_that_is_no_stream_says_nothing(body: bytes) -> None:
    exchange = Exchange(body=body)
    assert events.said(exchange) == ()
    assert events.inserted(exchange, 0, "x", {}) is exchange


EDITS: dict[str, tuple[Edit, bytes]] = {
    "another value": (
        lambda x: events.with_json(x, {2: {"m": "ö"}}),
        SSE.replace(b'data:{"n": 1}\ndata: \n', 'data:{"m":"ö"}\n'.encode()),
    ),
    "another payload on two lines": (
        lambda x: events.with_data(x, {3: b"a\nb"}),
        SSE.replace(b"data: [DONE]\n", b"data: a\ndata: b\n"),
    ),
    "another name": (
        lambda x: events.with_name(x, {0: "b"}),
        SSE.replace(b"event: a", b"event: b"),
    ),
    "no name": (lambda x: events.with_name(x, {3: None}), SSE.replace(b"event: c\n", b"")),
    "a first name": (
        lambda x: events.with_name(x, {2: "n"}),
        SSE.replace(b'data:{"n": 1}', b'event: n\ndata:{"n": 1}'),
    ),
    "gone": (
        lambda x: events.without(x, [0]),
        SSE.replace(b'id: 7\nevent: a\ndata: {"n":0}\n\n', b""),
    ),
    "again": (
        lambda x: events.repeated(x, 3),
        SSE + b"event: c\ndata: [DONE]\n\n",
    ),
    "swapped": (
        lambda x: events.swapped(x, 0, 3),
        b'\xef\xbb\xbfevent: c\ndata: [DONE]\n\n: hello\n\ndata:{"n": 1}\ndata: \n\n'
        b'id: 7\nevent: a\ndata: {"n":0}\n\n',
    ),
    "moved behind all": (
        lambda x: events.moved(x, 2, 9),
        b'\xef\xbb\xbfid: 7\nevent: a\ndata: {"n":0}\n\n: hello\n\nevent: c\ndata: [DONE]\n\n'
        b'data:{"n": 1}\ndata: \n\n',
    ),
    "moved to where it is": (lambda x: events.moved(x, 3, 9), SSE),
    "one more": (
        lambda x: events.inserted(x, 3, "e", {"n": 5}),
        SSE.replace(b"event: c", b'event: e\ndata: {"n":5}\n\nevent: c'),
    ),
    "nothing": (lambda x: events.without(x, []), SSE),
}


@pytest.mark.parametrize("name", EDITS)
def test_server_sent_events_are_edited(name: str) -> None:
    edit, expected = EDITS[name]
    assert edit(Exchange(body=SSE)).body == expected


@pytest.mark.parametrize(
    ("edit", "numbers"),
    [
        (lambda x: events.with_json(x, {1: {"n": 9}}), [0, 9, 2]),
        (lambda x: events.with_name(x, {1: "none has a name"}), [0, 1, 2]),
        (lambda x: events.without(x, [0]), [1, 2]),
        (lambda x: events.without(x, [0, 1, 2]), []),
        (lambda x: events.without(x, [2]), [0, 1]),
        (lambda x: events.repeated(x, 0, 3), [0, 0, 0, 1, 2]),
        (lambda x: events.swapped(x, 0, 2), [2, 1, 0]),
        (lambda x: events.swapped(x, 1, 1), [0, 1, 2]),
        (lambda x: events.moved(x, 2, 0), [2, 0, 1]),
        (lambda x: events.moved(x, 0, 9), [1, 2, 0]),
        (lambda x: events.inserted(x, 0, None, {"n": 7}), [7, 0, 1, 2]),
        (lambda x: events.inserted(x, 9, None, {"n": 7}), [0, 1, 2, 7]),
    ],
    ids=[
        "another value", "a name", "first gone", "all gone", "last gone", "again", "swapped",
        "swapped with itself", "moved to the front", "moved to the end", "one more in front",
        "one more at the end",
    ],
)  # fmt: skip
@pytest.mark.parametrize("body", [ARRAY, LINES], ids=["array", "lines"])
def test_other_framings_are_edited_and_stay_what_they_were(
    edit: Edit, numbers: list[int], body: bytes
) -> None:
    exchange = Exchange(body=body)
    edited = edit(exchange).body
    elements = json.loads(edited) if body is ARRAY else map(json.loads, edited.splitlines())
    assert [one["n"] for one in elements] == numbers


def test_a_new_event_ends_its_lines_as_the_others_do() -> None:
    edited = events.inserted(Exchange(body=CRLF), 1, "e", {})
    assert edited.body.replace(b"\r\n", b"").count(b"\n") == 0
    assert edited.body.count(b"event: e\r\ndata: {}\r\n\r\n") == 1
    assert b"data: {}\r\n\r\n" in events.with_json(Exchange(body=CRLF), {1: {}}).body


TIMES = ((0, 1.0), (15, 2.0), (30, 3.0), (32, 4.0))
THREE = b"".join(b'data: {"n":%d}\n\n' % n for n in range(3))


@pytest.mark.parametrize(
    ("edit", "times"),
    [
        (lambda x: events.with_json(x, {0: {"n": 100}}), ((0, 1.0), (17, 2.0), (32, 3.0))),
        (lambda x: events.without(x, [0]), ((0, 2.0), (15, 3.0))),
        (lambda x: events.without(x, [1]), ((0, 1.0), (15, 3.0))),
        (lambda x: events.without(x, [2]), ((0, 1.0), (15, 2.0))),
        (lambda x: events.without(x, [0, 1, 2]), ((0, 4.0),)),
        (lambda x: events.swapped(x, 0, 1), ((0, 1.0), (15, 2.0), (30, 3.0))),
        (lambda x: events.repeated(x, 0), ((0, 1.0), (30, 2.0), (45, 3.0))),
    ],
    ids=["longer", "first gone", "middle gone", "last gone", "all gone", "swapped", "again"],
)
def test_arrivals_move_along(edit: Edit, times: tuple[tuple[int, float], ...]) -> None:
    exchange = Exchange(body=THREE, arrivals=TIMES)
    edited = edit(exchange)
    inside = tuple((at, ms) for at, ms in edited.arrivals or () if ms != 4.0 or at == 0)
    assert inside == times


def test_without_arrivals_there_are_none_to_move() -> None:
    assert events.without(Exchange(body=THREE), [0]).arrivals is None


def test_half_of_a_surrogate_pair_is_written_as_its_escape() -> None:
    assert events.as_json({"a": "\ud83dö"}) == b'{"a":"\\ud83d\\u00f6"}'
