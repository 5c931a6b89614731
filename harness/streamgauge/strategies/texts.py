"""Texts that a model may say: many scripts, and everything that breaks careless programs.

What no lawful stream says is never drawn: half of a surrogate pair, U+0000, the sign for a lost
character, and the marks of a model's own template.
"""

from __future__ import annotations

import re
from functools import cache

from hypothesis import strategies as st

Texts = st.SearchStrategy[str]

_SCRIPTS = (
    "aábcdeêfghijklmnñoöpqrsßtuvwxyz ABC 0123456789 .,;:!?",
    "αβγδε ζηθικλμ",
    "абвгд ежзий",
    "אבגד הוזח",
    "ابتث جحخد",
    "अआइई कखगघ",
    "กขคง จฉชซ",
    "日本語 かなカナ 漢字",
    "한국어 조선글",
    "𝒜𝓑𝔠 𐍈 🜁 𠜎",
)
"""Letters of one script each, with blanks; the last lie beyond the first plane."""

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
    "../../etc/passwd",
    "'; DROP TABLE users; --",
    "- a: &b !!c |\n  d # e",
    "```json\n{}\n```",
    "| a | b |\n|---|---|",
    "\ue000\ufdd0\U0010ffff",
)
"""Fragments that have broken a parser, a page or a terminal somewhere."""

# The sign for a lost character is what the rule of whole characters looks for.
_ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd")
# A template's own marks in a text are findings (content/no-control-tokens and its neighbours).
_MARKS = re.compile(
    r"<\|[A-Za-z_]{2,}\|>|<｜|\[/?INST\]|</?(?:s|eos|think|thinking|reasoning|thought)>|</?tool_call"
)


@cache
def texts(*, max_pieces: int = 3) -> Texts:
    """Texts of at least one visible character, made of up to `max_pieces` stretches."""
    stretch = st.one_of(
        *(st.text(letters, min_size=1, max_size=30) for letters in _SCRIPTS),
        *(st.sampled_from(HOSTILE) for _ in range(4)),
        st.text(_ANY, min_size=1, max_size=8),
    )
    joined = st.lists(stretch, min_size=1, max_size=max_pieces).map("".join)
    return st.one_of(joined, _long()).filter(_is_sayable)


def _long() -> Texts:
    """Long texts, for templates only bite on many pieces; they are cheap to draw."""
    word = st.text('abcdefgh é日\u2028"\\', min_size=7, max_size=9)
    return st.builds(
        lambda words, times: "".join(f"{one}{at} " for at in range(times) for one in words),
        st.lists(word, min_size=1, max_size=3, unique=True),
        st.integers(6, 24),
    )


@cache
def names() -> Texts:
    """Names that a tool may have in every dialect."""
    return st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,20}", fullmatch=True)


def _is_sayable(text: str) -> bool:
    return any(sign.isalnum() for sign in text) and _MARKS.search(text) is None
