"""The head of an answer: status, media type, request id, counts in headers where a vendor has them.

Header names are facts; it must never put anything of the request into a header unchecked.
"""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.dialects.dialect import Facts, Refusal
from streamgauge.exchange import Head, Headers

UNVERIFIED = "x-streamgauge-unverified"
"""The header of our own that says which words nobody confirmed to be the vendor's."""

_STREAM = "text/event-stream; charset=utf-8"
_JSON = "application/json"


def streaming(facts: Facts, id: str, usage: object) -> Head:
    """The head of a stream."""
    kind = facts.get("stream-content-type", _STREAM)
    return Head(
        status=200,
        headers=(
            ("content-type", str(kind)),
            ("cache-control", "no-cache"),
            *_known(facts, id, usage),
        ),
    )


def whole(facts: Facts, id: str, usage: object) -> Head:
    """The head of an answer that is not streamed."""
    return Head(status=200, headers=(("content-type", _JSON), *_known(facts, id, usage)))


def refusing(refusal: Refusal, facts: Facts, id: str, unverified: str | None) -> Head:
    """The head of an error answer; `unverified` names the error if its words are ours."""
    headers: Headers = (("content-type", _JSON), *_known(facts, id, None))
    if refusal.retry_after is not None:
        headers = (*headers, ("retry-after", f"{refusal.retry_after:g}"))
    if unverified is not None:
        headers = (*headers, (UNVERIFIED, unverified))
    return Head(status=refusal.status, headers=headers)


def _known(facts: Facts, id: str, usage: object) -> Headers:
    name = facts.get("request-id-header", "x-request-id")
    counted = facts.get("usage-headers")
    counts = counted.items() if isinstance(counted, Mapping) and usage is not None else ()
    return (
        (str(name), id),
        *((str(header), str(_at(usage, str(pointer)))) for header, pointer in counts),
    )


def _at(usage: object, pointer: str) -> object:
    for step in pointer.strip("/").split("/"):
        usage = usage.get(step, 0) if isinstance(usage, Mapping) else 0
    return usage


def as_json(head: Head) -> Head:
    """The head of a stream that is one JSON array instead of events."""
    others = [field for field in head.headers if field[0] != "content-type"]
    return Head(status=head.status, headers=(("content-type", _JSON), *others))
