"""Tells which framing a body has, from its bytes; the content type is no more than a hint.

Servers send one JSON document as `text/event-stream` and a stream as `application/json`, so the
bytes decide. A body may end anywhere. This must never read events, and never raise.
"""

from __future__ import annotations

import enum
import re
import zlib

from streamgauge.wire.block import BOM


class Framing(enum.Enum):
    """How a body is divided into events, or why it is not."""

    SSE = "text/event-stream"
    JSON_ARRAY = "streamed JSON array"
    JSON_LINES = "JSON lines"
    DOCUMENT = "one JSON document"
    HTML = "HTML or XML page"
    EMPTY = "nothing"
    BINARY = "binary data"
    UNKNOWN = "text of no known framing"


_WHITE = b" \t\r\n"
_SHOWN = 1024
"""First bytes of a body in which control characters tell that it is binary."""
_FIELDS = (b"data:", b"event:", b"retry:", b"id:")
_FIELD_LINE = re.compile(rb"(?:\A|[\r\n])(?:data|event|retry|id):")
_MARKUP = re.compile(rb"<[!?A-Za-z]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LINES_TYPES = frozenset(
    f"application/{name}"
    for name in ("x-ndjson", "ndjson", "jsonl", "json-lines", "jsonlines", "x-jsonlines")
)
_LINES_NAMES = (".jsonl", ".ndjson", ".jsonlines")


def detect(body: bytes, content_type: str | None = None, name_hint: str | None = None) -> Framing:
    """The framing of a body, whole or cut off; `name_hint` is the name of the file, if any."""
    if _is_amazon_event_stream(body):
        return Framing.BINARY
    text = body.removeprefix(BOM).lstrip(_WHITE)
    if not text:
        return Framing.EMPTY
    if _MARKUP.match(text):
        return Framing.HTML
    if text.startswith(b":") or _FIELD_LINE.search(text):
        return Framing.SSE
    if text.startswith((b"{", b"[")):
        return _json(text, _media_type(content_type), name_hint or "")
    return _text(text[:_SHOWN], _media_type(content_type))


def _is_amazon_event_stream(body: bytes) -> bool:
    """Whether a body begins with the prelude of a message of `application/vnd.amazon.eventstream`.

    Two lengths of 4 bytes each, then the CRC-32 of both
    <https://smithy.io/2.0/aws/amazon-eventstream.html>.
    """
    return len(body) >= 12 and zlib.crc32(body[:8]) == int.from_bytes(body[8:12], "big")


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _json(text: bytes, media_type: str, name_hint: str) -> Framing:
    if text.startswith(b"["):
        return Framing.JSON_ARRAY
    first, _, rest = text.partition(b"\n")
    first = first.rstrip(_WHITE)
    # A document over several lines has its first line end inside it, and its second is no object.
    if len(first) > 1 and first[-1:] not in b"{[,:" and rest[:_SHOWN].lstrip(_WHITE)[:1] == b"{":
        return Framing.JSON_LINES
    one_line = not rest.strip(_WHITE)
    hinted = media_type in _LINES_TYPES or name_hint.lower().endswith(_LINES_NAMES)
    return Framing.JSON_LINES if one_line and hinted else Framing.DOCUMENT


def _text(head: bytes, media_type: str) -> Framing:
    if any(field.startswith(head) for field in _FIELDS):
        return Framing.SSE  # cut off inside the very first word
    if _CONTROL.search(head):
        return Framing.BINARY
    return Framing.SSE if media_type == "text/event-stream" else Framing.UNKNOWN
