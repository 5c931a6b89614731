"""The tap hears what four kinds of HTTP clients are sent, piece by piece and to the end."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import itertools
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import vcr

from streamgauge import record
from streamgauge.capture import read
from streamgauge.capture.recorder import Recorder
from streamgauge.capture.tap import Pool, close_of
from streamgauge.exchange import Close, Exchange, Framing, Seam

CHUNKED = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
)
EVENTS = [b"data: 1\n\n", b"data: 2\n\n", b"data: 3\n\n"]
ASKED = {"stream": True}

Start = Callable[[Callable[[Any], None]], Any]


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def events(peer: Any, last: bytes = b"0\r\n\r\n") -> None:
    """Each event on its own, the next when the client has seen it."""
    peer.send(CHUNKED)
    for event in EVENTS:
        peer.send(chunk(event))
        peer.wait()
    peer.send(last)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request to stream; `seen` is called for each of so many pieces that the client reads."""

    path: Path
    url: str
    seen: Callable[[], None]
    pieces: int = 99
    timeout: float = 20
    options: dict[str, Any] = field(default_factory=dict)


class Client:
    """One of the four, made to stream an answer."""

    def __init__(self, library: str, *, is_async: bool) -> None:
        self._library = importlib.import_module(library)
        self._ask = (lambda ask: asyncio.run(self._async(ask))) if is_async else self._sync

    def stream(self, path: Path, server: Any, place: str = "/", **more: Any) -> list[Exchange]:
        """What was recorded of one answer."""
        ask = Ask(**{"path": path, "url": server.url + place, "seen": server.seen, **more})
        with contextlib.suppress(self._library.HTTPError):
            self._ask(ask)
        return read("a.yaml", path.read_bytes()) if path.exists() else []

    def _sync(self, ask: Ask) -> None:
        with self._library.Client(timeout=ask.timeout, trust_env=False) as client:
            pool = client._transport._pool
            try:
                with (
                    record(client, ask.path, **ask.options),
                    client.stream("POST", ask.url, json=ASKED) as response,
                ):
                    for _ in itertools.islice(response.iter_raw(), ask.pieces):
                        ask.seen()
            finally:
                assert client._transport._pool is pool

    async def _async(self, ask: Ask) -> None:
        async with self._library.AsyncClient(timeout=ask.timeout, trust_env=False) as client:
            pool = client._transport._pool
            try:
                async with (
                    record(client, ask.path, **ask.options),
                    client.stream("POST", ask.url, json=ASKED) as response,
                ):
                    left = ask.pieces
                    async for _ in response.aiter_raw():
                        ask.seen()
                        left -= 1
                        if not left:
                            break
            finally:
                assert client._transport._pool is pool


@pytest.fixture(params=["httpx", "httpx async", "httpx2", "httpx2 async"])
def client(request: pytest.FixtureRequest) -> Client:
    library, _, kind = request.param.partition(" ")
    pytest.importorskip(library)
    return Client(library, is_async=bool(kind))


def test_boundaries_times_and_the_end_are_kept(
    client: Client, loopback: Start, tmp_path: Path
) -> None:
    server = loopback(events)
    (one,) = client.stream(tmp_path / "a.yaml", server, "/v1/chat?key=abc")
    assert one.request is not None
    assert (one.request.method, one.request.url) == ("POST", f"{server.url}/v1/chat?key=XXX")
    assert json.loads(one.request.body) == ASKED
    assert (one.head.status, one.head.content_type) == (200, "text/event-stream")
    assert one.body == b"".join(EVENTS)
    assert one.arrivals is not None
    assert [offset for offset, _ in one.arrivals] == [0, 9, 18]
    assert 0 < one.arrivals[0][1] < one.arrivals[1][1] < one.arrivals[2][1] < 20_000
    assert (one.seam, one.framing, one.close) == (Seam.CLIENT, Framing.CHUNKED, Close.CLEAN)


