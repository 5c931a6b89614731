"""Finds where in a JSON text the value of a JSON pointer (RFC 6901) stands.

One pass over tokens, no values built, no recursion. Evidence uses it to point at bytes, templates
use it to cut holes. The text must be valid JSON; for anything else the answer is simply missing.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)

Span = tuple[int, int]


def locate(data: bytes, pointers: Collection[str]) -> dict[str, Span]:
    """The byte span of each value that `pointers` names, quotes included; misses are left out."""
    found: dict[str, Span] = {}
    path: list[str | int] = []
    opened: list[tuple[str, int]] = []
    key = False
    for token in _TOKEN.finditer(data):
        first = data[token.start()]
        if first in b"{[":
            opened.append((_pointer(path), token.start()))
            key = first == ord("{")
            path.append("" if key else 0)
        elif first in b"}]":
            if path:
                path.pop()
                pointer, start = opened.pop()
                if pointer in pointers:
                    found[pointer] = (start, token.end())
            key = False
        elif first == ord(","):
            key = bool(path) and not _count_up(path)
        elif first == ord(":"):
            key = False
        elif key:
            path[-1] = _unescape(token.group())
        elif (pointer := _pointer(path)) in pointers:
            found[pointer] = token.span()
    return found


def _pointer(path: list[str | int]) -> str:
    return "".join(f"/{step}" for step in path)


def _count_up(path: list[str | int]) -> bool:
    """Step to the next element of an array; False where the innermost value is an object."""
    last = path[-1]
    if isinstance(last, int):
        path[-1] = last + 1
        return True
    return False


def _unescape(token: bytes) -> str:
    """A key as a pointer token: JSON escapes undone, `~` and `/` escaped for the pointer."""
    text = token[1:-1].decode("utf-8", "replace")
    if "\\" in text:
        import json

        try:
            text = json.loads(token)
        except ValueError:
            return text
    return text.replace("~", "~0").replace("/", "~1")
