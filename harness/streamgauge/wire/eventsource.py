"""What an EventSource makes of events: messages with type, text and last event id.

Dialects read events themselves; this is the reader that the standard describes, kept to prove the
decoder against its tests. It must never look at bytes that the decoder did not hand over.

Source: WHATWG HTML Living Standard, "Server-sent events", "dispatch the event"
<https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage>.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from streamgauge.wire.event import Event, Oddity
from streamgauge.wire.sse import text


class Dispatched(NamedTuple):
    """One message as a page would get it."""

    type: str
    data: str
    last_event_id: str


@dataclass(slots=True, kw_only=True)
class EventSource:
    """What persists over events, and over the streams of one reconnecting client.

    `reconnection_ms` is the last accepted `retry`, or None where there was none.
    """

    last_event_id: str = ""
    reconnection_ms: int | None = None

    def dispatch(self, events: Iterable[Event]) -> Iterator[Dispatched]:
        """The messages of one stream."""
        for event in events:
            if event.retry is not None:
                self.reconnection_ms = event.retry
            if event.id is not None and not _unterminated(event):
                self.last_event_id = event.id
            if event.dispatched and event.data is not None:
                yield Dispatched(event.name or "message", text(event.data), self.last_event_id)


def _unterminated(event: Event) -> bool:
    return any(oddity is Oddity.UNTERMINATED for oddity, _ in event.oddities)
