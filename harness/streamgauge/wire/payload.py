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
_LONG_NUMBER = re.compile(rb"\d{16}|\d[eE]")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_SAFE = 2**53
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
    if len(_KEY.findall(data)) != _count_keys(value) or _LONG_NUMBER.search(data):
        return _parse_slowly(data)
    return Payload(True, value)


def _is_too_deep(data: bytes) -> bool:
    if data.count(b"{") + data.count(b"[") <= _DEEPEST:
        return False
    depth = 0
    for sign in _QUOTED.sub(b"", data):
        if sign in b"{[":
            depth += 1
            if depth > _DEEPEST:
                return True
        elif sign in b"}]":
            depth -= 1
    return False


def _count_keys(value: object) -> int:
    """How many members all objects of a value have together."""
    total = 0
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) is dict:
            total += len(item)
            stack.extend(inner for inner in item.values() if type(inner) in (dict, list))
        elif type(item) is list:
            stack.extend(inner for inner in item if type(inner) in (dict, list))
    return total


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
