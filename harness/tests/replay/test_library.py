"""What can be served is found by id and by request, and is playable."""

from __future__ import annotations

import pytest

from streamgauge.exchange import Exchange, Head, Request
from streamgauge.replay.library import Entry, Library, ids, playable

URL = "https://api.invalid/v1/chat/completions?key=planted-secret"


def entry(id: str, body: bytes, url: str = URL) -> Entry:
    return Entry(id=id, exchange=Exchange(request=Request(url=url, body=body)))


LIBRARY = (
    entry("first", b'{"model": "m", "n": 1}'),
    entry("second", b'{"n": 1, "model": "m"}'),
    entry("other path", b'{"n": 1, "model": "m"}', "https://api.invalid/v1/messages"),
    entry("no url", b'{"n": 2}', ""),
)


def asked(body: bytes, path: str = "/v1/chat/completions", **header: str) -> Request:
    return Request(url=f"http://127.0.0.1:1{path}", body=body, headers=tuple(header.items()))


@pytest.mark.parametrize(
    ("request_", "id"),
    [
        pytest.param(asked(b'{"model":"m","n":1}'), "first", id="members in any order"),
        pytest.param(asked(b'{"n":1,"model":"m"}', "/v1/messages"), "other path", id="path"),
        pytest.param(asked(b'{"n":2}', "/anything"), "no url", id="body alone"),
        pytest.param(asked(b'{"n":1,"model":"m"}', x="y"), "first", id="headers do not matter"),
        pytest.param(
            asked(b'{"model":"m","n":1,"prompt_cache_key":"sg-7"}'), "first", id="a run's own key"
        ),
        pytest.param(asked(b'{"n":3}'), None, id="nothing like it"),
        pytest.param(asked(b"{"), None, id="no JSON"),
    ],
)
def test_a_request_finds_the_recording_of_its_kind(request_: Request, id: str | None) -> None:
    found = Library(LIBRARY).matching(request_)
    assert (found and found.id) == id


def test_equal_requests_get_their_recordings_in_turn() -> None:
    library = Library(LIBRARY)
    found = [library.matching(asked(b'{"model":"m","n":1}')) for _ in range(3)]
    assert [one and one.id for one in found] == ["first", "second", "second"]


def test_one_recording_answers_everything() -> None:
    assert Library(LIBRARY[:1]).matching(asked(b"what?")) is LIBRARY[0]


def test_an_entry_has_a_name() -> None:
    assert Library(LIBRARY).named("no url") is LIBRARY[3]
    assert Library(LIBRARY).named("no") is None


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["fixtures/gemini/text/stream.sse"], ["gemini.text"]),
        (["a/x.yaml#0", "a/x.yaml#1"], ["x.0", "x.1"]),
        (["a/x.sse", "b/x.sse", "c/x.sse"], ["x", "x-2", "x-3"]),
        (["x-2.sse", "x.sse", "y/x.sse"], ["x-2", "x", "x-3"]),
        (["-", "../<b>.sse", "é/…"], ["stdin", "b", "stream"]),
    ],
)
def test_ids_are_unique_and_fit_for_urls(sources: list[str], expected: list[str]) -> None:
    assert ids(sources) == expected


@pytest.mark.parametrize(
    ("body", "type", "offsets"),
    [
        (b"data: 1\n\ndata: 2\n\n", "text/event-stream", [0, 9]),
        (b'[{"a":1},{"a":2}]', "application/json", [0, 8, 16]),
        (b'{"a":1}\n{"a":2}\n', "application/x-ndjson", [0, 8]),
        (b'{"a":1}', "application/json", [0]),
        (b"<!DOCTYPE html>", "text/html", [0]),
        (b"hello", "text/plain", [0]),
        (b"", "text/plain", [0]),
    ],
)
def test_what_a_recording_does_not_say_is_filled_in(
    body: bytes, type: str, offsets: list[int]
) -> None:
    exchange = playable(Exchange(body=body))
    assert (exchange.head.status, exchange.head.content_type) == (200, type)
    assert [offset for offset, _ in exchange.arrivals or ()] == offsets


def test_what_a_recording_says_stays() -> None:
    exchange = Exchange(
        head=Head(status=503, headers=(("content-type", "a/b"),)),
        body=b"data: 1\n\n",
        arrivals=((0, 5.0),),
    )
    assert playable(exchange) == exchange
