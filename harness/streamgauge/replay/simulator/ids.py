"""Ids that look like a vendor's and follow from the request, so that an answer can be repeated.

It must never draw a random number: the same request at the same place of a run has the same ids.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.openai_chat.ids import shaped

_FACTS = {"message": "id-form", "tool": "tool-id-form", "request": "request-id-form"}
# The forms of the dialects' own vendors, as recorded (shared wire facts of each dialect).
_FORMS: Mapping[tuple[str, str], str] = {
    ("anthropic-messages", "message"): "msg_01{alnum:22}",
    ("anthropic-messages", "tool"): "toolu_01{alnum:22}",
    ("anthropic-messages", "request"): "req_01{alnum:22}",
    ("openai-responses", "message"): "resp_{hex:48}",
    ("openai-responses", "item"): "msg_{hex:48}",
    ("openai-responses", "tool"): "call_{alnum:24}",
    ("gemini", "message"): "{alnum:24}",
    ("gemini", "tool"): "{alnum:8}",
}


def giver(dialect: str, facts: Facts, seed: str, calls_before: int) -> Callable[[str], str]:
    """A function that gives the next id of a kind.

    Calls are numbered on over the whole conversation, as some vendors number them. The chat
    dialect shapes its ids itself and is given seeds.
    """
    counters: dict[str, Iterator[int]] = {"tool": itertools.count(calls_before)}

    def give(kind: str) -> str:
        number = next(counters.setdefault(kind, itertools.count()))
        own = f"{seed}-{kind}-{number}"
        default = _FORMS.get((dialect, kind), None if kind != "request" else "req_{hex:32}")
        form = default if dialect == "openai-chat" else facts.get(_FACTS.get(kind, ""), default)
        return shaped(form, own)

    return give
