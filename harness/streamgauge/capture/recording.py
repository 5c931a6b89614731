"""`record`: keep what a client of an API sends and gets as a cassette, for as long as a block runs.

It puts a tap into every transport that the client uses and takes it out again. It never
leaves a client changed, whatever happens in the block.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from streamgauge.capture.credentials import MEMBER_ENDINGS
from streamgauge.capture.outer_tap import listen
from streamgauge.capture.recorder import Recorder
from streamgauge.capture.sdk import CHOICE, choosers, has_pool, http_clients, transports
from streamgauge.capture.tap import IDENTITY, Pool

_MAKES_CLIENTS: Final = "_client_for_running_loop"
"""A client that keeps another for each event loop makes it here, when it is first needed."""


class NothingToRecordError(TypeError):
    """The object holds no HTTP client that could be listened to."""


class Recording:
    """A sync and async context manager; gives the `Recorder`, and seals the cassette at its end.

    Warns where an answer had to be left out, and where no request came by at all.
    """

    def __init__(
        self,
        client: object,
        path: Path,
        *,
        secrets: Sequence[bytes],
        accept_encoding: str | None,
    ) -> None:
        self._client, self._path, self._secrets = client, path, secrets
        self._accept_encoding = accept_encoding
        self._tapped: list[tuple[Any, Callable[[], None]]] = []
        self._watched: list[Any] = []
        self._choosers: list[Any] = []
        self._recorder: Recorder | None = None

    def __enter__(self) -> Recorder:
        """Begin; raises `NothingToRecordError`, and OSError where the journal cannot be made."""
        clients = http_clients(self._client)
        if not clients:
            kind = type(self._client).__name__
            raise NothingToRecordError(f"a {kind} holds no httpx or httpx2 client")
        self._recorder = recorder = Recorder(self._path, self._secrets)
        for client in clients:
            self._tap(client, recorder)
            if hasattr(client, _MAKES_CLIENTS):
                self._watch(client, recorder)
        for chooser in choosers(self._client):
            setattr(chooser, CHOICE, lambda: False)
            self._choosers.append(chooser)
        return recorder

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the taps out, seal the cassette."""
        for _, end in reversed(self._tapped):
            end()
        for client in self._watched:
            delattr(client, _MAKES_CLIENTS)
        for chooser in self._choosers:
            delattr(chooser, CHOICE)
        if self._recorder is not None:
            self._recorder.close()
            self._say_what_is_missing(self._recorder)
        self._tapped, self._watched, self._choosers, self._recorder = [], [], [], None

    async def __aenter__(self) -> Recorder:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, trace)

    def _tap(self, client: Any, recorder: Recorder) -> None:
        for transport in transports(client):
            if not any(transport is tapped for tapped, _ in self._tapped):
                put = _tap_pool if has_pool(transport) else listen
                self._tapped.append((transport, put(transport, recorder, self._accept_encoding)))

    def _watch(self, client: Any, recorder: Recorder) -> None:
        """Tap the clients that a client makes while the block runs."""
        make = getattr(client, _MAKES_CLIENTS)

        def made_and_tapped() -> Any:
            made = make()
            self._tap(made, recorder)
            return made

        setattr(client, _MAKES_CLIENTS, made_and_tapped)
        self._watched.append(client)

    def _say_what_is_missing(self, recorder: Recorder) -> None:
        for reason in recorder.refused:
            warnings.warn(f"{self._path}: an answer was left out: {reason}", stacklevel=3)
        if not recorder.begun:
            warnings.warn(f"{self._path}: no request came by, nothing was recorded", stacklevel=3)


def record(
    client_or_sdk: object,
    path: str | os.PathLike[str],
    *,
    secrets: Iterable[str | bytes] = (),
    accept_encoding: str | None = IDENTITY,
) -> Recording:
    """Record what a client sends and gets while a `with` or `async with` block runs.

    `client_or_sdk` is an httpx or httpx2 client, or anything built on one. The cassette at `path`
    is written when the block ends. Keys that environment variables hold are overwritten wherever
    they turn up; `secrets` names more. `accept_encoding` replaces the header that the client would
    send, since compression hides when an event came; None leaves it as it is.
    """
    more = [secret.encode() if isinstance(secret, str) else secret for secret in secrets]
    return Recording(
        client_or_sdk,
        Path(path),
        secrets=[*more, *_keys_of_the_environment()],
        accept_encoding=accept_encoding,
    )


def _tap_pool(
    transport: Any, recorder: Recorder, accept_encoding: str | None
) -> Callable[[], None]:
    """Put a tap between a transport and its pool; what is returned takes it out."""
    pool = Pool(transport._pool, recorder, accept_encoding)
    transport._pool = pool

    def end() -> None:
        # Another recording that began later took this pool for the client's own.
        if transport._pool is pool:
            transport._pool = pool.heard

    return end


def _keys_of_the_environment() -> list[bytes]:
    """The values of variables that are named like keys (`OPENAI_API_KEY`, `HF_TOKEN` …)."""
    endings = (*MEMBER_ENDINGS, "token", "secret")
    return [
        os.fsencode(value)
        for name, value in os.environ.items()
        if name.lower().replace("_", "").endswith(endings)
    ]
