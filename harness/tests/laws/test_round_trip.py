"""Law 7: a cassette written, read and replayed gives the same bytes, boundaries, times and close.

Writing and reading alone is a property, in `capture/test_cassette_text.py`. Here our own server
plays a cassette and the recorder makes another of what it hears.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import httpx
import pytest

from streamgauge import record
from streamgauge.capture import read
from streamgauge.capture.matching import Answers
from streamgauge.capture.recorder import Recorder
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.replay.server import Server

EVENTS = [b"data: 1\n\n", b"data: \xc3", b"\xa9\r", b"\n\r\n", b": \xff\n\n", b"data: [DONE]\n\n"]
FIELDS = (("content-type", "text/event-stream"),)
PROMPTS = ("one", "two", "three")


def body(prompt: str) -> bytes:
    return b'{"prompt": "%s"}' % prompt.encode()


def recorded(path: Path, close: Close) -> list[Exchange]:
    """A cassette of one answer for each prompt; they differ in the comment that they begin with."""
    with Recorder(path) as recorder:
        for prompt in PROMPTS:
            taking = recorder.begin(Request(url="https://h/v1", body=body(prompt)), Seam.CLIENT)
            taking.head(Head(status=200, headers=FIELDS), Framing.CHUNKED)
            for place, segment in enumerate([f": {prompt}\n\n".encode(), *EVENTS]):
                taking.segment(segment, 5.0 + 12.5 * place)
            taking.end(close)
    return read("a.yaml", path.read_bytes())


async def replayed(exchanges: list[Exchange], path: Path) -> list[Exchange]:
    """What the recorder makes of the cassette when our server plays it to three at once."""
    answers = Answers(exchanges)

    def answer(request: Request) -> Exchange:
        found = answers.answer(request)
        assert found is not None
        return found

    async def ask(client: httpx.AsyncClient, url: str, prompt: str) -> None:
        with contextlib.suppress(httpx.RemoteProtocolError):
            await client.post(f"{url}/v1", content=body(prompt))

    async with (
        Server(answer) as server,
        httpx.AsyncClient(trust_env=False) as client,
        record(client, path),
    ):
        await asyncio.gather(*(ask(client, server.url, prompt) for prompt in reversed(PROMPTS)))
    return read("b.yaml", path.read_bytes())


@pytest.mark.parametrize("close", [Close.CLEAN, Close.EOF])
def test_law_round_trip_over_the_network(close: Close, tmp_path: Path) -> None:
    first = recorded(tmp_path / "a.yaml", close)
    again = asyncio.run(replayed(first, tmp_path / "b.yaml"))
    by_prompt = {one.request.body: one for one in again if one.request is not None}
    assert len(by_prompt) == len(PROMPTS)
    for one in first:
        assert one.request is not None
        other = by_prompt[one.request.body]
        assert other.body == one.body
        assert (other.close, other.framing, other.seam) == (close, Framing.CHUNKED, Seam.CLIENT)
        assert (other.head.status, other.head.content_type) == (200, "text/event-stream")
        assert one.arrivals is not None
        assert other.arrivals is not None
        assert [offset for offset, _ in other.arrivals] == [offset for offset, _ in one.arrivals]
        # A busy machine may be late, and may note late when the request was sent; but a cassette
        # that is played at once would be far too early.
        pairs = zip(one.arrivals, other.arrivals, strict=True)
        assert all(b >= a - 40 for (_, a), (_, b) in pairs)
