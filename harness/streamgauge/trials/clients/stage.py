"""The stage on which cases are played: one replay server for all clients at once.

A client's base URL names the case and the client (`/case/<id>/agent/<name>`), so that requests of
many clients never mix. A case's stream answers the first request; where more belong to it, the
simulator of its vendor answers the others, or refuses them. It counts what came and keeps what was
really sent. It must never grade.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self
from urllib.parse import quote, unquote, urlsplit

from streamgauge.exchange import Exchange, Request
from streamgauge.pipeline import profiles
from streamgauge.replay.connection import failure
from streamgauge.replay.sent import Sent
from streamgauge.replay.server import Server
from streamgauge.replay.simulator import Simulator
from streamgauge.trials.clients.sources import Played
from streamgauge.vendors.profile import find


class Stage:
    """An async context manager; while it is open, `url` answers."""

    def __init__(self, cases: Mapping[str, Played]) -> None:
        """`cases` by their ids."""
        self._cases = cases
        self._came: dict[tuple[str, str], list[Request]] = defaultdict(list)
        self._went: dict[tuple[str, str], list[Sent]] = defaultdict(list)
        self._given: dict[tuple[str, str], list[Exchange]] = defaultdict(list)
        self._simulators: dict[tuple[str, str], Simulator] = {}
        self._server = Server(self._answer, log=self._note)

    async def __aenter__(self) -> Self:
        """Listen on loopback."""
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        await self._server.__aexit__(kind, error, trace)

    def url(self, case: str, agent: str) -> str:
        """The base URL of a case for a client."""
        return f"{self._server.url}/case/{quote(case, safe='')}/agent/{quote(agent, safe='')}"

    def requests(self, case: str, agent: str) -> tuple[Request, ...]:
        """The requests that came so far, credentials included."""
        return tuple(self._came[case, agent])

    def sent(self, case: str, agent: str) -> tuple[Sent, ...]:
        """The answers that have been played to their end so far."""
        return tuple(self._went[case, agent])

    def answers(self, case: str, agent: str) -> tuple[Exchange, ...]:
        """What was given for the requests that came so far, each with its request."""
        return tuple(self._given[case, agent])

    def forget(self, case: str, agent: str) -> None:
        """Take no more account of what came."""
        self._came.pop((case, agent), None)
        self._went.pop((case, agent), None)
        self._given.pop((case, agent), None)
        self._simulators.pop((case, agent), None)

    def _answer(self, request: Request) -> Exchange:
        place = _place(request)
        if place is None or place[0] not in self._cases:
            return failure(404, "no such case")
        self._came[place].append(request)
        played = self._cases[place[0]]
        first = len(self._came[place]) == 1 or played.case.turns == 1
        exchange = played.exchange if first else self._simulator(place).answer(_bare(request))
        self._given[place].append(replace(exchange, request=_bare(request)))
        return exchange

    def _simulator(self, place: tuple[str, str]) -> Simulator:
        """The vendor, which has answered the case's own request and knows what it signed."""
        if place not in self._simulators:
            good = self._cases[place[0]].good
            profile = find(profiles(), good.vendor)
            assert profile is not None
            self._simulators[place] = Simulator(profile)
            if good.exchange.request is not None:
                self._simulators[place].answer(good.exchange.request)
        return self._simulators[place]

    def _note(self, sent: Sent) -> None:
        place = _place(sent.request)
        if place is not None:
            self._went[place].append(sent)


def _bare(request: Request) -> Request:
    """The request as the vendor would have got it: without case and client in its path."""
    path = urlsplit(request.url).path.split("/")[5:]
    return replace(request, url="/" + "/".join(path))


def _place(request: Request) -> tuple[str, str] | None:
    match urlsplit(request.url).path.split("/")[1:]:
        case ["case", case, "agent", agent, *_]:
            return unquote(case), unquote(agent)
        case _:
            return None
