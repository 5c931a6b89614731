"""The JSON text of chunks."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.schema.syntax import (
    chunk_is_json,
    no_duplicate_keys,
    numbers_are_exact,
    numbers_are_json,
)

GOOD = '{"choices": [], "created": 9007199254740992}'

CASES: dict[str, tuple[Any, list[str], list[tuple[int, str, int]]]] = {
    "json and the end marker": (chunk_is_json, [GOOD, "[DONE]"], []),
    "a misspelt end marker is asked elsewhere": (chunk_is_json, [GOOD, "DONE"], []),
    "cut": (
        chunk_is_json,
        [GOOD, '{"choices": [', GOOD],
        [(1, 'not JSON (Expecting value at character 13): {"choices": [', 1)],
    ),
    "two in one": (
        chunk_is_json,
        [GOOD + GOOD],
        [(0, "not JSON (Extra data at character 44): " + GOOD + GOOD, 1)],
    ),
    "the same text again": (
        chunk_is_json,
        [GOOD, "internal error", "internal error"],
        [(1, "not JSON (Expecting value at character 0): internal error", 2)],
    ),
    "keys once": (no_duplicate_keys, ['{"a": {"b": 1}, "b": 2}'], []),
    "a key twice": (no_duplicate_keys, [GOOD, '{"a": {"b": 1, "b": 2}}'], [(1, "b", 1)]),
    "numbers": (numbers_are_json, ['{"a": -1.5e3}'], []),
    "minus infinity": (numbers_are_json, ['{"a": -Infinity}'], [(0, "-Infinity", 1)]),
    "not a number": (numbers_are_json, ['{"a": NaN}', '{"a": NaN}'], [(0, "NaN", 2)]),
    "the largest exact integer": (numbers_are_exact, [GOOD], []),
    "an integer too large": (
        numbers_are_exact,
        ['{"a": 9007199254740993}'],
        [(0, "9007199254740993", 1)],
    ),
    "a real number too large": (numbers_are_exact, ['{"a": 1e999}'], [(0, "1e999", 1)]),
}


@pytest.mark.parametrize(("rule", "texts", "wanted"), CASES.values(), ids=CASES)
def test_a_rule_about_json(rule: Any, texts: list[str], wanted: Any, court: Any) -> None:
    body = "".join(f"data: {text}\n\n" for text in texts).encode()
    outcome = court(rule, body)
    assert not outcome.skipped
    assert [(f.event, f.got, f.times) for f in outcome.findings] == wanted


def test_a_blank_payload_is_shown_as_empty(court: Any) -> None:
    (finding,) = court(chunk_is_json, b"data: {}\n\ndata:    \n\n").findings
    assert (finding.event, finding.got) == (1, "empty:    ")
