"""The streams to agree on: the recordings beside the project, our own fixtures, drawn exchanges.

Official clients read text/event-stream, so a body that keeps one JSON document a line, or all of
them in an array, is put into that framing for them; ours reads the bytes as they are. Nothing else
is changed.
"""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamgauge.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One body and what is known of it. `events` weighs what reading it costs."""

    id: str
    dialect: str
    vendor: str
    read: Callable[[], bytes]
    events: int
    framing: str = "sse"
    answers: int = 1
    broken: bool = False

    @property
    def body(self) -> bytes:
        """The bytes as recorded."""
        return self.read()

    def as_sse(self) -> bytes:
        """The bytes that a client can read."""
        match self.framing:
            case "sse":
                return self.body
            case "json-array":
                return b"".join(_event(json.dumps(one).encode()) for one in json.loads(self.body))
            case _:
                return b"".join(_event(line) for line in self.body.split(b"\n") if line.strip())

    def payloads(self) -> Iterator[bytes]:
        """The data of every event, the last one too where its blank line is missing."""
        for block in re.split(rb"\n\n+", re.sub(rb"\r\n?", b"\n", self.as_sse())):
            lines = [line[5:].removeprefix(b" ") for line in block.split(b"\n") if _is_data(line)]
            if lines:
                yield b"\n".join(lines)

    def chunks(self) -> list[Any]:
        """Every payload that is JSON, in order; for causes that look at what was sent."""
        found = []
        for payload in self.payloads():
            with contextlib.suppress(ValueError):
                found.append(json.loads(payload))
        return found


def _is_data(line: bytes) -> bool:
    return line.startswith(b"data:")


def _event(line: bytes) -> bytes:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    kind = value.get("type") if isinstance(value, dict) else None
    name = f"event: {kind}\n".encode() if isinstance(kind, str) else b""
    return name + b"data: " + line.strip() + b"\n\n"


def recorded(folder: Path) -> Iterator[Stream]:
    """Every recording of a dialect that an official client speaks."""
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["dialect"] != "other":
            yield Stream(
                id=row["id"],
                dialect=row["dialect"],
                vendor=row["vendor"],
                read=(folder / row["file"]).read_bytes,
                events=row["events"],
                framing=row["framing"],
                answers=row["answers"],
            )


def drawn(exchange: Exchange, dialect: str, vendor: str | None) -> Stream:
    """The answer of a drawn exchange."""
    body = exchange.body
    return Stream(
        id=f"drawn for {vendor or dialect}",
        dialect=dialect,
        vendor=vendor or "auto",
        read=lambda: body,
        events=body.count(b"\n"),
        framing="json-array" if body.startswith(b"[") else "sse",
    )


def fixtures(folder: Path) -> Iterator[Stream]:
    """Every fixture with an event stream; `broken` where it breaks a rule on purpose."""
    for path in sorted(folder.rglob("stream.sse")):
        told = tomllib.loads((path.parent / "fixture.toml").read_text(encoding="utf-8"))
        if "dialect" in told:
            yield Stream(
                id=path.parent.relative_to(folder).as_posix(),
                dialect=told["dialect"],
                vendor=told.get("vendor", "auto"),
                read=path.read_bytes,
                events=path.read_bytes().count(b"data:"),
                broken=bool(told.get("breaks")),
            )
