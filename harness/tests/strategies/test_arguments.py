"""Arguments: objects that any reader reads alike, in several spellings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.strategies.arguments import objects, spelled
from tests.strategies.drawing import reaches


@given(data=st.data())
def test_every_spelling_reads_as_the_value(data: st.DataObject) -> None:
    value = data.draw(objects())
    text = data.draw(spelled(value))
    assert json.loads(text or "{}") == value


@pytest.mark.parametrize(
    "wanted",
    [
        lambda value: not value,
        lambda value: len(json.dumps(value)) > 4_000,
        lambda value: json.dumps(value).count("{") > 5,
        lambda value: "\\u" in json.dumps(value),
    ],
    ids=["empty", "huge", "nested", "unicode"],
)
def test_objects_reach(wanted: Any) -> None:
    assert reaches(objects(), wanted) is not None


def test_nothing_at_all_stands_for_an_empty_object_alone() -> None:
    assert reaches(spelled({}).map(lambda text: (text,)), lambda one: one == ("",)) == ("",)
