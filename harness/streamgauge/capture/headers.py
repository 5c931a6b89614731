"""Header fields as recordings write them, and what they say about the framing of the body.

It reads; it never redacts and never judges.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.exchange import Framing, Head, Headers


def from_mapping(fields: object) -> Headers:
    """Headers from a mapping of name to value or values, or from a list of pairs."""
    match fields:
        case dict():
            return tuple(
                (text(name), text(value)) for name, held in fields.items() for value in _each(held)
            )
        case list():
            return tuple(pair for item in fields if (pair := _pair(item)) is not None)
        case _:
            return ()


def from_lines(lines: list[bytes]) -> Headers:
    """Headers from `Name: value` lines; a line without a colon is left out."""
    return tuple(_fields(lines))


def text(value: object) -> str:
    """Any scalar of a recording as text; bytes that are not UTF-8 are read as Latin-1."""
    match value:
        case str():
            return value
        case bytes():
            return _decoded(value)
        case None:
            return ""
        case _:
            return str(value)


def framing(head: Head, *, http1: bool) -> Framing:
    """How HTTP delimited the body, by RFC 9112 section 6.3; newer versions do not say it here."""
    coding = (head.header("transfer-encoding") or "").lower()
    if "chunked" in coding:
        return Framing.CHUNKED
    if head.header("content-length") is not None:
        return Framing.LENGTH
    return Framing.UNTIL_CLOSE if http1 else Framing.UNKNOWN


def _each(held: object) -> list[object]:
    return held if isinstance(held, list) else [held]


def _pair(item: object) -> tuple[str, str] | None:
    match item:
        case {"name": name, "value": value}:
            return text(name), text(value)
        case [name, value]:
            return text(name), ", ".join(text(one) for one in _each(value))
        case _:
            return None


def _fields(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            yield _decoded(name.strip()), _decoded(value.strip())


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
