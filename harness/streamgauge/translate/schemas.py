"""Tells whether two JSON Schemas of a tool mean the same, and where they do not.

What is spelled differently and means the same is no difference: the order of `required`, of types
and of enumerated values, defaults said or unsaid, types in capitals, `nullable`. It looks at every
keyword and knows none to be harmless but the ones that only describe. It must never resolve a
reference: both sides must refer alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

_SAYS_NOTHING = frozenset({"title", "description", "$comment", "examples", "example", "$schema"})
_UNORDERED = ("required", "type", "enum")
_UNSAID = {"additionalProperties": True, "required": [], "properties": {}, "minItems": 0}
_MAPS = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
_LISTS = ("anyOf", "allOf", "oneOf", "prefixItems")
_DEEPEST = 60


def differences(before: object, after: object) -> tuple[str, ...]:
    """JSON pointers into the schema where the meaning differs, with both sides; empty if nowhere.

    >>> differences({"type": "STRING", "nullable": True}, {"type": ["null", "string"]})
    ()
    >>> differences({"type": "string", "pattern": "^a"}, {"type": "string"})
    ('/pattern: "^a" became nothing',)
    """
    return tuple(_compare(_plain(before, 0), _plain(after, 0), ""))


def _compare(before: object, after: object, at: str) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _compare(before.get(name), after.get(name), f"{at}/{_escaped(name)}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _compare(one, other, f"{at}/{number}")
    elif before != after or isinstance(before, bool) is not isinstance(after, bool):
        yield f"{at}: {_shown(before)} became {_shown(after)}"


def _plain(schema: object, depth: int) -> object:
    """A schema in one spelling; True where anything is allowed."""
    if schema is None:
        return {}
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return schema
    plain = {
        name: _member(name, value, depth + 1)
        for name, value in schema.items()
        if name not in _SAYS_NOTHING and name != "nullable"
    }
    if schema.get("nullable") is True and "type" in plain:
        plain["type"] = sorted({*_texts(plain["type"]), "null"})
    for name, unsaid in _UNSAID.items():
        if name in plain and plain[name] == unsaid:
            del plain[name]
    return plain


def _member(name: str, value: object, depth: int) -> object:
    if name == "type":
        return sorted({word.lower() for word in _texts(value)})
    if name in _UNORDERED and isinstance(value, list):
        return sorted(value, key=lambda item: json.dumps(item, sort_keys=True, default=str))
    if name in _MAPS and isinstance(value, Mapping):
        return {key: _plain(inner, depth) for key, inner in value.items()}
    if name in _LISTS and isinstance(value, list):
        return [_plain(inner, depth) for inner in value]
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)  # JSON made from protobuf writes 64-bit numbers as text
    if name in ("enum", "const", "default"):
        return value
    return _plain(value, depth) if isinstance(value, Mapping) else value


def _texts(value: object) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return [text for text in found if isinstance(text, str)]


def _shown(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, default=str)[:80]


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
