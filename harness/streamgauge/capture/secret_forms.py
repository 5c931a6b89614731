"""The forms in which a known key travels: as it is, escaped, and inside base64.

It makes byte strings to look for. It never keeps a key longer than one call.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""A shorter value (`EMPTY`, `dummy`, `test`) is a placeholder, and would harm ordinary text."""


def forms_of(secrets: Sequence[bytes]) -> tuple[bytes, ...]:
    """All forms of all secrets, longest first; values shorter than `SHORTEST` are passed over."""
    known = {secret.strip() for secret in secrets}
    forms = {form for secret in known if len(secret) >= SHORTEST for form in _forms(secret)}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def _forms(secret: bytes) -> Iterator[bytes]:
    yield secret
    yield from _percent_encoded(secret)
    yield from _json_escaped(secret)
    for lead in range(3):
        inside = _inside_base64(secret, lead)
        yield inside
        yield inside.translate(bytes.maketrans(b"+/", b"-_"))


def _percent_encoded(secret: bytes) -> Iterator[bytes]:
    for encoded in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield encoded.encode()
        yield _lower_escapes(encoded).encode()


def _lower_escapes(encoded: str) -> str:
    first, *others = encoded.split("%")
    return "%".join([first, *(other[:2].lower() + other[2:] for other in others)])


def _json_escaped(secret: bytes) -> Iterator[bytes]:
    """Inside a JSON string, and inside a string inside a string, as tool arguments are."""
    written = {secret.decode("utf-8", "surrogateescape")}
    for _ in range(2):
        written = {form for text in written for form in _escaped(text)}
        yield from (text.encode("utf-8", "surrogateescape") for text in sorted(written))


def _escaped(text: str) -> Iterator[str]:
    for ascii_only in (True, False):
        escaped = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield escaped
        yield escaped.replace("/", "\\/")


def _inside_base64(secret: bytes, lead: int) -> bytes:
    """The characters that the secret alone decides, after `lead` bytes of something else.

    In `user:secret` the length of what precedes is unknown; only its rest modulo 3 matters.
    """
    encoded = base64.b64encode(bytes(lead) + secret).rstrip(b"=")
    start = (lead * 8 + 5) // 6
    whole_bits = (lead + len(secret)) * 8
    return encoded[start : whole_bits // 6]
