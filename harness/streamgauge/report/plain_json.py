"""JSON text that any reader takes, of values that may be too big, too deep or not finite.

A stream may carry `1e999`, a number of ten thousand digits or brackets a mile deep, and a
report must still be written. Such a value becomes a string that says what it was; nothing else
is changed. The same value always gives the same bytes.
"""

from __future__ import annotations

import json
import math

import orjson

_DEEPEST = 200
_LONGEST_NUMBER_BITS = 14_284  # Python refuses to print or read integers of over 4,300 digits


def dumps(value: object, indent: int | None = None) -> str:
    """One line of ASCII JSON, or an indented document."""
    separators = (",", ":") if indent is None else (",", ": ")
    try:
        # orjson has a fixed limit of depth, where json's depends on who called it.
        orjson.dumps(value)
        return json.dumps(value, allow_nan=False, indent=indent, separators=separators)
    except (TypeError, ValueError):
        return json.dumps(_tamed(value, 0), indent=indent, separators=separators)


def _tamed(value: object, depth: int) -> object:
    if isinstance(value, dict | list | tuple) and depth == _DEEPEST:
        return f"… nested more than {_DEEPEST} deep"
    if isinstance(value, dict):
        return {key: _tamed(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_tamed(inner, depth + 1) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER_BITS:
        return f"an integer of {value.bit_length()} bits"
    return value
