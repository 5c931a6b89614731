"""Arguments of tool calls: nested, huge, empty, in every script, and spelled in several ways.

The values are JSON objects that any reader reads alike: numbers that no float loses, keys once.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import strategies as st

from streamgauge.strategies.lots import Lots, drawn
from streamgauge.strategies.texts import text

_EXACT = 2**53 - 1
_KEYS = ("a", "city", "path", "lines", "größe", "数", "x y", "")


@cache
def objects() -> st.SearchStrategy[dict[str, object]]:
    """Values of arguments: most are small, a few deep or many kilobytes long."""
    return drawn(valued)


def spelled(value: dict[str, object]) -> st.SearchStrategy[str]:
    """The JSON text of a value, as models spell it: tight or loose, escaped or not."""
    return drawn(lambda lots: spell(lots, value), 8)


def valued(lots: Lots) -> dict[str, object]:
    """The value of one call's arguments."""
    match lots.below(24):
        case 22:
            return _nested(lots.between(2, 24))
        case 23:
            return {"code": 'x = "é\\n"\n' * lots.between(200, 900)}
        case _:
            return _object(lots, 3)


def spell(lots: Lots, value: dict[str, object]) -> str:
    """The JSON text of a value. Nothing at all is how several models spell an empty object."""
    return "" if not value and lots.rarely(2) else json.dumps(value, **lots.among(_WAYS))


def _object(lots: Lots, depth: int) -> dict[str, object]:
    return {_key(lots): _value(lots, depth) for _ in range(lots.below(4))}


def _key(lots: Lots) -> str:
    return text(lots, 1) if lots.rarely(6) else lots.among(_KEYS)


def _value(lots: Lots, depth: int) -> object:
    match lots.below(12):
        case 8 | 9 if depth:
            return _object(lots, depth - 1)
        case 10 | 11 if depth:
            return [_value(lots, depth - 1) for _ in range(lots.below(3))]
        case 0:
            return lots.among((0, 1, -1, _EXACT, -_EXACT, 10**12))
        case 1:
            return lots.below(4096) / 8 - 99
        case 2:
            return lots.among((None, True, False, "", [], {}))
        case _:
            return text(lots, 2)


def _nested(depth: int) -> dict[str, object]:
    value: dict[str, object] = {}
    for level in range(depth):
        value = {"in": [value, level]}
    return value


_WAYS: tuple[dict[str, Any], ...] = (
    {"ensure_ascii": False, "separators": (",", ":")},
    {"ensure_ascii": False},
    {},
    {"ensure_ascii": False, "indent": 1},
)
