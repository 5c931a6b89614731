"""Writes text/event-stream: one event in, its bytes out.

It must never write a line that a reader would take for another field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How lines are written: their ending, and whether a space follows the colon."""

    newline: str = "\n"
    space: bool = True


PLAIN = Style()


def encode(
    name: str | None,
    data: str | None,
    *,
    id: str | None = None,
    retry: int | None = None,
    comment: str | None = None,
    style: Style = PLAIN,
) -> bytes:
    """One event. Data of several lines becomes several data lines, read back with LF between.

    `retry` is in milliseconds; None leaves a line out. ValueError where a name or id holds a line
    ending or an id holds U+0000: no event can carry those.
    """
    lines = [f":{style.space * ' '}{line}" for line in _lines(comment)]
    lines += [_field("event", _one_line(name), style)] if name is not None else []
    lines += [_field("data", line, style) for line in _lines(data)]
    lines += [_field("id", _event_id(id), style)] if id is not None else []
    lines += [_field("retry", str(retry), style)] if retry is not None else []
    return "".join(line + style.newline for line in (*lines, "")).encode()


def _lines(value: str | None) -> list[str]:
    return [] if value is None else _LINE_END.split(value)


def _field(name: str, value: str, style: Style) -> str:
    # A reader takes one space away, so a value that begins with one needs it in any style.
    space = " " if style.space or value.startswith(" ") else ""
    return f"{name}:{space}{value}"


def _one_line(value: str) -> str:
    if _LINE_END.search(value):
        raise ValueError("the name or id of an event cannot hold a line ending")
    return value


def _event_id(value: str) -> str:
    if "\0" in value:
        raise ValueError("the id of an event cannot hold U+0000")
    return _one_line(value)
