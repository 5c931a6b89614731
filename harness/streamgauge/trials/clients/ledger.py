"""What came of each case for each client, as lines of a file that can be gone on with.

A header, then a line for each client and case (format: `conformance/schemas/client.result`). A line
counts again only while the bytes of the case, its charge and the client's edition are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from streamgauge.report.plain_json import dumps
from streamgauge.trials.clients.engine import Client, Tried
from streamgauge.trials.clients.sources import Played

Line = dict[str, Any]
_HASHED = 16


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
        "requests": len(tried.requests),
        "segments": tried.segments,
        "hash": key(tried.client, tried.played).hash,
    }


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
