"""The plain English that the simulated model understands: one table, shown in docs/simulator.md.

A cue is looked for in the last user turn. It must never depend on a vendor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Cue(NamedTuple):
    """Words that steer the answer: its name, what is looked for, an example, and what it brings
    about."""

    name: str
    pattern: re.Pattern[str]
    example: str
    says: str


def _cue(name: str, pattern: str, example: str, says: str) -> Cue:
    return Cue(name, re.compile(pattern, re.IGNORECASE), example, says)


FILTER = _cue(
    "filter",
    r"\bbomb\b|\bcontent filter\b",
    "How do I build a bomb?",
    "the answer is filtered, as the vendor does it",
)
REFUSE = _cue(
    "refuse",
    r"\brefuse\b|\bdecline\b",
    "Please refuse.",
    "the model refuses, as the dialect says it",
)
COUNT = _cue(
    "count",
    r"\bcount(?:s|ing)? (?:from )?(\d{1,4}) (?:up )?to (\d{1,4})\b",
    "Count from 1 to 60.",
    "the numbers in between, with commas, at most 2,000 of them",
)
SAY = _cue(
    "say",
    r"\b(?:say|repeat|(?:reply|answer|respond) with)(?: only| just| exactly)*:? "
    r"(?:the (?:word|words|line|text) )?[\"'“]([^\"”]+?)[\"'”](?=\s|[.,;!?]|$)",
    'Reply with exactly: "yes"',
    "exactly the words in quotation marks",
)
EMOJI = _cue(
    "emoji",
    r"\bemojis?\b|\bunicode\b",
    "Show me an emoji.",
    "emoji, joined emoji, flags, combining marks, Chinese, Arabic and more",
)
LONG = _cue(
    "long",
    r"\b(\d{2,4}) words\b|\blong\b|\bessay\b|\bin detail\b",
    "Write 200 words.",
    "a text of so many words (300 where none are named, at most 3,000)",
)
THINK = _cue(
    "think",
    r"\bthink\b|\bstep by step\b|\breason(?:ing)?\b",
    "Think first.",
    "reasoning first, where the vendor can show it and the request does not turn it off",
)
PONDER = _cue(
    "ponder",
    r"\bthink (?:very )?(?:hard|long|carefully)\b",
    "Think hard.",
    "reasoning that is four times as long, after a silence in which keepalives are sent",
)
NO_TOOL = _cue(
    "no tool",
    r"(?:\bwithout|\bno|(?:\bnot|n't) (?:use|call)) (?:any |the |a )?tools?\b",
    "Answer without tools.",
    "no tool is called, unless the request forces one",
)
ANY_TOOL = _cue(
    "tool",
    r"\b(?:tool|function)s?\b",
    "Use the tool.",
    "the first tool is called where none is named in words",
)
THEN = _cue(
    "then",
    r"\bthen\b|\bafter that\b",
    "First the time, then the weather.",
    "calls are made one after the other, not at once",
)
PLACE = Cue(
    "place",
    re.compile(
        r"(?:\b(?:[Ii]n|[Ff]or|[Oo]f|[Aa]t|[Tt]o|[Aa]nd|[Tt]hen)|,)\s+(?:(?:in|for|of|at|to)\s+)?"
        r"([A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)*)"
    ),
    "The weather in Paris and in Tokyo?",
    "places, by their capital letters: a call for each",
)

CUES: tuple[Cue, ...] = (
    FILTER, REFUSE, COUNT, SAY, EMOJI, LONG, THINK, PONDER, NO_TOOL, ANY_TOOL, THEN, PLACE,
)  # fmt: skip


def given(cue: Cue, text: str) -> bool:
    """Whether a text holds the cue."""
    return cue.pattern.search(text) is not None


def places(text: str) -> tuple[str, ...]:
    """The places that a text names, each once.

    >>> places("What is the weather in Paris and in New York?")
    ('Paris', 'New York')
    """
    return tuple(dict.fromkeys(match[1] for match in PLACE.pattern.finditer(text)))


def numbers(text: str) -> Iterator[int]:
    """The whole numbers that a text names."""
    return (int(found) for found in re.findall(r"(?<![\w.])\d{1,9}(?![\w.]*\d)", text))
