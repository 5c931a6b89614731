"""The keys that a request carries, so that an answer that repeats one can be redacted.

A proxy or an error message may send a key back; where it has no known shape, only the request
tells that it is one. Placeholders (`EMPTY`, `no-key-required`) are passed over, because their
letters may be anywhere. Values are handed out once and never kept here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from streamgauge.capture.credentials import HARMLESS_HEADERS, QUERY_NAMES
from streamgauge.exchange import Request

_WORDS: Final = frozenset({"authorization", "key", "apikey", "token", "secret"})
_REAL_KEY: Final = re.compile(r"(?=.*\d)(?=.*[A-Za-z]).{12,}")
"""Keys are long and mix letters and digits; a word that does not may be a word of the answer."""


def keys_in(request: Request) -> tuple[bytes, ...]:
    """The keys in a request's headers and address.

    >>> keys_in(Request(headers=(("Authorization", "Bearer a1b2c3d4e5f6"),)))
    (b'a1b2c3d4e5f6',)
    """
    values = [*_in_headers(request), *_in_address(request.url)]
    return tuple(value.encode("utf-8", "surrogatepass") for value in values if _is_real(value))


def _is_real(value: str) -> bool:
    return _REAL_KEY.fullmatch(value) is not None


def _in_headers(request: Request) -> Iterator[str]:
    for name, value in request.headers:
        lower = name.lower()
        if lower not in HARMLESS_HEADERS and not _WORDS.isdisjoint(re.split(r"[-_]", lower)):
            # The scheme (`Bearer`, `Basic`) comes first, the key last.
            yield value.split()[-1] if value.split() else ""


def _in_address(url: str) -> Iterator[str]:
    try:
        fields = parse_qsl(urlsplit(url).query)
    except ValueError:
        return
    for name, value in fields:
        if re.sub(r"[-_.\[\]]", "", name).lower() in QUERY_NAMES:
            yield value