def test_an_answer_without_compression_is_asked_for(
    client: Client, loopback: Start, tmp_path: Path
) -> None:
    server = loopback(events)
    (one,) = client.stream(tmp_path / "a.yaml", server)
    assert server.requests[0].lower().count(b"accept-encoding: identity\r\n") == 1
    assert one.request is not None
    assert ("Accept-Encoding", "identity") in one.request.headers


def test_compression_that_was_wanted_is_undone(
    client: Client, loopback: Start, tmp_path: Path
) -> None:
    def script(peer: Any) -> None:
        packer = zlib.compressobj(wbits=31)
        peer.send(CHUNKED.replace(b"\r\n\r\n", b"\r\ncontent-encoding: gzip\r\n\r\n"))
        for event in EVENTS:
            peer.send(chunk(packer.compress(event) + packer.flush(zlib.Z_SYNC_FLUSH)))
            peer.wait()
        peer.send(chunk(packer.flush()) + b"0\r\n\r\n")

    server = loopback(script)
    path = tmp_path / "a.yaml"
    (one,) = client.stream(path, server, options={"accept_encoding": None})
    assert b"gzip" in server.requests[0].lower()
    assert one.body == b"".join(EVENTS)
    assert one.arrivals is not None
    assert [offset for offset, _ in one.arrivals] == [0, 9, 18]


def test_a_cut_stream_is_a_cassette(client: Client, loopback: Start, tmp_path: Path) -> None:
    def script(peer: Any) -> None:
        events(peer, last=b"9\r\nda")
        peer.finish()

    server = loopback(script)
    (one,) = client.stream(tmp_path / "a.yaml", server)
    assert (one.body, one.close) == (b"".join(EVENTS) + b"da", Close.EOF)


def test_a_reset_stream_is_a_cassette(client: Client, loopback: Start, tmp_path: Path) -> None:
    def script(peer: Any) -> None:
        events(peer, last=b"")
        peer.reset()

    server = loopback(script)
    (one,) = client.stream(tmp_path / "a.yaml", server)
    assert (one.body, one.close) == (b"".join(EVENTS), Close.RESET)


def test_a_silent_stream_is_a_cassette(client: Client, loopback: Start, tmp_path: Path) -> None:
    def script(peer: Any) -> None:
        events(peer, last=b"")
        peer.hold()

    server = loopback(script)
    (one,) = client.stream(tmp_path / "a.yaml", server, timeout=1.0)
    assert (one.body, one.close) == (b"".join(EVENTS), Close.TIMEOUT)


def test_a_stream_that_is_let_go_is_a_cassette(
    client: Client, loopback: Start, tmp_path: Path
) -> None:
    def script(peer: Any) -> None:
        peer.send(CHUNKED)
        for event in EVENTS[:2]:
            peer.send(chunk(event))
            peer.wait()
        peer.hold()

    server = loopback(script)
    (one,) = client.stream(tmp_path / "a.yaml", server, pieces=2)
    assert (one.body, one.close) == (EVENTS[0] + EVENTS[1], Close.CANCELLED)


def test_a_body_that_ends_with_the_connection_ends_cleanly(
    client: Client, loopback: Start, tmp_path: Path
) -> None:
    def script(peer: Any) -> None:
        peer.send(b"HTTP/1.1 529 Busy\r\n\r\n{}")
        peer.finish()

    server = loopback(script)
    (one,) = client.stream(tmp_path / "a.yaml", server)
    assert (one.head.status, one.body) == (529, b"{}")
    assert (one.framing, one.close) == (Framing.UNTIL_CLOSE, Close.CLEAN)


def test_no_answer_is_no_cassette(client: Client, loopback: Start, tmp_path: Path) -> None:
    server = loopback(lambda peer: peer.reset())
    assert client.stream(tmp_path / "a.yaml", server) == []
    assert list(tmp_path.iterdir()) == []


