"""Read a YAML document into strings, bytes, lists and mappings, and into nothing else.

Cassettes come from strangers. Loaders that build objects have run their code, dates and huge
numbers make others raise, and a few aliases can stand for billions of values. So this reads the
parser's events itself: no tag but binary means anything, numbers stay text, and size and depth
are counted with the aliases expanded. It must never construct an object that a tag asks for.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from streamgauge.capture.limits import Limits, Unreadable

Value: TypeAlias = "str | bytes | list[Value] | dict[str, Value] | None"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BINARY_TAGS = frozenset({"tag:yaml.org,2002:binary", "!binary"})
"""The standard's tag and the one that Ruby's writer uses."""
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def load(data: bytes, limits: Limits) -> Value:
    """The first document of the data; `Unreadable` if it is no YAML or passes a limit."""
    try:
        return _Builder(limits).built(yaml.parse(data, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f" (line {error.problem_mark.line + 1})"
        raise Unreadable(f"not YAML{line}") from None
    except (yaml.YAMLError, UnicodeError):
        raise Unreadable("not YAML: it holds characters that YAML does not allow") from None


@dataclass(slots=True, kw_only=True)
class _Open:
    """A sequence or mapping whose end has not been seen; `size` counts its expanded values."""

    anchor: str | None
    is_mapping: bool
    items: list[Value] = field(default_factory=list)
    size: int = 1


class _Builder:
    """Events in, one value out; holds the open collections and the named values."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: list[_Open] = []
        self._named: dict[str, tuple[Value, int]] = {}
        self._root: Value = None

    def built(self, events: Iterable[yaml.Event]) -> Value:
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    self._put(_scalar(event), 1, event.anchor)
                case yaml.AliasEvent():
                    self._put(*self._named_value(event.anchor), None)
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    self._enter(event)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self._leave()
                case yaml.DocumentEndEvent():
                    break
        return self._root

    def _enter(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= self._limits.depth:
            raise Unreadable(f"the YAML is nested deeper than {self._limits.depth}")
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(anchor=event.anchor, is_mapping=is_mapping))

    def _leave(self) -> None:
        closed = self._open.pop()
        value: Value = _mapping(closed.items) if closed.is_mapping else closed.items
        self._put(value, closed.size, closed.anchor)

    def _put(self, value: Value, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self._named[anchor] = (value, size)
        if not self._open:
            self._root = value
            return
        holder = self._open[-1]
        holder.items.append(value)
        holder.size += size
        if holder.size > self._limits.nodes:
            raise Unreadable(f"the YAML expands to more than {self._limits.nodes} values")

    def _named_value(self, anchor: str | None) -> tuple[Value, int]:
        if anchor is None or anchor not in self._named:
            raise Unreadable("a YAML alias has no anchor before it")
        return self._named[anchor]


def _scalar(event: yaml.ScalarEvent) -> Value:
    if event.tag in _BINARY_TAGS:
        try:
            return base64.b64decode(event.value)
        except (binascii.Error, ValueError):
            raise Unreadable("a binary value in the YAML is not base64") from None
    is_plain = event.style is None or event.style == ""
    return None if is_plain and event.value in _NULLS else str(event.value)


def _mapping(items: list[Value]) -> dict[str, Value]:
    """Keys and values in turn; the last of equal keys counts, a key that is no text is left out."""
    pairs = zip(items[::2], items[1::2], strict=True)
    return {key: value for key, value in pairs if isinstance(key, str)}
