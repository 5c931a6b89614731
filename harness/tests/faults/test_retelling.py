"""A part is told in other words, its copies with it, and nothing else changes."""

from __future__ import annotations

import pytest

from streamgauge.delta import Kind
from streamgauge.faults.retelling import followed, retold, spread, told
from streamgauge.pipeline import check

WHOLE = {
    "openai-chat": "written: chat: thoughts, text, two calls",
    "openai-responses": "written: responses: thoughts, text, two calls",
    "anthropic-messages": "written: messages: thinking, text, two calls",
    "gemini": "written: gemini: thoughts, text, two calls",
}


@pytest.mark.parametrize("dialect", WHOLE)
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.REASONING])
def test_a_part_is_told_in_other_words(dialect: str, kind: Kind, good) -> None:
    one = good(WHOLE[dialect])
    part = told(one.exchange, one.setting, kind)[0]
    new = retold(one.exchange, part, ["Other ", *[""] * (len(part.pieces) - 2), "words."])
    again = told(new, one.setting, kind)[0]
    assert again.part.content == "Other words."
    assert {copy.value for copy in again.copies} <= {"Other words."}
    assert len(again.copies) == len(part.copies)
    judged = check(new, dialect=dialect)
    assert not [one for one in judged.outcome.findings if "copies" in one.rule]


def test_copies_may_stay_as_they_are(good) -> None:
    one = good(WHOLE["openai-responses"])
    part = told(one.exchange, one.setting, Kind.TEXT)[0]
    new = retold(one.exchange, part, ["", "", ""], copies=False)
    assert told(new, one.setting, Kind.TEXT) == ()
    assert new.body.count(part.part.content.encode()) == len(part.copies) == 4


@pytest.mark.parametrize(
    ("text", "pieces"),
    [("", ["", "", ""]), ("{}", ["{}", "", ""]), ("x" * 40, ["x" * 20, "x" * 19, "x"])],
)
def test_a_text_is_spread_over_the_pieces(text: str, pieces: list[str], good) -> None:
    one = good(WHOLE["openai-chat"])
    assert spread(text, told(one.exchange, one.setting, Kind.TEXT)[0]) == pieces


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/a/0/b~1c", (("a", 0, "b/c"), 1)),
        ("", ((), {"a": [{"b/c": 1}]})),
        ("/a/1", ((), None)),
        ("/b", ((), None)),
    ],
)
def test_a_pointer_is_followed(pointer: str, found: object) -> None:
    assert followed({"a": [{"b/c": 1}]}, pointer) == found