def test_it_stands_below_what_patches_transports(
    client: Client, loopback: Start, tmp_path: Path
) -> None:
    """vcrpy waits for the whole body, so what it hands on tells nothing of the pieces."""

    def script(peer: Any) -> None:
        peer.send(CHUNKED)
        for event in EVENTS:
            peer.send(chunk(event))
            ours.wait_for(1)
        peer.send(b"0\r\n\r\n")

    class Ours:
        """Lets the server go on when the tap has heard a piece."""

        def __init__(self) -> None:
            self.heard = 0

        def wait_for(self, pieces: int) -> None:
            self.heard += pieces
            size = sum(map(len, EVENTS[: self.heard]))
            journal = tmp_path / "a.yaml.trace.jsonl"
            while f'"at":[{size - 9},' not in journal.read_text():
                pass

    ours = Ours()
    server = loopback(script)
    with vcr.use_cassette(str(tmp_path / "theirs.yaml")):
        (one,) = client.stream(tmp_path / "a.yaml", server, seen=lambda: None)
    (theirs,) = read("theirs.yaml", (tmp_path / "theirs.yaml").read_bytes())
    assert one.arrivals is not None
    assert [offset for offset, _ in one.arrivals] == [0, 9, 18]
    assert (theirs.body, theirs.arrivals) == (one.body, None)


def test_several_requests_at_once_are_kept_apart(loopback: Start, tmp_path: Path) -> None:
    import httpx

    def script(peer: Any) -> None:
        name = json.loads(peer.request.partition(b"\r\n\r\n")[2])["name"].encode()
        peer.send(CHUNKED)
        for _ in range(5):
            peer.send(chunk(b"data: %s\n\n" % name))
        peer.send(b"0\r\n\r\n")

    async def ask(client: httpx.AsyncClient, name: str) -> None:
        await client.post(server.url, json={"name": name})

    async def ask_all() -> None:
        async with httpx.AsyncClient(trust_env=False) as client, record(client, path):
            await asyncio.gather(*(ask(client, f"n{number}") for number in range(20)))

    server, path = loopback(script), tmp_path / "a.yaml"
    asyncio.run(ask_all())
    found = read("a.yaml", path.read_bytes())
    assert len(found) == 20
    for one in found:
        assert one.request is not None
        name = json.loads(one.request.body)["name"]
        assert one.body == f"data: {name}\n\n".encode() * 5


def test_what_the_client_listens_to_is_still_told(loopback: Start, tmp_path: Path) -> None:
    import httpx

    server, told = loopback(lambda peer: peer.send(CHUNKED + b"0\r\n\r\n")), []
    extensions = {"trace": lambda name, _: told.append(name)}
    with httpx.Client(trust_env=False) as client, record(client, tmp_path / "a.yaml"):
        client.get(server.url, extensions=extensions)
    assert "http11.send_request_body.complete" in told


def test_after_the_recording_requests_pass_unheard(loopback: Start) -> None:
    import httpx

    server = loopback(lambda peer: peer.send(CHUNKED + b"0\r\n\r\n"))
    recorder = Recorder(None)
    with httpx.Client(trust_env=False) as client:
        client._transport._pool = Pool(client._transport._pool, recorder, "identity")
        recorder.close()
        assert client.post(server.url, json={}).status_code == 200
    assert recorder.begun == 0


class RemoteProtocolError(Exception):
    """As the libraries call it."""


class ReadError(Exception):
    """As the libraries call it."""


class ClosedResourceError(Exception):
    """As anyio calls it."""


@pytest.mark.parametrize(
    ("error", "close"),
    [
        (RemoteProtocolError("peer closed connection without sending complete"), Close.EOF),
        (RemoteProtocolError("<StreamReset stream_id:1>"), Close.RESET),
        (RemoteProtocolError("<ConnectionTerminated error_code:0>"), Close.EOF),
        (RemoteProtocolError("illegal chunk header"), Close.UNKNOWN),
        (ReadError(OSError("EOF occurred in violation of protocol")), Close.EOF),
        (ReadError(ClosedResourceError()), Close.CANCELLED),
        (ReadError(ConnectionResetError()), Close.RESET),
        (asyncio.CancelledError(), Close.CANCELLED),
        (GeneratorExit(), Close.CANCELLED),
        (KeyboardInterrupt(), Close.CANCELLED),
    ],
    ids=repr,
)
def test_an_error_tells_how_the_transport_ended(error: BaseException, close: Close) -> None:
    assert close_of(error) is close
