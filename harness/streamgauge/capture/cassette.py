"""Read VCR cassettes: vcrpy's format and its kin from Ruby, Go and Python.

Known shapes: vcrpy version 1 (`interactions`, `body.string`), Ruby's VCR and betamax
(`http_interactions`, `body.string` or `body.base64_string`), go-vcr (`body` as text, `code`). The
extra keys of our own cassettes (design, section 7) are honoured. A document is given as values;
nothing here parses YAML, opens a file or redacts.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from streamgauge.capture import headers
from streamgauge.capture.inflate import content_decoded
from streamgauge.capture.limits import Limits, Unreadable
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam

_Word = TypeVar("_Word", Close, Seam, Framing)
_FORMAT = "1"


def interactions(document: object) -> list[object] | None:
    """The interactions of a cassette, None if the document is not one."""
    match document:
        case {"interactions": list() as found} | {"http_interactions": list() as found}:
            return found
        case _:
            return None


def exchanges(found: list[object], limits: Limits) -> Iterator[Exchange]:
    """One exchange for each interaction that has a response body."""
    for position, item in enumerate(found):
        try:
            exchange = _exchange(item, limits)
        except Unreadable as error:
            raise Unreadable(f"interaction {position}: {error}") from None
        if exchange is not None:
            yield exchange


def _exchange(item: object, limits: Limits) -> Exchange | None:
    match item:
        case {"response": dict() as response, **rest}:
            stored = _body(response.get("body"))
        case _:
            return None
    if stored is None:
        return None
    head = Head(
        status=_status(response.get("status"), response.get("code")),
        headers=headers.from_mapping(response.get("headers")),
    )
    exchange = Exchange(
        request=_request(rest.get("request")),
        head=head,
        body=content_decoded(stored, head.header("content-encoding"), limits),
        framing=headers.framing(head, http1=False),
    )
    return _with_our_keys(exchange, response) if "streamgauge" in response else exchange


def _request(request: object) -> Request | None:
    if not isinstance(request, dict):
        return None
    return Request(
        method=headers.text(request.get("method") or "POST").upper(),
        url=headers.text(request.get("uri") or request.get("url")),
        headers=headers.from_mapping(request.get("headers")),
        body=_body(request.get("body")) or b"",
    )


def _body(body: object) -> bytes | None:
    match body:
        case str():
            return body.encode("utf-8", "surrogatepass")
        case bytes():
            return body
        case {"base64_string": str() as encoded}:
            return _from_base64(encoded)
        case {"string": (str() | bytes()) as inner}:
            return _body(inner)
        case _:
            return None


def _from_base64(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        raise Unreadable("the body's base64_string is not base64") from None


def _status(status: object, code: object) -> int | None:
    """`{code, message}`, `200`, `"200 OK"`, or a `code` beside it."""
    shown = status.get("code") if isinstance(status, dict) else status
    for candidate in (shown, code):
        match_ = re.match(r"\s*(\d{3})(?!\d)", headers.text(candidate))
        if match_ is not None:
            return int(match_[1])
    return None


def _with_our_keys(exchange: Exchange, response: dict[str, object]) -> Exchange:
    if headers.text(response["streamgauge"]) != _FORMAT:
        raise Unreadable("the cassette is of another streamgauge format; this one reads format 1")
    arrivals = response.get("arrivals")
    return replace(
        exchange,
        arrivals=None if arrivals is None else _arrivals(arrivals, len(exchange.body)),
        seam=_word(Seam, "seam", response, exchange.seam),
        close=_word(Close, "close", response, exchange.close),
        framing=_word(Framing, "framing", response, exchange.framing),
    )


def _word(words: type[_Word], key: str, response: dict[str, object], default: _Word) -> _Word:
    value = response.get(key)
    if value is None:
        return default
    try:
        return words(value)
    except ValueError:
        known = ", ".join(word.value for word in words)
        raise Unreadable(f"`{key}` is none of {known}") from None


def _arrivals(written: object, size: int) -> tuple[tuple[int, float], ...]:
    """`"0@0.0 160@20.5"` or a list of pairs: body offset and milliseconds since the request."""
    try:
        pairs = tuple(_arrival(item) for item in _arrival_items(written))
    except (ValueError, TypeError):
        raise Unreadable("`arrivals` is not written as `offset@milliseconds …`") from None
    offsets = [offset for offset, _ in pairs]
    times = [time for _, time in pairs]
    if offsets != sorted(offsets) or any(not 0 <= offset <= size for offset in offsets):
        raise Unreadable("the offsets of `arrivals` do not run up within the body")
    if times != sorted(times) or any(not 0 <= time < math.inf for time in times):
        raise Unreadable("the times of `arrivals` do not run up from the request")
    return pairs


def _arrival_items(written: object) -> list[list[str]]:
    match written:
        case str():
            return [item.split("@") for item in written.split()]
        case list():
            return [[headers.text(part) for part in pair] for pair in written]
        case _:
            raise TypeError


def _arrival(item: list[str]) -> tuple[int, float]:
    offset, time = item
    return int(offset), float(time)
