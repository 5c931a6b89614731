"""The API's own schema objects as JSON Schema."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.dialects.gemini.schema import DEEPEST, json_schema

CASES: dict[str, tuple[object, object]] = {
    "no schema": (None, None),
    "an empty one": ({}, {}),
    "types in capitals": ({"type": "STRING"}, {"type": "string"}),
    "types in small letters": ({"type": "integer"}, {"type": "integer"}),
    "an unknown type allows anything": ({"type": "TYPE_UNSPECIFIED"}, {}),
    "nullable": ({"type": "STRING", "nullable": True}, {"type": ["string", "null"]}),
    "a nullable choice": (
        {"type": "STRING", "enum": ["a"], "nullable": True},
        {"type": ["string", "null"], "enum": ["a", None]},
    ),
    "64-bit counts are strings": (
        {"type": "ARRAY", "minItems": "1", "maxItems": 5},
        {"type": "array", "minItems": 1, "maxItems": 5},
    ),
    "an object in an array in an object": (
        {
            "type": "OBJECT",
            "required": ["a"],
            "properties": {
                "a": {"type": "ARRAY", "items": {"type": "OBJECT", "properties": {"b": {}}}}
            },
        },
        {
            "type": "object",
            "required": ["a"],
            "properties": {
                "a": {"type": "array", "items": {"type": "object", "properties": {"b": {}}}}
            },
        },
    ),
    "one of several": (
        {"anyOf": [{"type": "STRING"}, {"type": "NUMBER"}]},
        {"anyOf": [{"type": "string"}, {"type": "number"}]},
    ),
    "members of the wrong type": (
        {"type": 1, "enum": None, "required": ["a", "a"], "minimum": "1", "maxItems": "x"},
        {},
    ),
    "members that say nothing to a validator": (
        {"type": "STRING", "format": "enum", "propertyOrdering": ["a"], "pattern": "("},
        {"type": "string"},
    ),
}


@pytest.mark.parametrize(("value", "schema"), CASES.values(), ids=CASES.keys())
def test_a_schema_object_becomes_a_json_schema(value: object, schema: Any) -> None:
    assert json_schema(value) == schema
    if schema is not None:
        jsonschema.Draft202012Validator.check_schema(schema)


def test_a_schema_that_nests_too_deeply_allows_anything_there() -> None:
    value: dict[str, object] = {"type": "STRING"}
    for _ in range(DEEPEST * 30):
        value = {"type": "ARRAY", "items": value}
    found = json_schema(value)
    for _ in range(DEEPEST):
        assert isinstance(found, dict)
        found = found["items"]
    assert found == {}


members = st.sampled_from(
    [
        "type",
        "enum",
        "required",
        "pattern",
        "minimum",
        "minItems",
        "nullable",
        "properties",
        "items",
        "anyOf",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["STRING", "-1", "²"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(members, inner, max_size=4),
)


@given(values)
def test_any_json_value_becomes_a_schema_that_a_validator_takes(value: Any) -> None:
    found: Any = json_schema(value)
    if found is not None:
        jsonschema.Draft202012Validator.check_schema(found)
