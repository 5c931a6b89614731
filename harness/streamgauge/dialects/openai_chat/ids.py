"""Makes an id of the form that a vendor gives to its ids, from a seed; the same seed, the same id.

A form is a text with fields: `{hex:24}`, `{alnum:24}`, `{small:9}` (no capitals), `{digits:8}`,
`{uuid}`, `{name}` (the function's), `{count}` (the number that the seed ends with). It must never
draw a random number.
"""

from __future__ import annotations

import hashlib
import re
import string

_FIELD = re.compile(r"\{(hex|alnum|small|digits|uuid|name|count)(?::(\d{1,3}))?\}")
_ALPHABETS = {
    "hex": "0123456789abcdef",
    "alnum": string.ascii_letters + string.digits,
    "small": string.ascii_lowercase + string.digits,
    "digits": string.digits,
}
_COUNT = re.compile(r"(\d{1,9})\D*$")


def shaped(form: object, seed: str, *, name: object = None) -> str:
    """An id of that form; the seed itself where the form is no text.

    >>> shaped("call_{digits:4}", "tool-7") == shaped("call_{digits:4}", "tool-7")
    True
    >>> shaped("{name}_{count}", "tool-7", name="lookup")
    'lookup_7'
    """
    if not isinstance(form, str):
        return seed
    return _FIELD.sub(lambda field: _filled(field, seed, name), form)


def _filled(field: re.Match[str], seed: str, name: object) -> str:
    word, length = field[1], int(field[2] or 1)
    if word == "uuid":
        return _uuid(_noise(f"{seed}/{field.start()}", 16).hex())
    if word == "name":
        return name if isinstance(name, str) else "function"
    if word == "count":
        counted = _COUNT.search(seed)
        return str(int(counted[1])) if counted else "0"
    letters = _ALPHABETS[word]
    return "".join(letters[n % len(letters)] for n in _noise(f"{seed}/{field.start()}", length))


def _uuid(digits: str) -> str:
    """A UUID of version 4 (RFC 9562: the digits 4 and 8 stand for version and variant)."""
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def _noise(seed: str, length: int) -> bytes:
    return hashlib.shake_256(seed.encode("utf-8", "surrogatepass")).digest(length)
