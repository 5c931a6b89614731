"""A server on the loopback that says, byte by byte, what a test tells it to."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest


class Peer:
    """The server's side of one connection, once a request has been read."""

    def __init__(self, connection: socket.socket, request: bytes, go: threading.Semaphore) -> None:
        self._connection, self.request, self._go = connection, request, go

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def wait(self) -> None:
        """Until the client says that it has seen what was sent."""
        if not self._go.acquire(timeout=20):
            raise OSError("the client never saw what was sent")

    def finish(self) -> None:
        """Close with FIN."""
        self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def reset(self) -> None:
        """Close with RST."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def hold(self) -> None:
        """Say nothing until the client goes."""
        with contextlib.suppress(OSError):
            while self._connection.recv(1000):
                pass


class Loopback:
    """Answers each request by calling `script` with its peer; `seen` lets a waiting one go on."""

    def __init__(self, script: Callable[[Peer], None]) -> None:
        self._script = script
        self._go = threading.Semaphore(0)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.requests: list[bytes] = []
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def seen(self) -> None:
        self._go.release()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self._open.append(connection)
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while request := _request(connection):
                self.requests.append(request)
                self._script(Peer(connection, request, self._go))


def _request(connection: socket.socket) -> bytes:
    """A whole request, or nothing where the client went away."""
    data = b""
    while not _is_whole(data):
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    return data


def _is_whole(data: bytes) -> bool:
    head, blank, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return bool(blank) and len(body) >= int(length[1] if length else 0)


@pytest.fixture
def loopback() -> Iterator[Callable[[Callable[[Peer], None]], Loopback]]:
    """Starts a server with a script; all are ended with the test."""
    with contextlib.ExitStack() as stack:

        def start(script: Callable[[Peer], None]) -> Loopback:
            server = Loopback(script)
            stack.callback(server.close)
            return server

        yield start
