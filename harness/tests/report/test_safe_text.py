"""Whatever would hide, move or command is spelled out, and nothing else is touched."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from streamgauge.report.safe_text import shortened, visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("çédille 漢字 한글 ا", "çédille 漢字 한글 ا"),
        ("😀", "😀"),
        ("<b>&amp;[red]|`", "<b>&amp;[red]|`"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x1b[31m\x07\x00\x7f", r"\x1b[31m\x07\x00\x7f"),
        ("\x9b31m\x85", r"\x9b31m\x85"),
        ("\u202eabc\u2066\u200b\ufeff", r"\u202eabc\u2066\u200b\ufeff"),
        ("\u2028\u2029\xad\u3164", r"\u2028\u2029\xad\u3164"),
        ("\ud800\ufffe\U0001ffff", r"\ud800\ufffe\U0001ffff"),
        ("\U000e0041", r"\U000e0041"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 6, "e" + "\u0301" * 4 + r"\u0301\u0301"),
        (None, "None"),
        (7, "7"),
    ],
    ids=ascii,
)
def test_unseen_characters_are_spelled_out(text: object, expected: str) -> None:
    assert visible(text) == expected


def test_no_unseen_character_is_forgotten() -> None:
    """Tag characters that this Python does not know yet are in the list already."""
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    every = map(chr, range(sys.maxunicode + 1))
    assert [
        char for char in every if unicodedata.category(char) in unseen and char == visible(char)
    ] == []


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcdefghijkl", 9, "abcde…jkl"),
        ("\x1b" * 3, 3, r"\x1b\x1b\x1b"),
        ("a" * 5 + "\n" * 9, 9, "aaaaa…" + r"\n\n\n"),
    ],
    ids=ascii,
)
def test_long_text_keeps_its_two_ends(text: str, limit: int, expected: str) -> None:
    assert shortened(text, limit) == expected
