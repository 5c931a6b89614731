"""Write exchanges as a VCR cassette: vcrpy's YAML, version 1, with our own keys beside its own.

vcrpy joins a body and forgets where its segments began, when they came and how it all ended. So
`response` says it: `streamgauge`, `arrivals`, `seam`, `close`, `framing` (design, section 7). A
body is a literal block where YAML allows it, so that a person can read and diff it. Everything
else is quoted, because what is written here came from strangers. It never redacts, opens no file,
and a value never becomes anything but a text, a number or bytes.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from streamgauge.exchange import Close, Exchange, Framing, Headers, Request, Seam

FORMAT = 1
"""The version of our own keys; `cassette` reads this one."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/.-]{0,99}")
_WORDS_OF_YAML = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that YAML 1.1 takes for a truth value or nothing when they stand without quotes."""
_NEVER_AS_IS = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What JSON leaves in a string, and YAML forbids or takes for the end of a line."""
_NOT_IN_A_BLOCK = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""The same for a literal block, which has no escapes: a carriage return would become a newline."""
_LONGEST_KEY = 100
"""YAML bounds a key that stands before its colon; a longer one needs a mark of its own."""


def cassette_text(exchanges: Iterable[Exchange]) -> str:
    """The cassette of these exchanges, in their order; UTF-8 when it is stored.

    Times are kept to a tenth of a millisecond.

    >>> from streamgauge.exchange import Head
    >>> one = Exchange(head=Head(status=200), body=b"data: 1\\n\\n", arrivals=((0, 20.49),))
    >>> print(cassette_text([one]).partition("  response:")[2])
    <BLANKLINE>
        status:
          code: 200
          message: OK
        headers: {}
        body:
          string: |+
            data: 1
    <BLANKLINE>
        streamgauge: 1
        arrivals: "0@20.5"
    version: 1
    <BLANKLINE>
    """
    written = [line for exchange in exchanges for line in _interaction(exchange)]
    start = ["interactions:"] if written else ["interactions: []"]
    return "\n".join([*start, *written, "version: 1", ""])


def _interaction(exchange: Exchange) -> Iterator[str]:
    request = exchange.request or Request(method="")
    status = exchange.head.status
    yield "- request:"
    yield f"    method: {_scalar(request.method)}"
    yield f"    uri: {_scalar(request.url)}"
    yield f"    body: {_body(request.body, 6) if request.body else 'null'}"
    yield from _headers(request.headers)
    yield "  response:"
    yield "    status:"
    yield f"      code: {'null' if status is None else status}"
    yield f"      message: {_scalar(_phrase(status))}"
    yield from _headers(exchange.head.headers)
    yield "    body:"
    yield f"      string: {_body(exchange.body, 8)}"
    yield from _our_keys(exchange)


def _our_keys(exchange: Exchange) -> Iterator[str]:
    yield f"    streamgauge: {FORMAT}"
    if exchange.arrivals is not None:
        pairs = " ".join(f"{offset}@{ms:.1f}" for offset, ms in exchange.arrivals)
        yield f'    arrivals: "{pairs}"'
    if exchange.seam is not Seam.UNKNOWN:
        yield f"    seam: {exchange.seam.value}"
    if exchange.close is not Close.UNKNOWN:
        yield f"    close: {exchange.close.value}"
    if exchange.framing is not Framing.UNKNOWN:
        yield f"    framing: {exchange.framing.value}"


def _phrase(status: int | None) -> str:
    """The usual reason phrase; vcrpy wants one and clients show it."""
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""


def _headers(fields: Headers) -> Iterator[str]:
    """A list of values for each name, as vcrpy keeps fields that come more than once."""
    held: dict[str, list[str]] = {}
    for name, value in fields:
        held.setdefault(name, []).append(value)
    yield "    headers:" if held else "    headers: {}"
    for name, values in held.items():
        yield from _key(name)
        yield from (f"      - {_scalar(value)}" for value in values)


def _key(name: str) -> Iterator[str]:
    written = _scalar(name)
    if len(written) <= _LONGEST_KEY:
        yield f"      {written}:"
    else:
        yield f"      ? {written}"
        yield "      :"


def _scalar(value: str) -> str:
    """A text on one line, without quotes only where nothing can mistake it."""
    is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML
    return value if is_plain else f'"{_escaped(value)}"'


def _escaped(value: str) -> str:
    """JSON's escapes are YAML's, but for the surrogate pairs that YAML would leave apart."""
    written = json.dumps(value, ensure_ascii=False)[1:-1]
    return _NEVER_AS_IS.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _body(body: bytes, indent: int) -> str:
    """A body that lies below a key: block, quoted text or base64, whichever can hold it."""
    margin = "\n" + " " * indent
    try:
        value = body.decode("utf-8")
    except UnicodeDecodeError:
        encoded = base64.encodebytes(body).decode().split()
        return "!!binary |" + margin + margin.join(encoded)
    if value and not _NOT_IN_A_BLOCK.search(value):
        return _block(value, margin)
    return _quoted_lines(value, margin)


def _block(value: str, margin: str) -> str:
    """A literal block (YAML 1.1, section 9.3.1) with what its header must say of its two ends."""
    rest = value.rstrip("\n")
    ends = len(value) - len(rest)
    # Where nothing but line ends stands, even one of them must be asked for to be kept.
    chomping = "+" if ends > 1 or not rest else "" if ends else "-"
    width = "2" if value[0] in " \t\n" else ""
    lines = (rest + "\n" * max(0, ends - 1)).split("\n")
    return f"|{width}{chomping}" + "".join(margin + line if line else "\n" for line in lines)


def _quoted_lines(value: str, margin: str) -> str:
    """Quoted text, folded after each line feed by an escaped line break, which YAML drops."""
    lines = [_escaped(line) for line in value.splitlines(keepends=True)]
    kept = [f"\\{line}" if line.startswith(" ") else line for line in lines]
    return '"' + f"\\{margin}".join(kept) + '"'
