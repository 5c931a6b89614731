"""What a replay server can serve: recorded exchanges by id, and by the request that they answer.

It makes a recording playable by filling in what a server must have and the recording does not say.
It must never open a file, and never change a byte of a body.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from streamgauge.capture import redact_request
from streamgauge.capture.matching import canonical
from streamgauge.exchange import Exchange, Request
from streamgauge.wire import json_array, json_lines, sse
from streamgauge.wire.event import Event
from streamgauge.wire.framing import Framing, detect

_PACE = 10.0
"""Milliseconds between two events of a body whose arrivals nobody recorded."""
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9._-]+")
_TYPES = {
    Framing.SSE: "text/event-stream",
    Framing.JSON_ARRAY: "application/json",
    Framing.JSON_LINES: "application/x-ndjson",
    Framing.DOCUMENT: "application/json",
    Framing.HTML: "text/html",
    Framing.BINARY: "application/octet-stream",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to serve; `id` names it in URLs, `says` is a line for people."""

    id: str
    exchange: Exchange
    dialect: str | None = None
    says: str = ""


class Library:
    """Entries by id and by request; it counts how often each request came."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Ids must be unique; see `ids`."""
        self.entries = tuple(entries)
        self._by_id = {entry.id: entry for entry in entries}
        self._by_request: dict[str, list[Entry]] = defaultdict(list)
        self._came: Counter[str] = Counter()
        for entry in entries:
            if entry.exchange.request is not None:
                for key in _keys(entry.exchange.request):
                    self._by_request[key].append(entry)

    def named(self, id: str) -> Entry | None:
        """The entry with an id."""
        return self._by_id.get(id)

    def matching(self, request: Request) -> Entry | None:
        """The entry that was recorded for such a request; the n-th for the n-th one that comes.

        The last answers all that come after it. A library of one entry answers everything.
        """
        for key in _keys(redact_request(request)):
            found = self._by_request.get(key)
            if found:
                self._came[key] += 1
                return found[min(self._came[key], len(found)) - 1]
        return self.entries[0] if len(self.entries) == 1 else None


def ids(sources: Iterable[str]) -> list[str]:
    """A unique id, fit for a URL, for each source: of a fixture its two folders, else the name.

    >>> ids(["fixtures/gemini/text/stream.sse", "tapes/kimi.yaml#0", "more/kimi.yaml#0"])
    ['gemini.text', 'kimi.0', 'kimi.0-2']
    """
    seen: Counter[str] = Counter()
    taken: dict[str, None] = {}
    for source in sources:
        shown = id = _id(source)
        while shown in taken:
            seen[id] += 1
            shown = f"{id}-{seen[id] + 1}"
        taken[shown] = None
    return list(taken)


def playable(exchange: Exchange) -> Exchange:
    """With a status, a content type and arrivals where the recording has none.

    A body of unknown arrivals is played event by event, 10 ms apart.
    """
    framing = detect(exchange.body, exchange.head.content_type)
    head = exchange.head
    if head.content_type is None:
        stated = ("content-type", _TYPES.get(framing, "text/plain"))
        head = replace(head, headers=(stated, *head.headers))
    arrivals = exchange.arrivals
    if arrivals is None:
        starts = [event.start for event in _events(exchange.body, framing)] or [0]
        arrivals = tuple((start, number * _PACE) for number, start in enumerate(starts))
    return replace(exchange, head=replace(head, status=head.status or 200), arrivals=arrivals)


def _events(body: bytes, framing: Framing) -> Iterable[Event]:
    match framing:
        case Framing.SSE:
            return sse.events(body)
        case Framing.JSON_ARRAY:
            return json_array.events(body)
        case Framing.JSON_LINES:
            return json_lines.events(body)
        case _:
            return ()


def _id(source: str) -> str:
    path, _, number = source.partition("#")
    *folders, name = path.replace("\\", "/").split("/")
    stem = "stdin" if name == "-" else name.split(".")[0]
    stem = ".".join(folders[-2:]) if stem == "stream" and folders else stem
    shown = f"{stem}.{number}" if number else stem
    return _NOT_IN_IDS.sub("-", shown).strip("-.") or "stream"


def _keys(request: Request) -> tuple[str, str]:
    """What a request is known by: with its path, and without where a recording has none."""
    return canonical(request).what, canonical(replace(request, url="")).what
