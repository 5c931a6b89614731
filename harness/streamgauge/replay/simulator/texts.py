"""What the simulated model says and thinks: plain sentences, chosen by the request's digest.

It must never say anything that follows from something other than its arguments.
"""

from __future__ import annotations

import re

from streamgauge.replay.simulator import cues

_OPENINGS = (
    "Here is a short answer about {topic}.",
    "Let me say a few words about {topic}.",
    "About {topic} there is this to say.",
    "You asked about {topic}; this is what can be said.",
)
_SENTENCES = (
    "The first thing to know is that it depends on where you look.",
    "Most people agree on the main points, and differ on the small ones.",
    "A careful reader compares two sources before trusting either.",
    "It began small, grew slowly, and then changed within a few years.",
    "What matters in practice is how often it happens, not how loud it is.",
    "There are exceptions; they are rare, well known, and easy to test for.",
    "A simple example helps: take two of them, swap one, and look again.",
    "The numbers are rough, so treat them as a guide and not as a promise.",
)
_THOUGHTS = (
    "The user asks about {topic}.",
    "I should keep the answer short and to the point.",
    "There are two ways to read this; the plain one is more likely.",
    "Let me check each part before I answer.",
    "Nothing here needs more than what I was given.",
    "I can see no contradiction, so I will go on.",
)
EMOJI = (
    "Plain ones: 😀 🎉 🚀. Joined ones: 👩‍👩‍👧‍👦 🧑🏽‍🚀 🏳️‍🌈. Flags: 🇫🇷 🇯🇵 🇧🇷. "
    "With marks: café, naïve, Z͑algo, ế. Others: 你好，世界。 こんにちは 안녕하세요 "
    "नमस्ते שלום مرحبا. Signs: ∑ € ½ 1️⃣ “quotes” – and a tab\tat the end. 🏁"
)
REFUSAL = "I'm sorry, but I can't help with that."


def topic(said: str) -> str:
    """A few words of what the user said, without line breaks or marks that JSON must escape."""
    words = re.findall(r"[^\W_][\w'’-]*", said)
    return " ".join(words[-4:]) or "this"


def answer(said: str, number: int, words: int = 0) -> str:
    """A few sentences, or as many as it takes to reach that many words."""
    told = [_OPENINGS[number % len(_OPENINGS)].format(topic=topic(said))]
    while len(told) < 3 or (words and _words(told) < words):
        told.append(_SENTENCES[(number // 4 + 3 * len(told)) % len(_SENTENCES)])
    return " ".join(told)


def thoughts(said: str, number: int, count: int) -> str:
    """So many sentences of reasoning."""
    told = [_THOUGHTS[0].format(topic=topic(said))]
    told += [_THOUGHTS[1 + (number + step) % (len(_THOUGHTS) - 1)] for step in range(1, count)]
    return " ".join(told)


def cued(said: str) -> str | None:
    """What the cues of a user's words ask to be said; None where there are none."""
    if quoted := cues.SAY.pattern.search(said):
        return quoted[1]
    if span := cues.COUNT.pattern.search(said):
        first, last = int(span[1]), int(span[2])
        step = 1 if first <= last else -1
        return ", ".join(str(n) for n in range(first, last + step, step)[:2000])
    return EMOJI if cues.given(cues.EMOJI, said) else None


def wanted_words(said: str) -> int:
    """How many words a long answer should have; 0 where none was asked for."""
    found = cues.LONG.pattern.search(said)
    return 0 if found is None else min(int(found[1] or 300), 3000)


def _words(told: list[str]) -> int:
    return sum(len(sentence.split()) for sentence in told)
