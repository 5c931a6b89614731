"""How far off our own clock is: the socket reader against a server that knows what it sent.

Run before anything is timed, in the same process and event loop; it warms up what is slow the
first time, too.
"""

from __future__ import annotations

import asyncio
import itertools
from bisect import bisect_right
from collections.abc import Iterator

from streamgauge.capture.recorder import Recorder
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.replay.sent import Sent
from streamgauge.replay.server import Server
from streamgauge.targets import socket_reader
from streamgauge.targets.reading import Ask
from streamgauge.targets.target import Timeouts

_GAP_MS = 10.0
_PIECES = 25
_PIECE = b"data: {}\n\n"
_ROUNDS = 2


async def own_error(streams: int) -> float | None:
    """The 99th percentile, in milliseconds, of how wrong a gap between pieces is measured.

    `streams` are read at once, as many as will be timed at once. None where nothing was read:
    an error that nobody measured is not zero.
    """
    sent: dict[str, Sent] = {}
    errors: list[float] = []
    async with Server(lambda _: _steady(), log=lambda one: _keep(sent, one)) as server:
        for turn in range(_ROUNDS):
            names = [f"{turn}-{number}" for number in range(streams)]
            read = await asyncio.gather(*(_read(f"{server.url}/{name}") for name in names))
            if turn:
                both = zip(names, read, strict=True)
                errors += (e for name, one in both for e in gap_errors(one, sent[name]))
    errors.sort()
    return errors[min(len(errors) - 1, int(0.99 * len(errors)))] if errors else None


def _steady() -> Exchange:
    arrivals = tuple((number * len(_PIECE), number * _GAP_MS) for number in range(_PIECES))
    return Exchange(
        head=Head(status=200, headers=(("content-type", "text/event-stream"),)),
        body=_PIECE * _PIECES,
        arrivals=arrivals,
        close=Close.CLEAN,
        framing=Framing.CHUNKED,
    )


def _keep(sent: dict[str, Sent], one: Sent) -> None:
    sent[one.request.url.rpartition("/")[2]] = one


async def _read(url: str) -> Exchange:
    host = url.split("/")[2]
    request = Request(method="GET", url=url, headers=(("host", host),))
    taking = Recorder(None).begin(request, seam=Seam.SOCKET)
    return await socket_reader.read(Ask(request=request, timeouts=Timeouts()), taking)


def gap_errors(read: Exchange, sent: Sent) -> Iterator[float]:
    """How wrong each gap is, in milliseconds: the time between the arrivals of two bytes against
    the time between their departures.

    Bytes are looked up by offset, so that two pieces that came as one are an error like any other.
    """
    arrivals = read.arrivals or ()
    offsets = [offset for offset, _ in arrivals]
    pairs = [
        (arrivals[bisect_right(offsets, offset) - 1][1], at * 1000)
        for offset, at in sent.segments
        if offset < len(read.body)
    ]
    for (here, there), (later, further) in itertools.pairwise(pairs):
        yield abs((later - here) - (further - there))
