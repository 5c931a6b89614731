"""Reads the JSON of one payload exactly: the value, and every flaw that a fast parser hides.

orjson is fast but keeps the last of two equal keys, rounds huge integers and refuses what it does
not know without saying why. So its answer is taken only where a cheap count proves that nothing
was hidden; everything else goes through the standard library's parser with hooks. Never raises.
"""

from __future__ import annotations

import enum
import json
import math
import re
from typing import NamedTuple

import orjson


class Flaw(enum.Enum):
    """What is wrong with, or hidden in, a payload."""

    NOT_JSON = "not JSON"
    EMPTY = "empty"
    DUPLICATE_KEY = "the same key twice in one object"
    NON_FINITE = "a number that JSON does not have (NaN, Infinity)"
    HUGE_NUMBER = "a number beyond what common readers keep exactly"
    BAD_UTF8 = "bytes that are not UTF-8"
    LONE_SURROGATE = "half of a surrogate pair"
    TOO_DEEP = "nested too deeply"


class Payload(NamedTuple):
    """A parsed payload. `value` is None where `readable` is False; `flaws` says why or what."""

    readable: bool
    value: object
    flaws: tuple[tuple[Flaw, str], ...] = ()


_KEY = re.compile(rb'"[ \t\r\n]*:')
_SPACED = re.compile(rb'"[ \t\r\n]+:')
_ESCAPED = re.compile(rb"\\u00(?:22|3[aA])")
_AS_ZERO = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_LONG_NUMBER = b"0" * 16
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_SAFE = 2**53
_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_OPENS = ord("[")
_DEEPEST = 128
"""Brackets inside each other that are still read: the default of serde_json
<https://docs.rs/serde_json/latest/serde_json/struct.Deserializer.html#method.disable_recursion_limit>.
Everything behind this module may recurse without fear, whoever called it."""


def parse(data: bytes) -> Payload:
    """The value of a payload and its flaws; any bytes give an answer."""
    if _is_too_deep(data):
        return Payload(False, None, ((Flaw.TOO_DEEP, ""),))
    try:
        value = orjson.loads(data)
    except (orjson.JSONDecodeError, RecursionError):
        return _parse_slowly(data)
    return Payload(True, value) if _hides_nothing(data, value) else _parse_slowly(data)


def _is_too_deep(data: bytes) -> bool:
    if data.count(b"{") + data.count(b"[") <= _DEEPEST:
        return False
    signs = _QUOTED.sub(b"", data).translate(_AS_SQUARE, _NO_BRACKET)
    # Each step takes the innermost pairs away; what has no more than so many steps is not deep.
    left = signs
    for _ in range(_DEEPEST):
        left = left.replace(b"[]", b"")
        if not left:
            return False
    depth = 0
    for sign in signs:
        depth += 1 if sign == _OPENS else -1
        if depth > _DEEPEST:
            return True
    return False


def _hides_nothing(data: bytes, value: object) -> bool:
    """Whether the value shows every member of the payload and no number that was rounded.

    `":` stands behind each key, and in strings behind a quote that is escaped. The value written
    again has as many, unless a key was lost; a string that writes one of the two signs as a
    number would spoil the count. A number past the range of a float is no JSON for orjson.
    """
    if _LONG_NUMBER in data.translate(_AS_ZERO) or _ESCAPED.search(data):
        return False
    spaced = _SPACED.search(data) is not None
    keys = len(_KEY.findall(data)) if spaced else data.count(b'":')
    return keys == orjson.dumps(value).count(b'":')


class _Notes:
    """Collects flaws while the standard library's parser calls back."""

    def __init__(self) -> None:
        self.flaws: list[tuple[Flaw, str]] = []

    def note(self, flaw: Flaw, detail: str) -> None:
        if (flaw, detail) not in self.flaws and len(self.flaws) < 16:
            self.flaws.append((flaw, detail))

    def pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        out: dict[str, object] = {}
        for key, value in pairs:
            if key in out:
                self.note(Flaw.DUPLICATE_KEY, key[:80])
            out[key] = value
        return out

    def integer(self, text: str) -> int | float:
        if len(text) > 400:
            self.note(Flaw.HUGE_NUMBER, text[:20] + "…")
            return math.inf if text[0] != "-" else -math.inf
        number = int(text)
        if abs(number) > _SAFE:
            self.note(Flaw.HUGE_NUMBER, text[:40])
        return number

    def real(self, text: str) -> float:
        number = float(text)
        if math.isinf(number):
            self.note(Flaw.HUGE_NUMBER, text[:40])
        return number

    def constant(self, text: str) -> float:
        self.note(Flaw.NON_FINITE, text)
        return float(text.replace("Infinity", "inf"))


def _parse_slowly(data: bytes) -> Payload:
    notes = _Notes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        notes.note(Flaw.BAD_UTF8, f"byte {error.start}")
        text = data.decode("utf-8", "replace")
    if not text.strip():
        return Payload(False, None, ((Flaw.EMPTY, ""),))
    try:
        value = json.loads(
            text,
            object_pairs_hook=notes.pairs,
            parse_int=notes.integer,
            parse_float=notes.real,
            parse_constant=notes.constant,
        )
    except json.JSONDecodeError as error:
        notes.note(Flaw.NOT_JSON, f"{error.msg} at character {error.pos}")
        return Payload(False, None, tuple(notes.flaws))
    except RecursionError:
        return Payload(False, None, ((Flaw.TOO_DEEP, ""),))
    if _SURROGATE.search(data) and _has_lone_surrogate(text, value):
        notes.note(Flaw.LONE_SURROGATE, "")
    return Payload(True, value, tuple(notes.flaws))


def _has_lone_surrogate(text: str, value: object) -> bool:
    try:
        json.dumps([text, value], ensure_ascii=False).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        return True
    return False
