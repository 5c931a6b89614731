"""What either reader makes of an answer: the same bytes, close and framing, the same words."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.exchange import Close, Exchange, Framing, Head, Headers, Request
from streamgauge.replay.server import Server
from streamgauge.targets.reading import NoAnswerError, require_sendable
from streamgauge.targets.target import Timeouts

STREAM = (("content-type", "text/event-stream"),)
BODY = b"data: 1\n\ndata: 2\n\ndata: 3\n\n"
KEY = "sk-planted-a1b2c3d4e5f6"

OK = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"
ONE = b"9\r\ndata: 1\n\n\r\n"


def played(
    close: Close, framing: Framing, headers: Headers = STREAM, gap: float = 10.0
) -> Exchange:
    """Three events, so many milliseconds apart."""
    return Exchange(
        head=Head(status=200, headers=headers),
        body=BODY,
        arrivals=((0, 0.0), (9, gap), (18, 2 * gap)),
        close=close,
        framing=framing,
    )


@pytest.mark.asyncio
@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.LENGTH, Framing.UNTIL_CLOSE])
@pytest.mark.parametrize("connection", ["keep-alive", "close"])
async def test_an_answer_is_read_whole(read: Any, framing: Framing, connection: str) -> None:
    headers = (*STREAM, ("connection", connection))
    async with Server(lambda _: played(Close.CLEAN, framing, headers)) as server:
        found = await read(server.url)
    assert (found.body, found.close, found.framing) == (BODY, Close.CLEAN, framing)
    # On a busy machine pieces may come together; a boundary that was not sent never appears.
    assert {0} <= {offset for offset, _ in found.arrivals} <= {0, 9, 18}
    assert found.head.status == 200
    assert found.head.header("connection") in (connection, None)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("close", "framing"),
    [
        (Close.EOF, Framing.CHUNKED),
        (Close.EOF, Framing.LENGTH),
        (Close.RESET, Framing.CHUNKED),
        (Close.RESET, Framing.UNTIL_CLOSE),
        (Close.TIMEOUT, Framing.CHUNKED),
    ],
    ids=lambda value: value.value,
)
async def test_an_answer_that_breaks_off_is_kept_with_how_it_ended(
    read: Any, close: Close, framing: Framing
) -> None:
    patience = 0.5 if close is Close.TIMEOUT else 30.0
    async with Server(lambda _: played(close, framing)) as server:
        found = await read(server.url, timeouts=Timeouts(connect=30.0, read=patience))
    assert found.close is close
    # A reset may overtake what was sent last, and a busy machine may be silent for long.
    assert BODY.startswith(found.body)
    assert found.body == BODY or close is not Close.EOF


@pytest.mark.asyncio
async def test_times_are_counted_from_the_request(read: Any) -> None:
    async with Server(lambda _: played(Close.CLEAN, Framing.CHUNKED)) as server:
        found = await read(server.url)
    times = [ms for _, ms in found.arrivals]
    # A late machine may add to them; nothing can take away.
    assert times[-1] >= 18.0
    assert times == sorted(times)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("said", "end", "close", "body"),
    [
        ([b"HTTP/1.1 100 Continue\r\n\r\n", CHUNKED, ONE, b"0\r\n\r\n"], "hold", Close.CLEAN, 9),
        ([b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + CHUNKED + ONE + b"0\r\n\r\n"], "hold",
         Close.CLEAN, 9),
        ([CHUNKED, ONE, b"zz\r\nnonsense"], "hold", Close.EOF, 9),
        ([CHUNKED, b"9\r\ndata:"], "fin", Close.EOF, 5),
        ([OK + b"content-length: 99\r\n\r\ndata: 1\n\n"], "fin", Close.EOF, 9),
        ([b"HTTP/1.0 200 OK\r\n\r\n", b"data: 1\n\n"], "fin", Close.CLEAN, 9),
        ([OK + b"x-long: " + b"a" * 60_000 + b"\r\ncontent-length: 9\r\n\r\ndata: 1\n\n"], "hold",
         Close.CLEAN, 9),
        ([OK + b"content-length: 0\r\n\r\n"], "hold", Close.CLEAN, 0),
    ],
    ids=["100 before", "103 before", "a bad chunk", "a cut chunk", "too short", "HTTP/1.0",
         "a huge header", "nothing"],
)  # fmt: skip
async def test_odd_answers_are_read(
    peer: Any, read: Any, *, said: list[bytes], end: str, close: Close, body: int
) -> None:
    async with peer(said, end) as url:
        found = await read(url)
    assert (found.close, len(found.body)) == (close, body)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("said", "end", "why"),
    [
        ([b"SSH-2.0-OpenSSH_9.2\r\n\r\n"], "hold", "what came is no HTTP response"),
        ([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"], "fin",
         "what came is no HTTP response"),
        ([b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"], "hold", "what came is no HTTP response"),
        ([b"HTTP/1.1 200 OK\r\nx: " + b"a" * 400_000], "hold", "what came is no HTTP response"),
        ([b""], "fin", "the connection was closed before a response"),
        ([b"HTTP/1.1 200 O"], "fin", "the connection was closed before a response"),
        ([b""], "reset", "the connection was reset before a response"),
        ([b""], "hold", "no response within the read timeout"),
    ],
    ids=["another protocol", "TLS to plain HTTP", "a bad head", "a head without end", "closed",
         "closed in the head", "reset", "silence"],
)  # fmt: skip
async def test_no_answer_is_one_line_that_says_why(
    peer: Any, read: Any, *, said: list[bytes], end: str, why: str
) -> None:
    async with peer(said, end) as url:
        waits = Timeouts(connect=30.0, read=0.3 if "timeout" in why else 30.0)
        with pytest.raises(NoAnswerError) as told:
            await read(url, timeouts=waits)
    assert str(told.value) == why


@pytest.mark.asyncio
async def test_a_refused_connection_is_one_line(read: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(NoAnswerError, match=r"\Ano connection: [^\n]+\Z"):
        await read(f"http://127.0.0.1:{port}")


@pytest.mark.asyncio
async def test_tls_with_a_server_that_has_none_is_one_line(peer: Any, read: Any) -> None:
    async with peer([b"HTTP/1.1 400 Bad Request\r\n\r\n"]) as url:
        with pytest.raises(NoAnswerError, match=r"\A(TLS|no connection): [^\n]+\Z"):
            await read(url.replace("http", "https"), timeouts=Timeouts(connect=1.0, read=1.0))


def _after(pieces: int) -> Callable[[bytes, float], bool]:
    seen: list[bytes] = []

    def watch(data: bytes, _: float) -> bool:
        seen.append(data)
        return len(seen) >= pieces

    return watch


@pytest.mark.asyncio
@pytest.mark.parametrize(("pieces", "body"), [(1, BODY[:9]), (2, BODY[:18])])
async def test_an_answer_is_let_go_after_so_many_pieces(
    read: Any, pieces: int, body: bytes
) -> None:
    async with Server(lambda _: played(Close.TIMEOUT, Framing.CHUNKED, gap=80.0)) as server:
        found = await read(server.url, watch=_after(pieces))
    assert found.close is Close.CANCELLED
    assert found.body.startswith(body)


@pytest.mark.asyncio
async def test_a_reader_that_is_cancelled_leaves_a_cancelled_taking(read: Any) -> None:
    taken: list[Any] = []
    here = asyncio.Event()

    def watch(_: bytes, __: float) -> bool:
        here.set()
        return False

    async with Server(lambda _: played(Close.TIMEOUT, Framing.CHUNKED)) as server:
        asking = asyncio.create_task(read(server.url, watch=watch, taken=taken))
        await here.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert taken[0].exchange.close is Close.CANCELLED
    assert taken[0].exchange.body.startswith(b"data: 1")


UNSENDABLE: dict[str, tuple[str, Headers, str]] = {
    "a key with its line end": (
        "http://x/", (("authorization", f"Bearer {KEY}\r"),),
        "the header authorization cannot be sent: HTTP forbids a sign in it",
    ),
    "a key with a curly quote": (
        "http://x/", (("authorization", f"Bearer “{KEY}”"),),
        "the header authorization cannot be sent: HTTP forbids a sign in it",
    ),
    "a value that smuggles a header": (
        "http://x/", (("x-a", "1\r\nx-b: 2"),),
        "the header x-a cannot be sent: HTTP forbids a sign in it",
    ),
    "a blank at the end": (
        "http://x/", (("x-a", "1 "),),
        "the header x-a cannot be sent: HTTP forbids a sign in it",
    ),
    "a name that is none": (
        "http://x/", (("x a\n", "1"),),
        "the name of a header cannot be sent: HTTP forbids a sign in it",
    ),
    "a port that is none": (
        "http://x:99999/", (), "not a URL: Port out of range 0-65535",
    ),
    "no host": ("http:///v1", (), "not a URL: it names no host"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSENDABLE)
def test_what_cannot_be_sent_is_named_without_its_value(case: str) -> None:
    url, headers, why = UNSENDABLE[case]
    with pytest.raises(NoAnswerError) as told:
        require_sendable(Request(url=url, headers=headers))
    assert str(told.value) == why
    assert KEY not in str(told.value)


def test_what_may_be_sent_is_let_through() -> None:
    require_sendable(
        Request(url="http://[::1]:80/x", headers=(("x-a", ""), ("x-b", "a\tb ü"), ("x-c", "!")))
    )


@pytest.mark.asyncio
async def test_a_key_that_cannot_be_sent_is_an_answer_at_once(peer: Any, read: Any) -> None:
    async with peer([b"HTTP/1.1 200 OK\r\n\r\n"]) as url:
        with pytest.raises(NoAnswerError, match="authorization") as told:
            await read(url, headers=(("authorization", f"Bearer {KEY}\r\n"),))
    assert KEY not in str(told.value)
