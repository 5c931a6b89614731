"""Members of a scenario and of a profile, merged into a request."""

from __future__ import annotations

from streamgauge.dialects.merging import knob, merged

DEFAULT = {"on": {"think": True}, "off": {"think": False}}


def test_objects_are_merged_and_other_values_replaced() -> None:
    built = {"a": {"b": {"c": 1}}, "d": [1], "e": 1}
    members = {"a": {"b": {"f": 2}}, "d": [2], "g": 3}
    assert merged(built, members) == {"a": {"b": {"c": 1, "f": 2}}, "d": [2], "e": 1, "g": 3}


def test_neither_side_is_changed() -> None:
    built, members = {"a": {"b": 1}}, {"a": {"c": [1]}}
    out = merged(built, members)
    out["a"]["c"].append(2)  # type: ignore[index]
    assert (built, members) == ({"a": {"b": 1}}, {"a": {"c": [1]}})


def test_the_profile_tells_how_thinking_is_switched() -> None:
    facts = {"thinking-knob": {"on": {"effort": "high"}}}
    assert knob(facts, on=True, default=DEFAULT) == {"effort": "high"}
    assert knob(facts, on=False, default=DEFAULT) == {}


def test_without_the_fact_the_dialect_has_its_own_way() -> None:
    assert knob({}, on=False, default=DEFAULT) == {"think": False}
