"""Text of a stream made safe to look at: what would hide, move or command is spelled out.

Every view shows stream text through `visible`. It escapes what acts on a reader's terminal or
eye; what a format treats specially (HTML tags, Markdown signs, XML) stays that view's duty.
"""

from __future__ import annotations

import re

# Controls, formats (bidi, zero-width, tags), line and paragraph separators, surrogates,
# noncharacters and letters that draw nothing. Listed, not asked of `unicodedata`, so that every
# Python spells a report alike; a test compares the list with this Python's tables.
_UNSEEN = re.compile(
    "["
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    r"\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 17))
    + "]"
)
# More than a few marks on one letter climb over the neighbouring lines.
_PILED_MARKS = re.compile(r"(?<=[\u0300-\u036f]{4})[\u0300-\u036f]+")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: object) -> str:
    r"""The text with every unseen character spelled out; None and numbers as `str` gives them.

    >>> visible("red\x1b[31m")
    'red\\x1b[31m'
    """
    plain = text if isinstance(text, str) else str(text)
    return _PILED_MARKS.sub(_spell_all, _UNSEEN.sub(_spell, plain))


def shortened(text: object, limit: int = 160) -> str:
    """Visible text of at most about `limit` characters: the beginning, the end, `…` between."""
    plain = text if isinstance(text, str) else str(text)
    if len(plain) > limit:
        tail = limit // 3
        plain = f"{plain[: limit - tail - 1]}…{plain[-tail:]}"
    return visible(plain)


def _spell(match: re.Match[str]) -> str:
    return _spell_char(match.group())


def _spell_all(match: re.Match[str]) -> str:
    return "".join(map(_spell_char, match.group()))


def _spell_char(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
