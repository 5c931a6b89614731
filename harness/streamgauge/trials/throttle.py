"""Keeps requests to one target below so many a minute, spread evenly."""

from __future__ import annotations

import asyncio


class Throttle:
    """`per_minute` None lets everything through at once."""

    def __init__(self, per_minute: float | None) -> None:
        self._gap = 0.0 if not per_minute else 60.0 / per_minute
        self._next = 0.0

    async def turn(self) -> None:
        """Wait until the next request may go out."""
        if not self._gap:
            return
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + self._gap
        await asyncio.sleep(at - now)
