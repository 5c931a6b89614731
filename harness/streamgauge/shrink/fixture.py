"""An exchange as the texts of a fixture folder, and as such a folder gives it back.

A fixture cannot say everything that a cassette can. What is to be stored is judged as it will be
read again, so that nobody stores a finding that the folder does not show. It writes no file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace

from streamgauge.capture.limits import Unreadable
from streamgauge.capture.request import request_from_json
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.pipeline import Judgement
from streamgauge.report.plain_json import dumps
from streamgauge.shrink.draft import Arrivals
from streamgauge.wire.framing import Framing as Shape

_TYPE = "content-type"
_ENVELOPE = ("method", "url", "headers", "body")
_CONTROL = re.compile(r"[\x7f-\x9f\u2028\u2029]")
_NAMES = {
    Shape.JSON_ARRAY: "stream.json",
    Shape.DOCUMENT: "stream.json",
    Shape.JSON_LINES: "stream.jsonl",
}


def stored(exchange: Exchange) -> Exchange:
    """The exchange as a fixture folder gives it back."""
    status, headers = exchange.head.status, _headers(exchange.head)
    arrivals = _read_arrivals(_arrivals(exchange.arrivals)) if exchange.arrivals else None
    return replace(
        exchange,
        request=_stored_request(exchange.request),
        head=Head(status=status, headers=headers),
        arrivals=arrivals,
        seam=Seam.UNKNOWN if arrivals is None else Seam.CLIENT,
        framing=Framing.UNKNOWN,
        own_error_ms=None,
    )


def stream_name(framing: Shape) -> str:
    """The name of the stream's file."""
    return _NAMES.get(framing, "stream.sse")


def texts(judgement: Judgement, says: str, comment: str) -> dict[str, bytes]:
    """The files of a fixture folder by name. `comment` stands at the head of the description."""
    exchange = judgement.exchange
    files = {
        stream_name(judgement.identity.framing): exchange.body,
        "fixture.toml": description(judgement, says, comment).encode("utf-8", "replace"),
        "message.json": (dumps(judgement.record["message"], indent=2) + "\n").encode(),
    }
    asked = None if exchange.request is None else request_text(exchange.request)
    return files if asked is None else {**files, "request.json": asked.encode()}


def description(judgement: Judgement, says: str, comment: str) -> str:
    """The text of `fixture.toml`: what the stream breaks, under whom, and what bytes cannot say."""
    record, exchange = judgement.record, judgement.exchange
    lines = [f"# {line}" for line in comment.splitlines()]
    lines += [f"says = {_quoted(says)}", f"dialect = {_quoted(record['dialect'])}"]
    lines += [f"vendor = {_quoted(record['vendor'])}", f"ending = {_quoted(record['ending'])}"]
    lines += _listed("breaks", sorted({one.rule for one in judgement.outcome.findings}))
    headers = _headers(exchange.head)
    if exchange.head.status is not None:
        lines.append(f"status = {exchange.head.status}")
    lines += [f"content_type = {_quoted(value)}" for name, value in headers if name == _TYPE]
    if exchange.arrivals:
        lines.append(f"arrivals = {_quoted(_arrivals(exchange.arrivals))}")
    if exchange.close is not Close.UNKNOWN:
        lines.append(f"close = {_quoted(exchange.close.value)}")
    others = [f"{_quoted(name)} = {_quoted(value)}" for name, value in headers if name != _TYPE]
    lines += ["", "[headers]", *others] if others else []
    return "\n".join(lines) + "\n"


def request_text(request: Request) -> str | None:
    """The text of `request.json`; None where the request's body is no JSON object."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    bare = not request.url and not request.headers and request.method == "POST"
    if bare and not ("body" in body and body.keys() <= set(_ENVELOPE)):
        return dumps(body, indent=2) + "\n"
    parts = (request.method, request.url, dict(request.headers), body)
    return dumps(dict(zip(_ENVELOPE, parts, strict=True)), indent=2) + "\n"


def _stored_request(request: Request | None) -> Request | None:
    text = None if request is None else request_text(request)
    if text is None:
        return None
    try:
        return request_from_json(text.encode())
    except Unreadable:
        return None


def _headers(head: Head) -> tuple[tuple[str, str], ...]:
    """Header names in small letters, each once, the content type first."""
    found = {name.lower(): value for name, value in reversed(head.headers)}
    return tuple(sorted(found.items(), key=lambda one: (one[0] != _TYPE, one[0])))


def _arrivals(arrivals: Arrivals) -> str:
    # Fixtures count time in plain decimals; nobody's clock is finer than a microsecond.
    return " ".join(f"{offset}@{max(0.0, at):.3f}" for offset, at in arrivals)


def _read_arrivals(text: str) -> Arrivals:
    pairs = (item.split("@") for item in text.split())
    return tuple((int(offset), float(at)) for offset, at in pairs)


def _listed(name: str, values: Iterable[str]) -> list[str]:
    quoted = [_quoted(value) for value in values]
    if len(quoted) < 3:
        return [f"{name} = [{', '.join(quoted)}]"]
    return [f"{name} = [", *(f"  {value}," for value in quoted), "]"]


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes but for controls that TOML wants escaped, and JSON does not."""
    written = json.dumps(text, ensure_ascii=False)
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", written)
