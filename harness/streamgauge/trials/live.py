"""Joins readers and recorders for the engine: one client a target, one recording a request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
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


def cassette_path(folder: Path, trial: Trial) -> Path:
    """`<folder>/<target>/<model>/<scenario>.yaml`; what no file may be called is written as `-`.

    >>> _safe("../meta/llama 3.1"), _safe("..")
    ('-meta-llama-3.1', '-')
    """
    model = _safe(trial.target.model)
    return folder / _safe(trial.target.name) / model / f"{_safe(trial.scenario.name)}.yaml"


def _safe(name: str) -> str:
    # A leading point would hide the file from whoever looks for recordings.
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip(".")[:80] or "-"


class Live:
    """An async context manager; its clients are closed with it."""

    def __init__(
        self, targets: Sequence[Target], secrets: Sequence[bytes], cassettes: Path | None = None
    ) -> None:
        """With `cassettes` every trial is kept in a file of that folder, sealed at the end."""
        self._targets = targets
        self._secrets = tuple(secrets)
        self._cassettes = cassettes
        self._recorder = Recorder(None, secrets)
        self._recorders: dict[Path, Recorder] = {}
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._stack = AsyncExitStack()

    @property
    def readers(self) -> Mapping[Seam, Reader]:
        """A reader for each seam."""
        return {Seam.CLIENT: self._by_httpx, Seam.SOCKET: self._by_socket}

    def begin(self, trial: Trial, request: Request, seam: Seam) -> Taking:
        """The recording of one request."""
        return self._recorder_of(trial).begin(request, seam=seam)

    def _recorder_of(self, trial: Trial) -> Recorder:
        if self._cassettes is None:
            return self._recorder
        # By path: two names that become one on disk share a cassette, and neither is lost.
        path = cassette_path(self._cassettes, trial)
        if path not in self._recorders:
            recorder = Recorder(path, self._secrets)
            self._stack.callback(recorder.close)
            self._recorders[path] = recorder
        return self._recorders[path]

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
