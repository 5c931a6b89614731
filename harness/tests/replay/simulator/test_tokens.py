"""Tokens: nothing lost, no character cut, beginnings counted alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.replay.simulator import tokens

TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("ae \n1,👩👧🏽\u200d\ufe0f🇫🇷é\u0301日語\u20e3नि")),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Paris is", ["Paris", " is"]),
        ("internationally", ["inter", "natio", "nally"]),
        ("1234 5", ["123", "4", " 5"]),
        ('{"a":[1]}', ["{", '"', "a", '"', ":", "[", "1", "]", "}"]),
        ("a👩\u200d👩\u200d👧b", ["a", "👩\u200d👩\u200d👧", "b"]),
        ("👍🏽🇫🇷🇯🇵", ["👍🏽", "🇫🇷", "🇯🇵"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("1\ufe0f\u20e3", ["1\ufe0f\u20e3"]),
        ("你好", ["你", "好"]),
        ("", []),
    ],
    ids=[
        "words", "a long word", "digits", "json", "a joined family", "skin and flags", "accents",
        "a keycap", "east asian", "nothing",
    ],
)  # fmt: skip
def test_text_is_cut_between_characters(text: str, pieces: list[str]) -> None:
    assert tokens.cut(text) == pieces


@given(TEXTS)
def test_nothing_is_lost(text: str) -> None:
    assert "".join(tokens.cut(text)) == text


@given(TEXTS, st.integers(0, 12))
def test_a_cut_beginning_counts_as_what_it_was_cut_to(text: str, count: int) -> None:
    assert tokens.cut(tokens.first(text, count)) == tokens.cut(text)[:count]
