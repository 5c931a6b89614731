"""Law 7: a cassette that is written and read is the same exchange, for us and for vcrpy."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from streamgauge.capture import read
from streamgauge.capture.cassette import exchanges, interactions
from streamgauge.capture.cassette_text import cassette_text
from streamgauge.capture.limits import Limits
from streamgauge.capture.yaml_values import load
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam

STREAM = Head(status=200, headers=(("content-type", "text/event-stream"),))
ASKED = Request(url="https://api.example/v1", body=b'{"stream": true}')


def reread(text: str) -> list[Exchange]:
    """As the importer reads it, but for names and redaction."""
    found = interactions(load(text.encode("utf-8"), Limits()))
    assert found is not None
    return list(exchanges(found, Limits()))


def body_as_written(body: bytes) -> str:
    """The lines of a body in the cassette."""
    text = cassette_text([Exchange(head=STREAM, body=body)])
    return text.partition("      string: ")[2].partition("    streamgauge:")[0]


@pytest.mark.parametrize(
    ("body", "written"),
    [
        (b"data: 1\n\ndata: 2\n\n", "|+\n        data: 1\n\n        data: 2\n\n"),
        (b"data: 1\n", "|\n        data: 1\n"),
        (b"data: 1", "|-\n        data: 1\n"),
        (b" data: \n\n", "|2+\n         data: \n\n"),
        (b"\n\n", "|2+\n\n\n"),
        ("é😀".encode(), "|-\n        é😀\n"),
        (b"a\r\n b", '"a\\r\\n\\\n        \\ b"\n'),
        ("\u2028".encode(), '"\\u2028"\n'),
        (b"\xff\x00", "!!binary |\n        /wA=\n"),
        (b"", '""\n'),
    ],
    ids=[
        "events", "one line end", "none", "a space first", "line ends alone", "letters",
        "carriage returns", "a separator", "no text", "nothing",
    ],
)  # fmt: skip
def test_a_body_is_a_literal_block_where_yaml_allows_it(body: bytes, written: str) -> None:
    assert body_as_written(body) == written


def test_our_keys_stand_beside_vcrpys() -> None:
    one = Exchange(
        request=ASKED,
        head=STREAM,
        body=b"data: 1\n\n",
        arrivals=((0, 0.04), (4, 20.46)),
        seam=Seam.SOCKET,
        close=Close.RESET,
        framing=Framing.CHUNKED,
    )
    (kept,) = yaml.safe_load(cassette_text([one]))["interactions"]
    response = kept["response"]
    assert response.pop("body") == {"string": "data: 1\n\n"}
    assert response == {
        "status": {"code": 200, "message": "OK"},
        "headers": {"content-type": ["text/event-stream"]},
        "streamgauge": 1,
        "arrivals": "0@0.0 4@20.5",
        "seam": "socket",
        "close": "reset",
        "framing": "chunked",
    }


def test_what_is_unknown_is_not_written() -> None:
    (one,) = reread(cassette_text([Exchange(head=STREAM, body=b"x")]))
    assert (one.arrivals, one.seam, one.close) == (None, Seam.UNKNOWN, Close.UNKNOWN)


def test_no_exchanges_are_a_cassette_too() -> None:
    assert deserialize(cassette_text([]), yamlserializer) == ([], [])


HOSTILE = st.text(
    st.sampled_from(list("a \n\r\t\"'\\:#-|>%&*!?{}[],\x85\u2028\ufeff\x00é😀\x7f~=."))
)
BODIES = HOSTILE.map(str.encode) | st.binary() | st.text().map(
    lambda text: text.encode("utf-8", "surrogatepass")
)  # fmt: skip
HEADERS = st.dictionaries(HOSTILE, HOSTILE, max_size=3).map(lambda held: tuple(held.items()))


@st.composite
def recorded(draw: st.DrawFn) -> Exchange:
    body = draw(BODIES)
    offsets = draw(st.lists(st.integers(0, len(body)), max_size=6))
    tenths = draw(st.lists(st.integers(0, 10**7), min_size=len(offsets), max_size=len(offsets)))
    return Exchange(
        request=Request(url=draw(HOSTILE), headers=draw(HEADERS), body=draw(BODIES)),
        head=Head(status=draw(st.sampled_from([200, 299, 529])), headers=draw(HEADERS)),
        body=body,
        arrivals=tuple(zip(sorted(offsets), (ms / 10 for ms in sorted(tenths)), strict=True)),
        seam=draw(st.sampled_from(Seam)),
        close=draw(st.sampled_from(Close)),
        framing=draw(st.sampled_from(Framing)),
    )


@given(st.lists(recorded(), max_size=3))
def test_law_round_trip(kept: list[Exchange]) -> None:
    assert reread(cassette_text(kept)) == kept


@given(recorded())
def test_vcrpy_reads_the_same_bytes(one: Exchange) -> None:
    requests, responses = deserialize(cassette_text([one]), yamlserializer)
    assert one.request is not None
    assert (requests[0].uri, requests[0].body or b"") == (one.request.url, one.request.body)
    assert responses[0]["body"]["string"] == one.body
    assert responses[0]["status"]["code"] == one.head.status
    assert responses[0]["headers"] == {name: [value] for name, value in one.head.headers}


def test_fields_that_come_twice_are_kept() -> None:
    head = Head(status=200, headers=(("via", "a"), ("via", "b")))
    assert reread(cassette_text([Exchange(head=head)]))[0].head == head


def test_a_name_may_be_longer_than_yaml_likes() -> None:
    head = Head(status=200, headers=(("n" * 3000, "v"), ("yes", "no")))
    assert reread(cassette_text([Exchange(head=head)]))[0].head == head


def test_times_are_kept_to_a_tenth_of_a_millisecond() -> None:
    times = tuple((place, place * 1.23456) for place in range(100))
    (one,) = reread(cassette_text([Exchange(head=STREAM, body=bytes(100), arrivals=times)]))
    assert one.arrivals is not None
    pairs = zip(one.arrivals, times, strict=True)
    assert all(abs(a - b) <= 0.0501 for (_, a), (_, b) in pairs)


def test_a_body_that_looks_like_a_cassette_stays_a_body() -> None:
    body = b"x\n    streamgauge: 2\ninteractions: []\n--- !!python/object/apply:os.abort []\n"
    assert (
        read("a.yaml", cassette_text([Exchange(head=STREAM, body=body)]).encode())[0].body == body
    )
