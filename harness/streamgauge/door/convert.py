"""The door behind `streamgauge convert`: a recording in one form in, in another out.

Everything passes the importers, so keys are overwritten on the way. What a recording does not know
(when bytes arrived, how it closed) the other form does not know either: nothing is made up.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from streamgauge.capture.cassette_text import cassette_text
from streamgauge.capture.limits import Unreadable
from streamgauge.door import inputs
from streamgauge.door.inputs import Input
from streamgauge.door.trouble import UsageError, spared
from streamgauge.exchange import Close, Exchange, Request
from streamgauge.report.evidence import plural

_CASSETTES = (".yaml", ".yml")
_BODIES = (".sse", ".txt", ".json", ".jsonl")


def run(source: str, out: str, options: Mapping[str, Any]) -> int:
    """Convert one file; 0, or 2 where that cannot be."""
    return spared(lambda: _told(source, out, options), interrupted="interrupted")


def _told(source: str, out: str, options: Mapping[str, Any]) -> int:
    said = _convert(source, Path(out), options)
    if not options["quiet"]:
        print("\n".join(said), file=sys.stderr)
    return 0


def _convert(source: str, out: Path, options: Mapping[str, Any]) -> list[str]:
    """Raises UsageError for what cannot be converted, before anything is written."""
    ending = out.suffix.lower()
    if ending not in (*_CASSETTES, *_BODIES):
        raise UsageError(f"{out}: not a form to write; known: {' '.join((*_CASSETTES, *_BODIES))}")
    exchanges = _chosen(source, _read(source), options["number"])
    if ending in _CASSETTES:
        _require_free([out], force=options["force"])
        text = cassette_text(exchanges)
        out.write_text(text, encoding="utf-8", newline="\n")
        return [f"cassette: {out}, {plural(len(exchanges), 'exchange')}", *_unknown(exchanges)]
    if len(exchanges) > 1:
        last = len(exchanges) - 1
        says = f"holds {len(exchanges)} exchanges and {ending} one: choose by --number 0 … {last}"
        raise UsageError(f"{source}: {says}")
    return _write_body(exchanges[0], out, force=options["force"])


def _read(source: str) -> list[Exchange]:
    named = Input(source=source, path=None if source == "-" else Path(source), named=True)
    try:
        return inputs.read(named, inputs.secrets(), None)
    except Unreadable as error:
        raise UsageError(f"{source}: {error}") from None


def _chosen(source: str, exchanges: list[Exchange], number: int | None) -> list[Exchange]:
    if number is None:
        return exchanges
    if number >= len(exchanges):
        found = plural(len(exchanges), "exchange")
        raise UsageError(f"--number {number}: {source} holds {found}, counted from 0")
    return [exchanges[number]]


def _require_free(places: Sequence[Path], *, force: bool) -> None:
    for place in places:
        if place.exists() and not force:
            raise UsageError(f"{place}: exists; --force writes over it")


def _write_body(exchange: Exchange, out: Path, *, force: bool) -> list[str]:
    """The body as it is, and the request beside it under the name where `check` looks for it."""
    beside = out.with_name(f"{out.stem}.request.json")
    asked = None if exchange.request is None else _request_text(exchange.request)
    _require_free([out] if asked is None else [out, beside], force=force)
    out.write_bytes(exchange.body)
    said = [f"body: {out}, {plural(len(exchange.body), 'byte')}"]
    if asked is not None:
        beside.write_text(asked, encoding="utf-8", newline="\n")
        said.append(f"request: {beside}")
    lost = _lost(exchange)
    return [*said, f"left behind, which only a cassette holds: {', '.join(lost)}"] if lost else said


def _request_text(request: Request) -> str | None:
    """The request as `capture.request` reads it; None where its body is no JSON object."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    envelope = {
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
        "body": body,
    }
    written = envelope if request.url else body
    return json.dumps(written, indent=2) + "\n"


def _lost(exchange: Exchange) -> list[str]:
    known = {
        "status and headers": exchange.head.status is not None or bool(exchange.head.headers),
        "boundaries and times": exchange.arrivals is not None,
        "how it closed": exchange.close is not Close.UNKNOWN,
    }
    return [name for name, is_known in known.items() if is_known]


def _unknown(exchanges: Sequence[Exchange]) -> list[str]:
    number = sum(exchange.arrivals is None for exchange in exchanges)
    return [f"arrival unknown in {number} of {len(exchanges)}"] if number else []
