"""Read the request that somebody put beside a recording as `<name>.request.json`.

The bytes are given; nothing here opens a file. What comes out is redacted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from streamgauge.capture import headers
from streamgauge.capture.limits import Unreadable
from streamgauge.capture.redact import redact_request
from streamgauge.exchange import Request

_ENVELOPE = frozenset({"method", "url", "headers", "body"})


def request_from_json(data: bytes, *, secrets: Sequence[bytes] = ()) -> Request:
    """The request in a JSON document: the body itself, or `{method, url, headers, body}`.

    In the second form `body` may be an object or text, and all but `body` may be missing.
    Raises `Unreadable` if the document is no JSON object.

    >>> request_from_json(b'{"model": "m", "stream": true}').body
    b'{"model": "m", "stream": true}'
    >>> request_from_json(b'{"url": "https://api.example/v1", "body": {"n": 1}}').body
    b'{"n": 1}'
    """
    document = _object(data)
    is_envelope = "body" in document and document.keys() <= _ENVELOPE
    request = _from_envelope(document) if is_envelope else Request(body=data)
    return redact_request(request, secrets)


def _object(data: bytes) -> dict[str, object]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable("the request is not JSON") from None
    if not isinstance(document, dict):
        raise Unreadable("the request is not a JSON object")
    return document


def _from_envelope(document: dict[str, object]) -> Request:
    body = document["body"]
    try:
        written = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    except RecursionError:
        raise Unreadable("the request's body is nested too deep") from None
    return Request(
        method=headers.text(document.get("method") or "POST").upper(),
        url=headers.text(document.get("url")),
        headers=headers.from_mapping(document.get("headers")),
        body=written.encode("utf-8", "surrogatepass"),
    )
