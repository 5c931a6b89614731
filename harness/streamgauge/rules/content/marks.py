"""Finds marks in a joined text and points at the event that brought them.

It never looks at single chunks of a run without need: searches are over the whole text of a part,
and only a hit is traced back to its event.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.transcript.building import Trace

_AROUND = 40
_QUOTES = "`'\"“‘"


class Mark(NamedTuple):
    """A mark in a text: where it begins, what it is, and how often it stands there."""

    position: int
    text: str
    times: int


def marks(text: str, pattern: re.Pattern[str], case: Case) -> Iterator[Mark]:
    """Each different mark once; quoted marks and marks that the request names do not count."""
    found: dict[str, Mark] = {}
    for match in pattern.finditer(text):
        mark, at = match.group().strip(), match.start()
        if at and text[at - 1] in _QUOTES:
            continue
        before = found.get(mark)
        found[mark] = Mark(at, mark, 1) if before is None else before._replace(times=before[2] + 1)
    for one in found.values():
        if not named_in_request(one.text, case):
            yield one


def named_in_request(text: str, case: Case) -> bool:
    """Whether the request itself holds a text, so that the answer may be speaking of it."""
    request = case.transcript.exchange.request
    if request is None:
        return False
    body = request.body.decode("utf-8", "replace")
    # Some writers escape what is not ASCII, some the brackets too.
    body = body.replace("\\u003c", "<").replace("\\u003e", ">")
    return any(json.dumps(text, ensure_ascii=plain)[1:-1] in body for plain in (False, True))


def at_text(
    trace: Trace, position: int, says: str, expected: str, got: str, *, choice: int, times: int = 1
) -> Evidence:
    """Evidence at one character of a part's text."""
    event, pointer = trace.event_at(position) or (None, None)
    return Evidence(says, expected, shown(got), event, pointer, choice, times=times)


def around(text: str, position: int) -> str:
    """The text on both sides of a position, cut short."""
    start = max(0, position - _AROUND)
    return text[start : position + _AROUND]
