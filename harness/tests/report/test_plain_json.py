"""JSON that any reader takes, whatever a stream brought."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from streamgauge.report.plain_json import dumps


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [None, True, 1.5]}, '{"b":1,"a":[null,true,1.5]}'),
        ("é\u2028\ud800", r'"\u00e9\u2028\ud800"'),
        (2**70, "1180591620717411303424"),
        (10**4299, "1" + "0" * 4299),
        (10**5000, '"an integer of 16610 bits"'),
        ([float("inf"), float("-inf"), float("nan")], '["inf","-inf","nan"]'),
        ((1, (2,)), "[1,[2]]"),
        ({"a": {"b": float("nan")}}, '{"a":{"b":"nan"}}'),
    ],
    ids=lambda value: str(type(value)),
)
def test_every_value_becomes_ascii_json(value: object, expected: str) -> None:
    assert dumps(value) == expected


@pytest.mark.parametrize("depth", [300, 5_000, 100_000])
def test_a_mile_of_brackets_is_cut(depth: int) -> None:
    text = dumps({"a": nested(depth)})
    assert json.loads(text)
    assert "nested more than 200 deep" in text


def test_a_deep_caller_writes_the_same() -> None:
    """The limit is ours, not what is left of the interpreter's stack."""
    value = nested(240)

    def deep(left: int) -> str:
        return dumps(value) if not left else deep(left - 1)

    assert deep(400) == dumps(value)


def test_a_thread_writes_the_same() -> None:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(dumps(nested(300))))
    thread.start()
    thread.join()
    assert found == [dumps(nested(300))]


def test_an_indented_document_says_the_same() -> None:
    value = {"a": [1, float("nan")]}
    assert json.loads(dumps(value, indent=2)) == json.loads(dumps(value))
