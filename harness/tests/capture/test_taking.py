"""A taking turns what a reader saw into an exchange, without keys and without content codings."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Iterable

import pytest

from streamgauge.capture.recorder import Recorder
from streamgauge.capture.taking import Taking
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam

KEY = b"hunter2-hunter2"
ASKED = Request(
    url="https://api.example/v1?key=abc",
    headers=(("authorization", "Bearer abc"), ("accept", "*/*")),
    body=b'{"stream": true}',
)
PLAIN = Head(status=200, headers=(("content-type", "text/event-stream"),))


def begun(head: Head = PLAIN, seam: Seam = Seam.CLIENT) -> Taking:
    taking = Recorder(None, [KEY]).begin(ASKED, seam)
    taking.head(head, Framing.CHUNKED)
    return taking


def taken(head: Head, segments: Iterable[bytes], close: Close = Close.CLEAN) -> Exchange:
    taking = begun(head)
    for place, segment in enumerate(segments):
        taking.segment(segment, 10.0 * place)
    return taking.end(close)


def test_an_exchange_is_what_came() -> None:
    assert taken(PLAIN, [b"data: 1\n\n", b"data: 2\n\n"], Close.RESET) == Exchange(
        request=Request(
            url="https://api.example/v1?key=XXX",
            headers=(("authorization", "XXXXXXXXXX"), ("accept", "*/*")),
            body=b'{"stream": true}',
        ),
        head=PLAIN,
        body=b"data: 1\n\ndata: 2\n\n",
        arrivals=((0, 0.0), (9, 10.0)),
        seam=Seam.CLIENT,
        close=Close.RESET,
        framing=Framing.CHUNKED,
    )


@pytest.mark.parametrize("cut", range(1, len(KEY)))
def test_a_key_over_two_segments_is_overwritten(cut: int) -> None:
    exchange = taken(PLAIN, [b"say " + KEY[:cut], KEY[cut:] + b"!"])
    assert exchange.body == b"say " + b"X" * len(KEY) + b"!"
    assert exchange.arrivals == ((0, 0.0), (4 + cut, 10.0))


def coded(name: str, length: int) -> Head:
    fields = (("Content-Encoding", name), ("content-length", str(length)), ("date", "now"))
    return Head(status=200, headers=fields)


PLAIN_TEXT = b"data: " + KEY + b"\n\n"


@pytest.mark.parametrize(
    ("name", "packed"),
    [("gzip", gzip.compress(PLAIN_TEXT, mtime=0)), ("deflate", zlib.compress(PLAIN_TEXT))],
)
@pytest.mark.parametrize("size", [1, 7, 999])
def test_a_compressed_body_is_kept_decoded(name: str, packed: bytes, size: int) -> None:
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    exchange = taken(coded(name, len(packed)), pieces)
    assert exchange.body == b"data: " + b"X" * len(KEY) + b"\n\n"
    assert exchange.head.headers == (
        ("x-streamgauge-content-encoding", name),
        ("x-streamgauge-content-length", str(len(packed))),
        ("date", "now"),
    )


def test_arrivals_refer_to_the_decoded_body() -> None:
    packer = zlib.compressobj(wbits=31)
    events = [b"data: 1\n\n" * 30, b"data: 2\n\n"]
    pieces = [packer.compress(event) + packer.flush(zlib.Z_SYNC_FLUSH) for event in events]
    exchange = taken(coded("gzip", 1), [*pieces, packer.flush()])
    assert exchange.body == b"".join(events)
    assert exchange.arrivals == ((0, 0.0), (270, 10.0))


def test_a_body_that_is_not_in_the_coding_it_names_is_kept() -> None:
    exchange = taken(coded("gzip", 7), [b"da", b"ta: 1"])
    assert (exchange.body, exchange.head.header("content-encoding")) == (b"data: 1", "gzip")


@pytest.mark.parametrize(
    ("coding", "segments", "says"),
    [
        ("gzip, gzip", [b"x"], "coded twice"),
        ("gzip", [gzip.compress(bytes(9_000_000), mtime=0)], "expands further"),
        ("gzip", [gzip.compress(b"data: 1", mtime=0)[:10] + b"\xff" * 40], "damaged"),
    ],
)
def test_what_cannot_be_decoded_is_refused(coding: str, segments: list[bytes], says: str) -> None:
    taking = begun(coded(coding, 1))
    for segment in segments:
        taking.segment(segment, 1.0)
    taking.end(Close.CLEAN)
    assert taking.refused is not None
    assert says in taking.refused


def test_a_clock_that_steps_back_is_held() -> None:
    taking = begun()
    taking.segment(b"a", 5.0)
    taking.segment(b"b", 4.0)
    assert taking.end(Close.CLEAN).arrivals == ((0, 5.0), (1, 5.0))


def test_the_first_end_counts() -> None:
    taking = begun()
    first = taking.end(Close.TIMEOUT)
    taking.head(Head(status=500))
    taking.segment(b"late", 1.0)
    assert taking.end(Close.CLEAN) is first
    assert (first.close, first.body, first.head) == (Close.TIMEOUT, b"", PLAIN)


def test_several_threads_lose_nothing() -> None:
    taking = begun(seam=Seam.SOCKET)

    def send(segment: bytes) -> None:
        for _ in range(200):
            taking.segment(segment, 1.0)

    threads = [threading.Thread(target=send, args=(segment,)) for segment in (b"ab", b"cd")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    exchange = taking.end(Close.CLEAN)
    assert exchange.arrivals is not None
    assert [offset for offset, _ in exchange.arrivals] == list(range(0, 800, 2))
    assert (exchange.body.count(b"ab"), exchange.body.count(b"cd")) == (200, 200)
