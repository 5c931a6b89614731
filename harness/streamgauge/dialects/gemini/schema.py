"""The API's own `Schema` object → JSON Schema.

It is the subset of OpenAPI 3.0 that function declarations use: types in capitals, `nullable`,
64-bit numbers as strings (type `Schema` of google-genai 3.4.0). It must never be stricter than
what was declared: a member that it does not know, or that has the wrong type, is left out, and
so is `pattern`, whose dialect differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

DEEPEST = 50
"""Schemas nested deeper than this allow anything there."""

_TYPES = {"OBJECT", "ARRAY", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "NULL"}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _are_names(value: object) -> bool:
    """Names, each once."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return False
    return len(set(value)) == len(value)


_VERBATIM: dict[str, Callable[[object], bool]] = {
    "enum": _is_list,
    "required": _are_names,
    "minimum": _is_number,
    "maximum": _is_number,
    "description": _is_text,
    "title": _is_text,
}
_COUNTS = ("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties")


def json_schema(value: object, depth: int = 0) -> object:
    """The JSON Schema, or None where there is no schema object.

    >>> json_schema({"type": "ARRAY", "items": {"type": "STRING", "nullable": True}})
    {'type': 'array', 'items': {'type': ['string', 'null']}}
    """
    if not isinstance(value, dict):
        return None
    if depth == DEEPEST:
        return {}
    schema: dict[str, object] = _type(value)
    for member, is_right in _VERBATIM.items():
        if member in value and is_right(value[member]):
            schema[member] = value[member]
    schema.update(_counts(value))
    if isinstance(value.get("enum"), list) and value.get("nullable") is True:
        schema["enum"] = [*value["enum"], None]
    schema.update(_nested(value, depth + 1))
    return schema


def _type(value: Mapping[str, object]) -> dict[str, object]:
    stated = value.get("type")
    name = stated.upper() if isinstance(stated, str) else ""
    if name not in _TYPES:
        return {}
    word = name.lower()
    return {"type": [word, "null"] if value.get("nullable") is True else word}


def _counts(value: Mapping[str, object]) -> dict[str, object]:
    found = {member: str(value[member]) for member in _COUNTS if member in value}
    return {
        member: int(text) for member, text in found.items() if text.isascii() and text.isdigit()
    }


def _nested(value: Mapping[str, object], depth: int) -> dict[str, object]:
    schema: dict[str, object] = {}
    properties = value.get("properties")
    if isinstance(properties, dict):
        schema["properties"] = {
            name: _or_anything(item, depth) for name, item in properties.items()
        }
    if isinstance(value.get("items"), dict):
        schema["items"] = json_schema(value["items"], depth)
    options = value.get("anyOf", value.get("any_of"))
    if isinstance(options, list) and options:
        schema["anyOf"] = [_or_anything(item, depth) for item in options]
    return schema


def _or_anything(value: object, depth: int) -> object:
    return value if isinstance(value, bool) else json_schema(value, depth) or {}
