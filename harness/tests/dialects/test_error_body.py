"""An error answer takes the shape of a fact; its fields keep the kind of what they stand for."""

from __future__ import annotations

import pytest

from streamgauge.dialects.dialect import Refusal
from streamgauge.dialects.error_body import drawn, error_body

REFUSAL = Refusal(status=400, type="bad", message="No {type}.", code=7, param=None)

SHAPES: dict[str, tuple[object, object]] = {
    "members": ({"m": "{message}", "s": "{status}"}, {"m": "No {type}.", "s": 400}),
    "a number stays one, null stays null": (["{code}", "{param}"], [7, None]),
    "inner objects": ({"a": [{"t": "{type}"}]}, {"a": [{"t": "bad"}]}),
    "words around a field": ("about {type}", "about {type}"),
    "an unknown field": ("{other}", "{other}"),
    "what is no text": ({"a": None, "b": 1}, {"a": None, "b": 1}),
}


@pytest.mark.parametrize(("shape", "body"), SHAPES.values(), ids=list(SHAPES))
def test_fields_are_put_into_the_shape(shape: object, body: object) -> None:
    assert drawn(REFUSAL, shape) == body


def test_without_a_fact_the_shape_is_the_standard_one() -> None:
    error = {"message": "No {type}.", "type": "bad", "param": None, "code": 7}
    assert error_body(REFUSAL, {}) == {"error": error}


def test_a_fact_wins() -> None:
    assert error_body(REFUSAL, {"error-body": {"detail": "{message}"}}) == {"detail": "No {type}."}
