"""Joins readers and recorders for the engine: one client a target, one recording a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import httpx

from streamgauge.capture.recorder import Recorder
from streamgauge.exchange import Exchange, Request, Seam
from streamgauge.targets import httpx_reader, socket_reader
from streamgauge.targets.reading import Ask, Taking
from streamgauge.targets.target import Target
from streamgauge.trials.asker import Reader
from streamgauge.trials.trial import Trial


class Live:
    """An async context manager; its clients are closed with it."""

    def __init__(self, targets: Sequence[Target], secrets: Sequence[bytes]) -> None:
        self._targets = targets
        self._recorder = Recorder(None, secrets)
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._stack = AsyncExitStack()

    @property
    def readers(self) -> Mapping[Seam, Reader]:
        """A reader for each seam."""
        return {Seam.CLIENT: self._by_httpx, Seam.SOCKET: self._by_socket}

    def begin(self, trial: Trial, request: Request, seam: Seam) -> Taking:  # noqa: ARG002
        """The recording of one request."""
        return self._recorder.begin(request, seam=seam)

    async def __aenter__(self) -> Self:
        """Open a client for each target."""
        for target in self._targets:
            made = httpx_reader.client(target.timeouts, target.pace.at_once)
            self._clients[target.name] = await self._stack.enter_async_context(made)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close them."""
        await self._stack.aclose()

    async def _by_httpx(self, target: Target, ask: Ask, taking: Taking) -> Exchange:
        return await httpx_reader.read(self._clients[target.name], ask, taking)

    async def _by_socket(self, target: Target, ask: Ask, taking: Taking) -> Exchange:  # noqa: ARG002
        return await socket_reader.read(ask, taking)
