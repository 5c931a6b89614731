"""Read `curl -v` logs, in which curl's own lines and the body are mixed.

curl writes its own lines (`* `, `> `, `< `) and its progress meter to one stream, the body to
another; a file that took both holds them mixed, and curl's text may stand in the middle of a line
of the body (seen with curl 7.88, as all shapes here). Only what curl itself writes is taken out,
by its exact form. Nothing here opens a file or redacts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from streamgauge.capture import curl_include, headers
from streamgauge.capture.limits import Limits, Unreadable
from streamgauge.exchange import Close, Exchange, Request

_AMOUNT = rb"[ \d.kMGTP]{5}"
_SHARE = rb"[ \d]{3} " + _AMOUNT + rb"  "
_METER = re.compile(
    rb"  % Total    % Received % Xferd [^\n]*\n +Dload  Upload [^\n]*\n"
    rb"|\r"
    + 3 * _SHARE
    + _AMOUNT
    + rb"  "
    + _AMOUNT
    + 3 * rb" [-:\ddhm ]{8}"
    + b" "
    + _AMOUNT
    # curl ends the line only when one of its own lines follows.
    + rb"(?:\n(?=\* |curl: ))?"
)
"""The progress meter: two lines of titles, then rewritten lines of exactly 78 characters."""

_COUNTED = re.compile(rb"[{}] \[\d+ bytes data\]\r?\n")
_INFO = re.compile(rb"^\* [^\n]*(?:\n|\Z)", re.MULTILINE)
_LAST_WORDS = (
    (Close.RESET, rb"(?:\* |curl: \(56\) )[^\n\"]{0,99}[Cc]onnection reset by peer[^\n\"]{0,400}"),
    (Close.TIMEOUT, rb"(?:\* |curl: \(28\) )Operation timed out[^\n\"]{0,400}"),
    (Close.EOF, rb"(?:\* |curl: \(18\) )transfer closed with [^\n\"]{0,400}"),
    (Close.CLEAN, rb"\* Connection #\d+ to host [^\s\"]+ left intact\r?"),
    (Close.UNKNOWN, rb"(?:\* [Cc]losing connection [#\d-]*|curl: \(\d+\) [^\n\"]{0,400})\r?"),
)
"""What curl says at the end of a transfer, in the order of what it tells about the close."""
_ENDINGS = tuple((close, re.compile(said + rb"(?:\n|\Z)")) for close, said in _LAST_WORDS)

_ASKED = re.compile(rb"> ([A-Z]+) (\S+) HTTP/\d")
_SECURE = re.compile(rb"^\* .*(?:SSL|TLS|ALPN)", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class _Turn:
    """One request and its answer while the log is read; lines are without curl's prefix."""

    asked: list[bytes] = field(default_factory=list)
    answered: list[bytes] = field(default_factory=list)
    body: list[bytes] = field(default_factory=list)
    in_head: bool = True


def exchanges(data: bytes, limits: Limits) -> Iterator[Exchange]:
    """The exchanges of the log, each with the request line and headers that it shows."""
    shown = _COUNTED.sub(b"", _METER.sub(b"", data))
    scheme = "https" if _SECURE.search(shown) else "http"
    turns = [turn for turn in _turns(shown) if turn.answered]
    if not turns:
        raise Unreadable("a curl -v log without an answer (no `< HTTP/` line)")
    for turn in turns:
        block = curl_include.block_of(turn.answered)
        body, close = _body(b"".join(turn.body))
        is_passed_over = not body and turn is not turns[-1]
        if not (is_passed_over and (_is_tunnel(turn) or curl_include.is_step(block))):
            exchange = curl_include.exchange(block, body, limits)
            close = exchange.close if close is Close.UNKNOWN else close
            yield replace(exchange, request=_request(turn.asked, scheme), close=close)


def _turns(data: bytes) -> Iterator[_Turn]:
    """One turn for each status line; a request belongs to every answer up to the next request."""
    turn = _Turn()
    for line in _lines(data):
        if _ASKED.match(line):
            yield turn
            turn = _Turn(asked=[line[2:]])
        elif line.startswith(b"< ") and curl_include.STATUS.match(line, 2):
            yield turn
            turn = _Turn(asked=turn.asked, answered=[line[2:]])
        else:
            _take(turn, line)
    yield turn


def _take(turn: _Turn, line: bytes) -> None:
    if turn.asked and turn.in_head and line.startswith(b">"):
        turn.asked.append(line[2:])
    elif line.startswith(b"< ") or line.rstrip() == b"<":
        turn.answered.append(line[2:])
        turn.in_head = turn.in_head and bool(line[2:].strip())
    elif not turn.in_head:
        turn.body.append(line)


def _lines(data: bytes) -> list[bytes]:
    """Lines by LF alone: a body may hold a lone CR."""
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + parts[-1:]


def _body(mixed: bytes) -> tuple[bytes, Close]:
    """The body without curl's lines, and how the transfer ended by them."""
    close = Close.UNKNOWN
    for told, ending in _ENDINGS:
        mixed, seen = ending.subn(b"", mixed)
        close = told if seen and close is Close.UNKNOWN else close
    body = _INFO.sub(b"", mixed)
    # With -i as well, the head stands before the body once more.
    repeated = list(curl_include.answers(body))
    return (repeated[-1][1] if repeated else body), close


def _is_tunnel(turn: _Turn) -> bool:
    return bool(turn.asked) and turn.asked[0].startswith(b"CONNECT ")


def _request(lines: list[bytes], scheme: str) -> Request | None:
    if not lines:
        return None
    method, target, *_ = lines[0].split()
    fields = headers.from_lines(lines[1:])
    host = next((value for name, value in fields if name.lower() == "host"), "")
    path = headers.text(target)
    url = f"{scheme}://{host}{path}" if host and path.startswith("/") else path
    return Request(method=headers.text(method), url=url, headers=fields)
