"""Read HAR files, as browsers and proxies save them.

HAR 1.2: `log.entries[]` with `request.postData.text` and `response.content.text`, which is
decoded of content codings and may be base64. It says nothing about the arrival of single
segments. A document is given as values; nothing here parses JSON, opens a file or redacts.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from streamgauge.capture import headers
from streamgauge.capture.limits import Unreadable
from streamgauge.exchange import Exchange, Head, Request


def entries(document: object) -> list[object] | None:
    """The entries of a HAR, None if the document is not one."""
    match document:
        case {"log": {"entries": list() as found}}:
            return found
        case _:
            return None


def exchanges(found: list[object]) -> Iterator[Exchange]:
    """One exchange for each entry whose response has content.

    Browsers leave the content of many entries out, so an empty text means not kept.
    """
    for position, entry in enumerate(found):
        match entry:
            case {
                "response": {"content": {"text": str() as text, **about}} as response,
                **rest,
            } if text:
                body = _body(text, about.get("encoding"), position)
                yield _exchange(response, rest.get("request"), body)


def _exchange(response: dict[str, object], request: object, body: bytes) -> Exchange:
    status = response.get("status")
    head = Head(
        status=status if type(status) is int and status > 0 else None,
        headers=headers.from_mapping(response.get("headers")),
    )
    is_http1 = headers.text(response.get("httpVersion")).upper().startswith("HTTP/1")
    return Exchange(
        request=_request(request),
        head=head,
        body=body,
        framing=headers.framing(head, http1=is_http1),
    )


def _request(request: object) -> Request | None:
    if not isinstance(request, dict):
        return None
    match request.get("postData"):
        case {"text": str() as text}:
            body = text.encode("utf-8", "surrogatepass")
        case _:
            body = b""
    return Request(
        method=headers.text(request.get("method") or "POST").upper(),
        url=headers.text(request.get("url")),
        headers=headers.from_mapping(request.get("headers")),
        body=body,
    )


def _body(text: str, encoding: object, position: int) -> bytes:
    if encoding != "base64":
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        raise Unreadable(f"entry {position}: the content's text is not base64") from None
