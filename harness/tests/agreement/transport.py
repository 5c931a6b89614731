"""The network of these tests: every request is answered, in memory, with the body of the moment."""

from __future__ import annotations

import httpx2


class Tape:
    """Plays one body as the answer to whatever is asked."""

    def __init__(self) -> None:
        self.body = b""

    def client(self) -> httpx2.Client:
        """An HTTP client that hears nothing but this tape."""
        return httpx2.Client(transport=httpx2.MockTransport(self._answer))

    def _answer(self, _: httpx2.Request) -> httpx2.Response:
        kind = {"content-type": "text/event-stream"}
        return httpx2.Response(200, headers=kind, content=self.body)
