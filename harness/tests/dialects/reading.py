"""What the tests of reading share: the recorded streams of a dialect, and a walk of its grammar."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from streamgauge.delta import Delta, Malformed, Unknown
from streamgauge.dialects.catalogue import named


def odd(corpus: Path, dialect: str) -> list[tuple[str, Delta]]:
    """(stream, what it holds that is malformed or unknown) of a dialect's recorded streams."""
    return [
        (source, found)
        for source, value in recorded(corpus, dialect)
        for found in named(dialect).read(None, value)
        if isinstance(found, Malformed | Unknown)
    ]


def recorded(corpus: Path, dialect: str) -> Iterator[tuple[str, object]]:
    """(stream, JSON value) of every event of a dialect's recorded streams."""
    for line in (corpus / "manifest.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        if entry["dialect"] == dialect:
            for payload in _payloads((corpus / entry["file"]).read_text("utf-8"), entry["framing"]):
                yield entry["id"], payload


def _payloads(text: str, framing: str) -> Iterator[object]:
    """The JSON values of a recorded body; what is no data line is left to the tests of framing."""
    for row in text.split("\n"):
        data = row if framing == "json-lines" else row.partition("data:")[2]
        if row.startswith("data:") or (framing == "json-lines" and data.strip()):
            yield json.loads(data)


def walked(dialect: str, chunks: Iterable[object]) -> tuple[list[str], list[str]]:
    """What is out of order, and which scopes are not at an end."""
    machines = {machine.scope: machine for machine in named(dialect).machines}
    states: dict[tuple[str, object], str] = {}
    wrong: list[str] = []
    for chunk in chunks:
        for scope, key, symbol, _ in named(dialect).symbols(None, chunk):
            state = states.setdefault((scope, key), machines[scope].start)
            after = machines[scope].edges.get((state, symbol))
            if after is None:
                wrong.append(f"{scope}: {symbol} while {state}")
            states[scope, key] = state if after is None else after
    unfinished = [
        scope for (scope, _), state in states.items() if state not in machines[scope].accepts
    ]
    return wrong, unfinished
