"""Values that fit a JSON Schema, made from what the user said: arguments of calls, JSON output.

The same schema and words give the same value. What a schema says that is not understood here is
passed over; it must never fail on a schema, however odd.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PLACE = re.compile(
    r"city|cities|place|location|town|country|where|destination|capital", re.IGNORECASE
)
_DEEP = 6
_WIDE = 16
_FORMATS = {
    "date": "2026-01-15",
    "date-time": "2026-01-15T12:00:00Z",
    "time": "12:00:00Z",
    "email": "ada@example.org",
    "uri": "https://example.org/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "ipv4": "192.0.2.1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the user's words offer as values."""

    said: str = ""
    topic: str = "this"
    places: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


def takes_place(schema: object) -> bool:
    """Whether an object schema has a property for a place."""
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return isinstance(properties, Mapping) and any(_PLACE.search(str(name)) for name in properties)


def fit(schema: object, hints: Hints) -> object:
    """A value for a schema; {} where it says nothing."""
    value = _value(schema, "", hints, schema, 0)
    return {} if value is None and not _says_null(schema) else value


def _says_null(schema: object) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") == "null"


def _value(schema: object, name: str, hints: Hints, root: object, depth: int) -> object:
    schema = _resolved(schema, root)
    if not isinstance(schema, Mapping) or depth > _DEEP:
        return hints.topic if name else {}
    if "const" in schema:
        return schema["const"]
    if isinstance(options := schema.get("enum"), list) and options:
        return _chosen(options, hints)
    for word in ("anyOf", "oneOf"):
        if isinstance(ways := schema.get(word), list) and ways:
            return _value({**schema, word: None, **_mapping(ways[0])}, name, hints, root, depth)
    match _type(schema):
        case "object":
            return _object(schema, hints, root, depth)
        case "array":
            return _array(schema, name, hints, root, depth)
        case "integer" | "number" as kind:
            return _number(schema, hints, kind)
        case "boolean":
            return True
        case "null":
            return None
    return _text(schema, name, hints)


def _resolved(schema: object, root: object) -> object:
    """A schema with its reference followed (a few steps, local ones) and `allOf` joined."""
    for _ in range(4):
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        schema = root
        for step in reference[2:].split("/"):
            schema = schema.get(step) if isinstance(schema, Mapping) else None
    if isinstance(schema, Mapping) and isinstance(every := schema.get("allOf"), list):
        joined: dict[str, object] = {n: v for n, v in schema.items() if n != "allOf"}
        for inner in every:
            joined |= _mapping(inner)
        return joined
    return schema


def _type(schema: Mapping[str, object]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if isinstance(kind, str):
        return kind.lower()
    return "object" if "properties" in schema else "array" if "items" in schema else "string"


def _object(
    schema: Mapping[str, object], hints: Hints, root: object, depth: int
) -> dict[str, object]:
    properties = _mapping(schema.get("properties"))
    required = schema.get("required")
    needed = [str(n) for n in required] if isinstance(required, list) else []
    if depth >= 3:
        properties = {n: inner for n, inner in properties.items() if n in needed}
    kept = {n: properties[n] for n in [*properties][:_WIDE]} | {
        n: properties.get(n) for n in needed
    }
    return {n: _value(inner, n, hints, root, depth + 1) for n, inner in kept.items()}


def _array(
    schema: Mapping[str, object], name: str, hints: Hints, root: object, depth: int
) -> list[object]:
    least, most = _count(schema.get("minItems"), 1), _count(schema.get("maxItems"), 2)
    items = schema.get("items")
    if _PLACE.search(name) and len(hints.places) > 1 and _type(_mapping(items)) == "string":
        return list(hints.places)
    wanted = min(max(least, 2 if depth < 2 else 1), max(most, least), 50)
    return [_value(items, name, hints, root, depth + 1) for _ in range(wanted)]


def _number(schema: Mapping[str, object], hints: Hints, kind: str) -> int | float:
    least, most = schema.get("minimum"), schema.get("maximum")
    value: int | float = hints.numbers[0] if hints.numbers else 7
    if isinstance(least, int | float):
        value = max(value, least)
    if isinstance(most, int | float):
        value = min(value, most)
    return int(value) if kind == "integer" else value


def _text(schema: Mapping[str, object], name: str, hints: Hints) -> str:
    form = schema.get("format")
    if isinstance(form, str) and form in _FORMATS:
        return _FORMATS[form]
    for word in ("default", "example"):
        if isinstance(told := schema.get(word), str):
            return told
    told = hints.places[0] if hints.places and _PLACE.search(name) else hints.topic
    told = told.ljust(_count(schema.get("minLength"), 0), ".")
    return told[: _count(schema.get("maxLength"), 5000)]


def _chosen(options: list[object], hints: Hints) -> object:
    said = hints.said.lower()
    named = (o for o in options if isinstance(o, str) and o and o.lower() in said)
    return next(named, options[0])


def _count(value: object, otherwise: int) -> int:
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    return min(value, 5000) if isinstance(value, int) and value >= 0 else otherwise


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
