"""Which files are recordings by their name, and what some bytes look like.

Names are looked at as text. Nothing here opens a file or walks a folder.
"""

from __future__ import annotations

import enum
import re
from typing import Final

ENDINGS: Final = (".sse", ".txt", ".jsonl", ".json", ".yaml", ".yml", ".har")
"""Endings that a folder is searched for; each may be followed by `.gz`."""

_LOOKED_AT = 64 * 1024
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? \d{3}(?:[ \r\n]|$)")
_VERBOSE = re.compile(rb"^< HTTP/\d(?:\.\d)? \d{3}", re.MULTILINE)
_TRACE = re.compile(rb"(?:[\d:.]+ )?(?:== Info: |=> Send header, |<= Recv header, )")
_CASSETTE = re.compile(rb"(?:^|\n)(?:http_)?interactions:[ \t]*(?:\r?\n|\[|$)")


class Kind(enum.Enum):
    """The shape of a recording's bytes."""

    RAW = "the body alone"
    INCLUDED = "curl -i"
    VERBOSE = "curl -v"
    TRACE = "curl --trace"
    YAML = "a cassette"
    JSON = "a JSON document, perhaps a HAR or a cassette"


def wanted(name: str) -> bool:
    """Whether a file found in a folder is read as a recording.

    >>> wanted("a/b.sse"), wanted("cassette.YML.gz"), wanted("photo.png")
    (True, True, False)

    A request beside a recording is not one itself:

    >>> wanted("a.request.json")
    False
    """
    plain = plain_name(name)
    return plain.endswith(ENDINGS) and not plain.endswith(".request.json")


def plain_name(name: str) -> str:
    """The name in lower case, without a final `.gz`."""
    return name.lower().removesuffix(".gz")


def kind(name: str, data: bytes) -> Kind:
    """What the bytes are, by the name's ending where it decides, else by how they begin."""
    plain = plain_name(name)
    if plain.endswith(".har"):
        return Kind.JSON
    if plain.endswith((".yaml", ".yml")):
        return Kind.JSON if _starts_like_json(data) else Kind.YAML
    if plain.endswith(".jsonl"):
        return Kind.RAW
    return _kind_by_content(data)


def _kind_by_content(data: bytes) -> Kind:
    start = data[:_LOOKED_AT]
    if _STATUS_LINE.match(start):
        return Kind.INCLUDED
    if _TRACE.match(start):
        return Kind.TRACE
    if _VERBOSE.search(start):
        return Kind.VERBOSE
    if _starts_like_json(data):
        return Kind.JSON
    return Kind.YAML if _CASSETTE.search(start[:4096]) else Kind.RAW


def _starts_like_json(data: bytes) -> bool:
    return data[:256].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
