"""URLs with which a client that knows only a base URL can run every case, in Autobahn's manner.

`/cases` lists what there is. Everything below `/case/<id>/agent/<name>/` is answered with that
case, whatever path the API puts behind it. `/report?agent=<name>` says what an agent has fetched.
All other requests are answered by matching. It must never read a clock or a file.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from urllib.parse import parse_qs, quote, unquote, urlsplit

from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.replay.library import Entry, Library
from streamgauge.replay.sent import Sent

_AGENTS = 1000
"""Agents kept in the report; a name is free for the asking, memory is not."""


class Control:
    """Answers requests from a library and keeps account of what each agent fetched."""

    def __init__(self, library: Library) -> None:
        """`library` is what there is to serve."""
        self._library = library
        self._fetched: dict[str, dict[str, _Account]] = {}

    def answer(self, request: Request) -> Exchange:
        """The exchange that a request is answered with."""
        url = urlsplit(request.url)
        match [unquote(step) for step in url.path.split("/")[1:]]:
            case ["cases"]:
                return _json(HTTPStatus.OK, [_case(entry) for entry in self._library.entries])
            case ["report"]:
                return self._report(parse_qs(url.query).get("agent", [""])[0])
            case ["case", id, "agent", _, *_]:
                return self._named(id)
            case _:
                return self._matching(request)

    def note(self, sent: Sent) -> None:
        """Take account of an answer that was sent."""
        path = urlsplit(sent.request.url).path
        match path.split("/", 5)[1:]:
            case ["case", id, "agent", name, *rest]:
                agent = unquote(name)
                if agent in self._fetched or len(self._fetched) < _AGENTS:
                    self._count(agent, unquote(id), "/".join(["", *rest]), sent)

    def _count(self, agent: str, id: str, path: str, sent: Sent) -> None:
        if self._library.named(id) is not None:
            accounts = self._fetched.setdefault(agent, {})
            accounts.setdefault(id, _Account()).add(path, sent)

    def _named(self, id: str) -> Exchange:
        entry = self._library.named(id)
        return _refused(f"no case {id!r}; see /cases") if entry is None else entry.exchange

    def _matching(self, request: Request) -> Exchange:
        entry = self._library.matching(request)
        if entry is None:
            return _refused(
                "no recording answers this request; use a base URL of /cases, "
                "such as /case/<id>/agent/<name>"
            )
        return entry.exchange

    def _report(self, agent: str) -> Exchange:
        if not agent:
            return _json(HTTPStatus.OK, {"agents": sorted(self._fetched)})
        accounts = self._fetched.get(agent, {})
        return _json(
            HTTPStatus.OK,
            {
                "agent": agent,
                "cases": [{"id": id, **account.shown()} for id, account in accounts.items()],
                "not_fetched": [e.id for e in self._library.entries if e.id not in accounts],
            },
        )


class _Account:
    """How often an agent fetched a case, and how it went the last time."""

    def __init__(self) -> None:
        self._times = 0
        self._last: dict[str, object] = {}

    def add(self, path: str, sent: Sent) -> None:
        self._times += 1
        self._last = {
            "method": sent.request.method,
            "path": path,
            "segments": len(sent.segments),
            "ms": round((sent.ended - sent.began) * 1000, 3),
            "close": sent.close.value,
            "error": sent.error,
        }

    def shown(self) -> dict[str, object]:
        return {"fetched": self._times, "last": self._last}


def _case(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "dialect": entry.dialect,
        "says": entry.says,
        "base_path": f"/case/{quote(entry.id)}/agent/",
    }


def _refused(says: str) -> Exchange:
    error = {"type": "replay_server", "message": says}
    return _json(HTTPStatus.NOT_FOUND, {"error": error})


def _json(status: int, value: object) -> Exchange:
    return Exchange(
        source="control",
        head=Head(status=status, headers=(("content-type", "application/json"),)),
        body=json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"),
        close=Close.CLEAN,
        framing=Framing.LENGTH,
    )
