"""Texts that a model may say: many scripts, and everything that breaks careless programs.

What no lawful stream says is never drawn: half of a surrogate pair, U+0000, the sign for a lost
character, and the marks of a model's own template.
"""

from __future__ import annotations

import re
from functools import cache

from hypothesis import strategies as st

from streamgauge.strategies.lots import Lots, drawn

_SCRIPTS = tuple(
    tuple(words.split())
    for words in (
        "a so the river 42 3.14 holds Naïve café, coöperate; crème: Straße!",
        "α και λόγος ψυχή, 7 Ωμέγα",
        "я и слово ёлка, 19 Москва!",
        "אני שלום עולם, 5",
        "أنا باب كلمة سلام، ٣",
        "मैं शब्द क्षत्रिय नमस्ते १२",
        "ฉัน คำ น้ำ สวัสดี ๔",
        "私 言葉 かな、カナ。 漢字 ３",
        "나 한국어 조선글 각",
        "𝒜𝓑 𐍈𐌰 🜁 𠜎𠜱 𞤀𞤣",
    )
)
"""Words of one script each; the last lie beyond the first plane."""

HOSTILE = (
    "\u2028",
    "\u2029",
    "\u0085",
    "\ufeff",
    "\u200b",
    "\u202eabc\u202c",
    "e\u0301\u0323",
    "👩‍👩‍👧‍👦",
    "🏴\U000e0067\U000e0062\U000e007f",
    "🇳🇴",
    "👍🏽",
    "\r\n",
    "\n\n",
    "\r",
    "\t",
    "\x01\x1f",
    "\x0b\x0c",
    "\x7f\x9f",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;file:///etc\x07",
    "<script>alert(1)</script>",
    "</textarea><!--",
    "&amp;&#x2028;",
    "data: {}\n\n",
    "event: error\ndata: x\n\n",
    ": a comment\n",
    "data: [DONE]\n\n",
    "[DONE]",
    '{"choices": [',
    "\\u0041\\n",
    '"\\"',
    "\\",
    "{{ x }} ${y} %(z)s",
    "../../etc/hosts",
    "'; DROP TABLE users; --",
    "- a: &b !!c |\n  d # e",
    "```json\n{}\n```",
    "| a | b |\n|---|---|",
    "\ue000\ufdd0\U0010ffff",
)
"""Fragments that have broken a parser, a page or a terminal somewhere."""

# A template's own marks in a text are findings (content/no-control-tokens and its neighbours).
_MARKS = re.compile(
    r"<\|[A-Za-z_]{2,}\|>|<｜|\[/?INST\]|</?(?:s|eos|think|thinking|reasoning|thought)>|</?tool_call"
)
# The sign for a lost character is what the rule of whole characters looks for.
_NEVER = frozenset("\0\ufffd")


@cache
def texts(*, max_pieces: int = 3) -> st.SearchStrategy[str]:
    """Texts of at least one visible character, made of up to `max_pieces` stretches."""
    return drawn(lambda lots: text(lots, max_pieces))


@cache
def names() -> st.SearchStrategy[str]:
    """Names that a tool may have in every dialect."""
    return drawn(name, 32)


def text(lots: Lots, most: int = 3) -> str:
    """A text of at least one letter or digit."""
    said = "".join(_stretch(lots) for _ in range(lots.between(1, most)))
    while _MARKS.search(said):
        said = _MARKS.sub("~", said)
    return said if any(sign.isalnum() for sign in said) else f"{said}a"


def name(lots: Lots) -> str:
    """A name of letters, digits and underscores."""
    first = lots.among("fabcdeghijklmnopqrstuvwxyz_ABCXYZ")
    return first + "".join(
        lots.among("aeioubcdfg_hjklmnpqrstvwxyz019Z") for _ in range(lots.below(12))
    )


def _stretch(lots: Lots) -> str:
    match lots.below(8):
        case 0 | 1 | 2 | 3:
            script = lots.among(_SCRIPTS)
            return "".join(f"{lots.among(script)} " for _ in range(lots.between(1, 3)))
        case 4 | 5:
            return lots.among(HOSTILE)
        case 6:
            return "".join(_sign(lots) for _ in range(lots.between(1, 6)))
        case _:
            return _long(lots) if lots.rarely(4) else lots.among(_SCRIPTS[0])


def _sign(lots: Lots) -> str:
    """Any character at all, in each plane about as often in the first two bytes of UTF-8."""
    sign = chr(lots.below(lots.among((0x80, 0x800, 0xD800, 0x110000))))
    return "a" if sign in _NEVER or "\ud800" <= sign <= "\udfff" else sign


def _long(lots: Lots) -> str:
    """Templates only bite on many pieces; numbers keep the words apart."""
    word = lots.among(("word", "é日\u2028", 'q"\\'))
    return "".join(f"{word}{at} " for at in range(lots.between(8, 60)))
