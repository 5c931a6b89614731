"""Read `curl -i` output: status line, headers, blank line, body, perhaps several times.

Nothing here opens a file or redacts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from streamgauge.capture import headers
from streamgauge.capture.inflate import content_decoded, unchunked
from streamgauge.capture.limits import Limits, Unreadable
from streamgauge.exchange import Close, Exchange, Framing, Head

STATUS = re.compile(rb"HTTP/(\d(?:\.\d)?) (\d{3})(?: ([^\r\n]*))?(?=[\r\n]|$)")
_BLANK = re.compile(rb"\r?\n\r?\n")
_NEXT_HEAD = re.compile(
    rb"(?<=\n)HTTP/\d(?:\.\d)? \d{3}(?=[ \r\n])[^\n]*+\n(?:[!#$%&'*+.^_`|~\w-]++:[^\n]*+\n)++\r?\n"
)
"""An answer's head on lines of its own; no event stream and no JSON has such lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A status line with its headers; `reason` is the phrase after the code."""

    version: bytes
    reason: bytes
    head: Head


def exchanges(data: bytes, limits: Limits) -> Iterator[Exchange]:
    """The exchanges of the output; interim answers, redirects and tunnels are passed over."""
    for block, body, followed in answers(data):
        if body or not followed or not is_step(block):
            yield exchange(block, body, limits)


def answers(data: bytes) -> Iterator[tuple[Block, bytes, bool]]:
    """Each head with its body, and whether another one follows it."""
    position = 0
    while STATUS.match(data, position) is not None:
        block, start = _head(data, position)
        position = _end_of_body(data, start, block.head)
        yield block, data[start:position], position < len(data)


def is_step(block: Block) -> bool:
    """Whether an answer without a body is a step on the way: 1xx, redirect, login, proxy tunnel."""
    status = block.head.status or 0
    is_tunnel = block.reason.lower().startswith(b"connection established")
    return status < 200 or 300 <= status < 400 or status in (401, 407) or is_tunnel


def block_of(lines: list[bytes]) -> Block:
    """The head in these lines; `Unreadable` if the first is no status line."""
    status = STATUS.match(lines[0]) if lines else None
    if status is None:
        raise Unreadable("a curl log without a status line")
    head = Head(status=int(status[2]), headers=headers.from_lines(lines[1:]))
    return Block(version=status[1], reason=status[3] or b"", head=head)


def exchange(block: Block, body: bytes, limits: Limits) -> Exchange:
    """An exchange with the codings taken off that curl left on."""
    framing = headers.framing(block.head, http1=block.version.startswith(b"1"))
    close = Close.UNKNOWN
    coded = unchunked(body) if framing is Framing.CHUNKED else None
    if coded is not None:
        body, close = coded.body, Close.CLEAN if coded.whole else Close.EOF
    body = content_decoded(body, block.head.header("content-encoding"), limits)
    return Exchange(head=block.head, body=body, framing=framing, close=close)


def _head(data: bytes, position: int) -> tuple[Block, int]:
    """The head at a position, and where its body starts."""
    end = _BLANK.search(data, position)
    first, after = (len(data), len(data)) if end is None else end.span()
    return block_of(data[position:first].split(b"\n")), after


def _end_of_body(data: bytes, start: int, head: Head) -> int:
    """Where a further answer starts: at once, where HTTP says, or on a line of its own."""
    length = _length(head)
    for end in (start, None if length is None else start + length):
        if end is not None and STATUS.match(data, end) is not None:
            return end
    following = _NEXT_HEAD.search(data, start)
    return len(data) if following is None else following.start()


def _length(head: Head) -> int | None:
    written = head.header("content-length") or ""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 16 else None
