"""Overwrite credentials in an exchange with `X`, byte for byte.

Lengths and offsets never change, so every span and arrival stays true. Three things are found:
values that a name announces (headers, query fields, JSON members, text spread over the pieces of
a stream included), keys by their shape, and keys that the caller knows, in the forms in which
they travel. It must never touch what merely looks random: ids, signatures, encrypted content,
images.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import unquote

from streamgauge.capture import credentials
from streamgauge.capture.members import without_named_values
from streamgauge.capture.pieces import over_pieces
from streamgauge.capture.secret_forms import forms_of
from streamgauge.exchange import Exchange, Head, Headers, Request

Forms: TypeAlias = tuple[bytes, ...]

_QUERY_VALUE = re.compile(rb"=([^&;#\s\"'\\<>]+)")
_QUERY_NAME = re.compile(rb"(?:^|[?&;#\s])([^?=&;#\s\"'\\<>]{1,64})$")
_USER = re.compile(rb"(?<=://)[^/?#\s\"'\\<>@]+(?=@)")
LONG_ENOUGH_IN_TEXT = 16
"""Shorter values of query fields in a body are examples more often than keys."""


def redact(exchange: Exchange, secrets: Sequence[bytes] = ()) -> Exchange:
    """The exchange without credentials; `secrets` are keys that the caller knows.

    >>> from streamgauge.exchange import Head
    >>> redact(Exchange(head=Head(headers=(("set-cookie", "id=7"),)))).head.headers
    (('set-cookie', 'XXXX'),)
    """
    forms = forms_of(secrets)
    request = exchange.request
    head = replace(exchange.head, headers=_clean_headers(exchange.head.headers, forms))
    return replace(
        exchange,
        request=None if request is None else _clean_request(request, forms),
        head=head,
        body=_clean_body(exchange.body, forms),
    )


def redact_head(head: Head, secrets: Sequence[bytes] = ()) -> Head:
    """The head of an answer without credentials."""
    return replace(head, headers=_clean_headers(head.headers, forms_of(secrets)))


def redact_request(request: Request, secrets: Sequence[bytes] = ()) -> Request:
    """The request without credentials."""
    return _clean_request(request, forms_of(secrets))


def crossed_out(value: bytes) -> bytes:
    """As many `X` as there are bytes."""
    return b"X" * len(value)


def _clean_request(request: Request, forms: Forms) -> Request:
    return replace(
        request,
        method=_on_text(request.method, lambda data: _without_keys(data, forms)),
        url=_on_text(request.url, lambda data: _clean_address(data, forms)),
        headers=_clean_headers(request.headers, forms),
        body=_clean_body(request.body, forms),
    )


def _clean_headers(fields: Headers, forms: Forms) -> Headers:
    return tuple(
        (_on_text(name, lambda data: _without_keys(data, forms)), _clean_value(name, value, forms))
        for name, value in fields
    )


def _clean_value(name: str, value: str, forms: Forms) -> str:
    if _is_credential_header(name):
        return _on_text(value, crossed_out)
    return _on_text(value, lambda data: _clean_address(data, forms))


def _is_credential_header(name: str) -> bool:
    lower = name.lower().strip()
    if lower in credentials.HARMLESS_HEADERS:
        return False
    words = re.split(r"[-_.: ]", lower)
    return lower in credentials.HEADER_NAMES or not credentials.HEADER_WORDS.isdisjoint(words)


def _clean_address(data: bytes, forms: Forms) -> bytes:
    """An address, or a header that may hold one."""
    data = _USER.sub(lambda found: crossed_out(found[0]), data)
    return _without_keys(_without_query_values(data, shortest=1), forms)


def _clean_body(body: bytes, forms: Forms) -> bytes:
    """A body as a whole, then the texts that its pieces add up to."""
    return over_pieces(clean_text(body, forms), lambda text: clean_text(text, forms))


def clean_text(data: bytes, forms: Forms) -> bytes:
    """A text without credentials; what stands in pieces inside it is not joined."""
    data = without_named_values(_without_keys(data, forms))
    return _without_query_values(data, shortest=LONG_ENOUGH_IN_TEXT) if b"=" in data else data


def _without_keys(data: bytes, forms: Forms) -> bytes:
    for form in forms:
        if form in data:
            data = data.replace(form, crossed_out(form))
    for mark, shape in credentials.SHAPES:
        if mark in data:
            data = shape.sub(_crossed_out_key, data)
    return data


def _crossed_out_key(found: re.Match[bytes]) -> bytes:
    is_key = credentials.starts_a_word(found.string, found.start())
    return crossed_out(found[0]) if is_key else found[0]


def _without_query_values(data: bytes, *, shortest: int) -> bytes:
    def clean(found: re.Match[bytes]) -> bytes:
        is_kept = len(found[1]) < shortest or not is_credential_field(data, found.start())
        return found[0] if is_kept else b"=" + crossed_out(found[1])

    return _QUERY_VALUE.sub(clean, data)


def is_credential_field(data: bytes, end: int) -> bool:
    """Whether the name that stands before `end` is one of a query field that holds a key."""
    name = _QUERY_NAME.search(data[max(0, end - 66) : end])
    if name is None:
        return False
    plain = unquote(name[1].decode("latin-1")).lower()
    return re.sub(r"[-_.\[\]]", "", plain) in credentials.QUERY_NAMES


def _on_text(value: str, change: Callable[[bytes], bytes]) -> str:
    """Apply a change to the UTF-8 bytes of a text; what is changed is always whole characters."""
    data = value.encode("utf-8", "surrogatepass")
    changed = change(data)
    return value if changed == data else changed.decode("utf-8", "surrogatepass")
