"""A client with no opinion: it writes bytes, and keeps each read with its time, and the end."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

ASKED = b"POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}"


@dataclass(frozen=True)
class Heard:
    """What each read gave and when (monotonic), and how it ended: fin, reset or silence."""

    reads: tuple[bytes, ...]
    times: tuple[float, ...]
    end: str

    @property
    def all(self) -> bytes:
        return b"".join(self.reads)

    @property
    def head(self) -> bytes:
        return self.all.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.all.partition(b"\r\n\r\n")[2]


Ask = Callable[..., Awaitable[Heard]]


async def ask(url: str, sent: bytes = ASKED, *, until: bytes = b"", patience: float = 5) -> Heard:
    """Write, then read to the end; `until` ends the reading when the answer ends so."""
    host, port = url.removeprefix("http://").rsplit(":", 1)
    loop = asyncio.get_running_loop()
    with socket.create_connection((host, int(port))) as tcp:
        tcp.setblocking(False)
        await loop.sock_sendall(tcp, sent)
        reads: list[bytes] = []
        times: list[float] = []
        end = "stopped"
        while not (until and b"".join(reads).endswith(until)):
            try:
                data = await asyncio.wait_for(loop.sock_recv(tcp, 1 << 20), patience)
            except ConnectionResetError:
                end = "reset"
                break
            except TimeoutError:
                end = "silence"
                break
            if not data:
                end = "fin"
                break
            reads.append(data)
            times.append(time.monotonic())
    return Heard(tuple(reads), tuple(times), end)


@pytest.fixture(name="ask")
def _ask() -> Ask:
    return ask
