"""Changes an input as streams go wrong: events lost, echoed, swapped; values of another kind.

Bytes that are changed one by one seldom stay JSON, and what lies behind the parser is then never
reached. The same seed makes the same change.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from streamgauge.data import schema, schema_names

_EVENT = re.compile(rb"(?:\r\n|\n|\r){2,}")
_DATA = re.compile(rb"(?<=data:)[^\r\n]+|[^\r\n]*[{\[][^\r\n]*")
_NASTY = (
    *(
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b":",
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff",
        b"data",
        b"data:",
        b"id: 1",
    ),
    *(b"event: error\n", b"retry: 5\n", b'"\\ud800"', b"[" * 300, b"9" * 400, b"NaN", b"1e999"),
    *(
        b"data: [DONE]\n\n",
        b"data: null\n\n",
        b'{"a":1,"a":2}',
        b"\\u0000",
        b"- ",
        b"&a *a",
        b"!!x ",
    ),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**63, 1.5, 1e308, "", "a", "0", "\0", "\ud800", "null"),
    *([], {}, [None], [[]], [{}], {"": None}, {"index": -1}, ["a", 1], "stop", "{", '{"a":[', "😀"),
)


def mutate(data: bytes, seed: int) -> bytes:
    """The input, changed in one to three places; the first byte, which is a choice, seldom."""
    dice = random.Random(seed)
    knob, body = data[:1] or b"\0", data[1:]
    for _ in range(dice.randint(1, 3)):
        body = dice.choice(_CHANGES)(body, dice)
    if dice.random() < 0.1:
        knob = bytes([dice.randrange(256)])
    return knob + body


def _events(body: bytes, dice: random.Random) -> bytes:
    """One event is lost, echoed, or trades places with another."""
    ends = [found.end() for found in _EVENT.finditer(body)]
    bounds = [0, *ends] if ends and ends[-1] == len(body) else [0, *ends, len(body)]
    events = [body[start:end] for start, end in pairwise(bounds)]
    first, second = dice.randrange(len(events)), dice.randrange(len(events))
    match dice.randrange(4):
        case 0:
            del events[first]
        case 1:
            events.insert(second, events[first])
        case 2:
            events[first], events[second] = events[second], events[first]
        case _:
            events = events[: first + 1]
    return b"".join(events)


def _json(body: bytes, dice: random.Random) -> bytes:
    """One value of one document becomes another, is lost, or is told under another name."""
    places = [found.span() for found in _DATA.finditer(body)] or [(0, len(body))]
    start, end = dice.choice(places)
    try:
        value = _changed(json.loads(body[start:end]), dice)
        written = json.dumps(value, separators=(",", ":"))
    except (ValueError, RecursionError):
        return _spliced(body, dice)
    return body[:start] + b" " + written.encode() + body[end:]


def _changed(value: Any, dice: random.Random) -> Any:
    """The value with one change at any of its places."""
    places = list(_places(value))
    if not places:
        return dice.choice(_VALUES)
    held, key = dice.choice(places)
    _change(held, key, dice)
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every member and item inside, with what holds it."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


def _change(held: Any, key: Any, dice: random.Random) -> None:
    match dice.randrange(6):
        case 0:
            del held[key]
        case 1 if isinstance(held, dict):
            held[dice.choice(_names())] = dice.choice((held[key], *_VALUES))
        case 1:
            held.append(held[key])
        case 2 if isinstance(held[key], str):
            held[key] = held[key] * dice.choice([0, 2, 40])
        case 3:
            held[key] = [held[key]] if dice.random() < 0.5 else {dice.choice(_names()): held[key]}
        case _:
            held[key] = dice.choice(_VALUES)


@cache
def _names() -> tuple[str, ...]:
    """Every name of a member that the schemas of chunks know."""
    schemas = [schema(name) for name in schema_names() if name.endswith(".chunk")]
    found = {name for one in schemas for name in _properties(one)}
    return tuple(sorted(found))


def _properties(value: Any) -> Iterator[str]:
    for held, key in _places(value):
        if key == "properties" and isinstance(held[key], dict):
            yield from held[key]


def _spliced(body: bytes, dice: random.Random) -> bytes:
    """Something nasty is put in."""
    at = dice.randint(0, len(body))
    return body[:at] + dice.choice(_NASTY) + body[at:]


def _lost(body: bytes, dice: random.Random) -> bytes:
    """Some bytes are lost."""
    at = dice.randint(0, len(body))
    return body[:at] + body[at + dice.choice([1, 2, 8, 64, 4096]) :]


def _endings(body: bytes, dice: random.Random) -> bytes:
    """Line endings of another kind."""
    return body.replace(b"\n", dice.choice([b"\r\n", b"\r", b"\n\n"]))


_Change = Callable[[bytes, random.Random], bytes]
_CHANGES: tuple[_Change, ...] = (_events, _events, _json, _json, _json, _spliced, _lost, _endings)
