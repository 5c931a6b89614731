"""Applications that are called in place are recorded too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from streamgauge import record
from streamgauge.capture import read
from streamgauge.exchange import Close, Exchange

HEADERS = {"content-type": "text/event-stream"}
EVENTS = [b"data: 1\n\n", b"data: 2\n\n"]


class Cut(httpx.SyncByteStream):
    """Two events, and then an error where there is one."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        yield from EVENTS
        if self._error is not None:
            raise self._error


class Events(httpx.AsyncByteStream):
    """Two events."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for event in EVENTS:
            yield event


def recorded(path: Path) -> Exchange:
    (one,) = read("a.yaml", path.read_bytes())
    return one


def check(one: Exchange, close: Close) -> None:
    assert one.request is not None
    assert (one.request.url, one.request.body) == ("http://app/v1", b"hi")
    assert ("accept-encoding", "identity") in [
        (name.lower(), value) for name, value in one.request.headers
    ]
    assert (one.body, one.close) == (b"".join(EVENTS), close)
    assert one.arrivals is not None
    assert [offset for offset, _ in one.arrivals] == [0, 9]


@pytest.mark.parametrize(
    ("error", "close"),
    [(None, Close.CLEAN), (httpx.ReadTimeout("slow"), Close.TIMEOUT)],
)
def test_a_transport_without_a_pool_is_heard(
    error: Exception | None, close: Close, tmp_path: Path
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["accept-encoding"] == "identity"
        return httpx.Response(200, headers=HEADERS, stream=Cut(error))

    path, transport = tmp_path / "a.yaml", httpx.MockTransport(answer)
    with httpx.Client(transport=transport) as client:
        try:
            with record(client, path):
                assert client.post("http://app/v1", content=b"hi").status_code == 200
        except httpx.ReadTimeout:
            assert error is not None
    assert not {"handle_request", "handle_async_request"} & vars(transport).keys()
    check(recorded(path), close)


def test_an_asynchronous_transport_is_heard(tmp_path: Path) -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=HEADERS, stream=Events())

    async def ask() -> None:
        async with (
            httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client,
            record(client, tmp_path / "a.yaml"),
        ):
            await client.post("http://app/v1", content=b"hi")

    asyncio.run(ask())
    check(recorded(tmp_path / "a.yaml"), Close.CLEAN)


def test_an_application_in_place_is_heard(tmp_path: Path) -> None:
    async def application(_: Any, __: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"".join(EVENTS)})

    async def ask() -> bytes:
        transport = httpx.ASGITransport(application)
        async with (
            httpx.AsyncClient(transport=transport) as client,
            record(client, tmp_path / "a.yaml", accept_encoding=None),
        ):
            return (await client.post("http://app/v1", content=b"hi")).content

    assert asyncio.run(ask()) == b"".join(EVENTS)
    assert recorded(tmp_path / "a.yaml").body == b"".join(EVENTS)


def test_an_answer_that_never_comes_is_no_cassette(tmp_path: Path) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with httpx.Client(transport=httpx.MockTransport(refuse)) as client:
        recording = record(client, tmp_path / "a.yaml")
        with pytest.raises(httpx.ConnectError), recording:
            client.get("http://app/v1")
    assert list(tmp_path.iterdir()) == []


def test_two_recordings_both_hear_and_the_transport_is_given_back(tmp_path: Path) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=b"x"))
    paths = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    with httpx.Client(transport=transport) as client:
        with record(client, paths[0]), record(client, paths[1]):
            client.get("http://app/v1")
        client.get("http://app/v1")
    assert [recorded(path).body for path in paths] == [b"x", b"x"]
    assert "handle_request" not in vars(transport)


def test_recordings_may_end_in_any_order(tmp_path: Path) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=b"x"))
    with httpx.Client(transport=transport) as client:
        first, second = record(client, tmp_path / "a.yaml"), record(client, tmp_path / "b.yaml")
        first.__enter__()
        second.__enter__()
        client.get("http://app/v1")
        first.__exit__(None, None, None)
        second.__exit__(None, None, None)
        assert client.get("http://app/v1").content == b"x"
