"""Whether two schemas of a tool mean the same, and where they do not."""

from __future__ import annotations

import pytest

from streamgauge.translate.schemas import differences

SAME: dict[str, tuple[object, object]] = {
    "nothing and anything": (None, {}),
    "the order of what is required": ({"required": ["a", "b"]}, {"required": ["b", "a"]}),
    "the order of types": ({"type": ["null", "string"]}, {"type": ["string", "null"]}),
    "one type in a list": ({"type": "string"}, {"type": ["string"]}),
    "types in capitals": ({"type": "OBJECT"}, {"type": "object"}),
    "nullable": ({"type": "STRING", "nullable": True}, {"type": ["string", "null"]}),
    "the order of values": ({"enum": ["b", "a"]}, {"enum": ["a", "b"]}),
    "a default said": ({"additionalProperties": True}, {}),
    "numbers as text": ({"maxItems": "3"}, {"maxItems": 3}),
    "words for readers": ({"description": "A.", "title": "A"}, {}),
    "nested": (
        {"properties": {"a": {"items": {"type": "STRING"}}}},
        {"properties": {"a": {"items": {"type": ["string"]}}}},
    ),
}
OTHER: dict[str, tuple[object, object, str]] = {
    "a type": ({"type": "string"}, {"type": "integer"}, "/type"),
    "a pattern lost": ({"pattern": "^a"}, {}, "/pattern"),
    "a property lost": ({"properties": {"a": {}}}, {"properties": {}}, "/properties"),
    "what is required": ({"required": ["a"]}, {"required": ["a", "b"]}, "/required"),
    "closed or open": ({"additionalProperties": False}, {}, "/additionalProperties"),
    "a number and a truth": ({"const": 1}, {"const": True}, "/const"),
    "deep inside": (
        {"anyOf": [{"properties": {"x/y": {"minimum": 1}}}]},
        {"anyOf": [{"properties": {"x/y": {"minimum": 2}}}]},
        "/anyOf/0/properties/x~1y/minimum",
    ),
    "a property called title": (
        {"properties": {"title": {"type": "string"}}},
        {"properties": {"title": {"type": "null"}}},
        "/properties/title/type",
    ),
}


@pytest.mark.parametrize(("before", "after"), SAME.values(), ids=SAME)
def test_another_spelling_is_no_difference(before: object, after: object) -> None:
    assert differences(before, after) == ()
    assert differences(after, before) == ()


@pytest.mark.parametrize(("before", "after", "where"), OTHER.values(), ids=OTHER)
def test_a_difference_is_pointed_at(before: object, after: object, where: str) -> None:
    (found,) = differences(before, after)
    assert found.startswith(f"{where}")
    assert differences(after, before)


def test_any_depth_is_compared_without_end() -> None:
    schema: object = {}
    for _ in range(200):
        schema = {"items": schema}
    assert differences(schema, schema) == ()
