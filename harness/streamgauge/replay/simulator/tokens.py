"""Cuts text into tokens, as simply as a made-up model may: words, digits, signs.

Nothing is lost, and no character that people see as one (a flag, a family of emoji, a letter with
its accents) is ever cut. The tokens of a text begin with the tokens of each of its cut beginnings,
so that what was cut by count is counted alike. It must never know any vendor's real vocabulary.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_JOINER = "\u200d"
_MARKS = ("Mn", "Me", "Mc")
# Marks beyond the first plane that emoji need: skin tones, tags of regional flags.
_MORE_MARKS = "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
_EAST_ASIAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"


def cut(text: str) -> list[str]:
    """The tokens of a text, in order; joined they are the text.

    >>> cut("Paris is sunny: 21.")
    ['Paris', ' is', ' sunny', ':', ' 21', '.']
    """
    return _pattern().findall(text)


def first(text: str, count: int) -> str:
    """The first `count` tokens of a text."""
    return "".join(cut(text)[: max(count, 0)])


@cache
def _pattern() -> re.Pattern[str]:
    mark = f"[{_mark_ranges()}{_MORE_MARKS}]"
    joined = rf"{mark}*(?:{_JOINER}+[\s\S]?{mark}*)*"
    digit = rf"\d(?!{mark}|{_JOINER})"
    letter = rf"(?:(?![{_EAST_ASIAN}])[^\W\d_]{joined})"
    return re.compile(rf" ?{letter}{{1,5}}| ?(?:{digit}){{1,3}}| ?{_FLAG}| ?\S{joined}|\s+")


def _mark_ranges() -> str:
    """Every combining mark of the first plane, as ranges of a character class."""
    ranges: list[list[int]] = []
    for code in range(0x300, 0x10000):
        if unicodedata.category(chr(code)) not in _MARKS:
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(low)}-{chr(high)}" for low, high in ranges)
