"""The replay server: hands out exchanges over HTTP/1.1, byte for byte and on time.

What is answered is the business of the callable it is given; it must never know a vendor, a rule
or a file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from streamgauge.replay.connection import Answer, Connection, House
from streamgauge.replay.http1 import Bounds
from streamgauge.replay.sent import Sent


class Server:
    """An async context manager that listens while it is open.

    `answer` takes a request (credentials included, `url` absolute) and gives the exchange to play,
    at once or awaited. `speed` 2.0 plays twice as fast, 0 all at once. `log` is called once for
    each answer, in the event loop. `port` 0 takes a free one; OSError where it cannot listen.
    """

    def __init__(
        self,
        answer: Answer,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        speed: float = 1.0,
        log: Callable[[Sent], None] | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        """Nothing is opened yet."""
        self._address = (host, port)
        self._house = House(answer=answer, speed=speed, log=log, bounds=bounds or Bounds())
        self._listening: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, without a slash at the end; empty before it listens."""
        return self._house.url

    @property
    def busy(self) -> int:
        """How many answers are being played."""
        return len(self._house.tasks)

    async def __aenter__(self) -> Self:
        """Listen."""
        loop = asyncio.get_running_loop()
        host, port = self._address
        self._listening = await loop.create_server(
            lambda: Connection(self._house), host, port, backlog=1024
        )
        bound = self._listening.sockets[0].getsockname()[1]
        self._house.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening and end every connection at once."""
        assert self._listening is not None
        self._listening.close()
        for connection in tuple(self._house.open):
            connection.leave()
        await asyncio.gather(*self._house.tasks, return_exceptions=True)
        await self._listening.wait_closed()
