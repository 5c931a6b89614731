"""What came of each case for each client, as lines of a file that can be gone on with.

A header, then a line for each client and case (format: `conformance/schemas/client.result`). A line
counts again only while the bytes of the case, its charge and the client's edition are the same.
It must never hold a credential: of a request it keeps that it came.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from streamgauge.replay.sent import Sent
from streamgauge.reply import Answered, Died, Hung, Raised, Reply
from streamgauge.report.plain_json import dumps
from streamgauge.trials.clients.engine import Client, Tried
from streamgauge.trials.clients.sources import Played

Line = dict[str, Any]
_HASHED = 16
_FORM = 2
"""Which members a line has; lines of another form do not count again."""
_TAIL = 900
"""Bytes of a body's end that a line of a broken duty keeps."""
_SEGMENTS = 12
_LONG = 2000
"""Characters that a line keeps of each thing that a client said."""


@dataclass(frozen=True, slots=True)
class Key:
    """What names a line: the client, the case, and a hash of all that could change the result."""

    client: str
    case: str
    hash: str


def key(client: Client, played: Played) -> Key:
    """The key of a client's result in a case."""
    exchange, charge = played.exchange, played.case.charge
    parts = (
        _FORM,
        client.edition,
        sorted(client.able.features),
        sorted(client.able.packages),
        exchange.head,
        exchange.arrivals,
        exchange.framing,
        exchange.close,
        (charge.duty, charge.level, sorted(one.value for one in charge.allowed)),
        played.case.turns,
        sorted(played.case.needs),
    )
    digest = hashlib.sha256(repr(parts).encode() + b"\0" + exchange.body)
    return Key(client.name, played.case.id, digest.hexdigest()[:_HASHED])


def line(tried: Tried) -> Line:
    """A result as the file has it."""
    case, grade = tried.played.case, tried.grade
    return {
        "client": tried.client.name,
        "version": tried.version,
        "case": case.id,
        "about": case.says,
        "group": case.group or None,
        "dialect": case.dialect,
        "stream": case.stream,
        "fault": case.fault or None,
        "split": case.split,
        "framing": case.framing.value,
        "connection": case.connection or None,
        "close": tried.played.exchange.close.value,
        "duty": case.charge.duty.value,
        "authority": case.authority,
        "behaviour": None if grade is None else grade.behaviour.value,
        "kept": None if grade is None else grade.kept,
        "level": case.charge.level.value if grade is None else grade.level.value,
        "says": tried.skipped if grade is None else grade.says,
        "reply": None if tried.reply is None else reply(tried.reply),
        "told": None if tried.reply is None else told(tried.reply),
        "requests": len(tried.requests),
        "segments": len(tried.went[-1].segments) if tried.went else 0,
        "sent": None if grade is None else _sent(tried, with_tail=not grade.kept),
        "hash": key(tried.client, tried.played).hash,
    }


def reply(said: Reply) -> Line:
    """What a client said, under the one name of `answer`, `error`, `hung` and `died`."""
    match said:
        case Answered():
            members = {name: value for name, value in asdict(said).items() if value is not None}
            return {"answer": _bounded(members)}
        case Raised():
            return {"error": _bounded(asdict(said))}
        case Hung(seconds=seconds):
            return {"hung": seconds}
        case Died(says=says):
            return {"died": _bounded(says)}


def told(said: Reply) -> str:
    """A hash of what must not depend on how bytes were split.

    Ids of calls are left out, for a client may draw them, and so are the words of an error.
    """
    match said:
        case Answered():
            calls = [(one.name, one.arguments, one.text) for one in said.calls]
            what: object = {**asdict(said), "calls": calls}
        case Raised():
            what = said.types
        case Hung() | Died():
            what = type(said).__name__
    text = json.dumps(what, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_HASHED]


def _bounded(value: Any) -> Any:
    match value:
        case str() if len(value) > _LONG:
            return f"{value[:_LONG]}… ({len(value) - _LONG} characters more)"
        case dict():
            shown = {key: _bounded(one) for key, one in value.items()}
            return shown if len(dumps(shown)) <= 4 * _LONG else _bounded(dumps(shown))
        case list() | tuple():
            return [_bounded(one) for one in value[:_SEGMENTS]]
        case _:
            return value


def _sent(tried: Tried, *, with_tail: bool) -> Line:
    """What went out the last time; `close` is null while the server had not ended it."""
    exchange = tried.played.exchange
    went = tried.went[-1] if tried.went else None
    return {
        "status": exchange.head.status or 200,
        "content_type": exchange.head.content_type,
        "bytes": len(exchange.body),
        "segments": [] if went is None else _timed(went),
        "close": None if went is None else went.close.value,
        "error": None if went is None else went.error,
        "tail": _tail(exchange.body) if with_tail else None,
    }


def _timed(went: Sent) -> list[tuple[int, float]]:
    """The last segments: where each begins, and milliseconds since the request."""
    return [(at, round((when - went.began) * 1000, 1)) for at, when in went.segments[-_SEGMENTS:]]


def _tail(body: bytes) -> Line:
    """The end of a body, from the beginning of a line where there is one; bytes that are no
    UTF-8 are spelled out."""
    start = max(0, len(body) - _TAIL)
    line_end = body.find(b"\n", start) if start else -1
    start = line_end + 1 if 0 <= line_end < len(body) - 1 else start
    return {"from": start, "text": body[start:].decode("utf-8", "backslashreplace")}


def kept(path: Path) -> dict[Key, Line]:
    """The lines of an earlier part; a torn last one is left out. OSError where there is no file."""
    found: dict[Key, Line] = {}
    for text in path.read_bytes().split(b"\n")[:-1]:
        try:
            one = json.loads(text)
        except ValueError:
            continue
        if isinstance(one, dict) and {"client", "case", "hash"} <= one.keys():
            found[Key(one["client"], one["case"], one["hash"])] = one
    return found


class Ledger:
    """A file that grows by lines; each is on disk when `add` returns."""

    def __init__(self, path: Path, header: Mapping[str, Any], lines: Iterable[Line]) -> None:
        """Begin anew with the lines that are there already. OSError where it cannot be written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".part")
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{dumps(one)}\n" for one in (header, *lines))
        fresh.replace(path)
        self._file: IO[str] = path.open("a", encoding="utf-8", newline="\n")

    def add(self, one: Line) -> None:
        """Keep one line."""
        self._file.write(f"{dumps(one)}\n")
        self._file.flush()

    def close(self) -> None:
        """No more lines come."""
        self._file.close()
