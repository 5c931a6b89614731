"""Runs one engine while a context lasts: started, waited for, ended by its own process id.

It listens on 127.0.0.1 at a port that was free, keeps its log, and may take so much memory and no
more. What it is asked, and whether it answers rightly, is not known here.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
from asyncio.subprocess import DEVNULL, STDOUT, Process, create_subprocess_exec
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from engines.place import EngineError
from engines.steps import end_group

HOST = "127.0.0.1"
BETWEEN_POLLS = 0.2
TO_SAY_GOODBYE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How an engine is started.

    `command` gives the arguments for a port. `paths` has the dialects with the base path of each.
    `key` is what it asks for. `members` must be in every request for it to answer as meant.
    `memory` is in bytes, `ready` in seconds.
    """

    name: str
    model: str
    command: Callable[[int], Sequence[str | Path]]
    paths: Mapping[str, str]
    log: Path
    key: str | None = None
    cwd: Path | None = None
    health: str = "/health"
    env: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, object] = field(default_factory=dict)
    memory: int = 6 * 2**30
    ready: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An engine that answers at `url` (no path, no slash at the end)."""

    launch: Launch
    url: str
    pid: int

    def base_url(self, dialect: str) -> str:
        """The base URL that a client of the dialect is given."""
        return self.url + self.launch.paths[dialect]


@asynccontextmanager
async def running(launch: Launch) -> AsyncIterator[Running]:
    """The engine, once its health URL says that it is ready; EngineError where it never does."""
    port = free_port()
    launch.log.parent.mkdir(parents=True, exist_ok=True)
    with launch.log.open("ab") as log:
        process = await create_subprocess_exec(
            *map(str, launch.command(port)),
            stdin=DEVNULL,
            stdout=log,
            stderr=STDOUT,
            env=os.environ | dict(launch.env),
            cwd=launch.cwd,
            start_new_session=True,
        )
    try:
        _limit(process.pid, launch.memory)
        url = f"http://{HOST}:{port}"
        await _wait_until_ready(launch, process, url)
        yield Running(launch=launch, url=url, pid=process.pid)
    finally:
        await _end(process)


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
    return port


def _limit(pid: int, memory: int) -> None:
    """Bound what it may allocate, where the system can bound another process."""
    if hasattr(resource, "prlimit"):
        resource.prlimit(pid, resource.RLIMIT_AS, (memory, memory))


async def _wait_until_ready(launch: Launch, process: Process, url: str) -> None:
    try:
        async with asyncio.timeout(launch.ready), httpx.AsyncClient(trust_env=False) as client:
            while not await _is_ready(client, url + launch.health):
                if process.returncode is not None:
                    raise EngineError(
                        f"{launch.name} ended with code {process.returncode} before it was ready; "
                        f"see {launch.log}"
                    )
                await asyncio.sleep(BETWEEN_POLLS)
    except TimeoutError:
        raise EngineError(
            f"{launch.name} was not ready after {launch.ready:.0f} s; see {launch.log}"
        ) from None


async def _is_ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.TransportError:
        return False


async def _end(process: Process) -> None:
    """Ask it to go, and insist after a while; nothing that it started is left."""
    if process.returncode is None:
        end_group(process.pid)
        try:
            async with asyncio.timeout(TO_SAY_GOODBYE):
                await process.wait()
        except TimeoutError:
            end_group(process.pid, signal.SIGKILL)
            await process.wait()
