"""The bytes of an event that is still open, kept while they are within the limits.

It must never keep more than the event limit, and never forget how many bytes there were.
"""

from __future__ import annotations

from streamgauge.wire.event import Event, Limits, Oddity


class Held:
    """What has arrived of the open event; `start` is its offset in the body, `size` its bytes."""

    __slots__ = ("_kept", "_limits", "index", "size", "start")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._kept = bytearray()
        self.index = 0
        self.start = 0
        self.size = 0

    @property
    def end(self) -> int:
        """Body offset behind the last byte so far."""
        return self.start + self.size

    @property
    def past_stream(self) -> bool:
        """Whether the body is past its limit: then this event is the last, whatever comes."""
        return self.end > self._limits.stream

    def add(self, piece: bytes) -> None:
        """More bytes of the open event."""
        self.size += len(piece)
        if self.size <= self._limits.event and not self.past_stream:
            self._kept += piece
        elif self._kept:
            self._kept = bytearray()

    def take(self) -> bytes:
        """The bytes of the event. Ask `over` first: nothing is kept past a limit."""
        return bytes(self._kept)

    def over(self) -> Event | None:
        """The event that stands for bytes past a limit; None where all are kept."""
        if self.past_stream:
            return self._opaque(Oddity.STREAM_OVER_LIMIT)
        if self.size > self._limits.event:
            return self._opaque(Oddity.EVENT_OVER_LIMIT)
        return None

    def _opaque(self, oddity: Oddity) -> Event:
        oddities = ((oddity, self.start),)
        return Event(self.index, self.start, self.end, None, None, False, -1, oddities)

    def next(self) -> None:
        """The event is done; the next one begins behind it."""
        self.start = self.end
        self.size = 0
        self.index += 1
        self._kept = bytearray()


def bad_utf8(raw: bytes, start: int) -> tuple[tuple[Oddity, int], ...]:
    """The oddity for the first byte of `raw` that is not UTF-8; `start` is where `raw` begins."""
    if raw.isascii():
        return ()
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return ((Oddity.BAD_UTF8, start + error.start),)
    return ()
