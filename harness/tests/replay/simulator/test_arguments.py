"""Values for schemas: they fit, they use what was said, and no schema is too odd."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.replay.simulator.arguments import Hints, fit, takes_place

HINTS = Hints(said="in fahrenheit", topic="the sea", places=("Paris", "Oslo"), numbers=(21,))
LEG = {
    "type": "object",
    "properties": {"from": {"type": "string"}, "seats": {"type": "array", "items": {}}},
    "required": ["from", "seats"],
    "additionalProperties": False,
}  # fmt: skip
SCHEMAS: dict[str, dict[str, Any]] = {
    "nothing": {"type": "object", "properties": {}},
    "strings": {"type": "object", "properties": {"city": {"type": "string"}, "q": {}}},
    "an enum": {"type": "object", "properties": {"unit": {"enum": ["celsius", "fahrenheit"]}}},
    "numbers": {"type": "object", "properties": {"n": {"type": "integer", "maximum": 9}}},
    "lengths": {"type": "object", "properties": {"t": {"type": "string", "minLength": 1500}}},
    "nested": {
        "type": "object",
        "properties": {"legs": {"type": "array", "items": LEG, "minItems": 3}},
        "required": ["legs"],
    },
    "references": {
        "type": "object",
        "properties": {"leg": {"$ref": "#/$defs/leg"}},
        "$defs": {"leg": LEG},
    },
    "ways": {"type": "object", "properties": {"x": {"anyOf": [{"type": "boolean"}, LEG]}}},
    "all of": {"allOf": [{"type": "object"}, {"properties": {"a": {"const": 4}}}]},
    "a choice of types": {"type": "object", "properties": {"x": {"type": ["null", "number"]}}},
    "only required": {"type": "object", "required": ["id"]},
}  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS.keys())
def test_the_value_fits(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema).validate(fit(schema, HINTS))
    assert fit(schema, HINTS) == fit(schema, HINTS)


def test_what_was_said_is_used() -> None:
    schema = {
        "type": "OBJECT",
        "properties": {
            "city": {"type": "STRING"},
            "unit": {"type": "STRING", "enum": ["celsius", "fahrenheit"]},
            "days": {"type": "INTEGER"},
            "cities": {"type": "array", "items": {"type": "string"}},
        },
    }
    assert fit(schema, HINTS) == {
        "city": "Paris",
        "unit": "fahrenheit",
        "days": 21,
        "cities": ["Paris", "Oslo"],
    }


def test_no_properties_give_an_empty_object() -> None:
    assert fit({"type": "object", "properties": {}}, HINTS) == {}
    assert fit(None, HINTS) == {}


@pytest.mark.parametrize(
    ("schema", "takes"),
    [({"properties": {"city": {}}}, True), ({"properties": {"to": {}}}, False), (None, False)],
)
def test_a_place_is_taken_by_its_name(schema: object, takes: bool) -> None:
    assert takes_place(schema) is takes


KEYWORDS = ["type", "properties", "items", "anyOf", "allOf", "enum", "$ref", "minItems"]
ODD = st.recursive(
    st.one_of(st.none(), st.integers(-5, 5), st.sampled_from(["object", "array", "#/"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip


@given(ODD)
def test_no_schema_is_too_odd(schema: object) -> None:
    fit(schema, HINTS)


def test_a_schema_that_holds_itself_ends() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}
    assert "next" in str(fit(node, HINTS))
