"""What the duties of the next request find in a request, as evidence that points into it."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.history import Lapse, lapses, refusal
from streamgauge.prompt import Asked
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.rule import CHAT, GEMINI, MESSAGES, RESPONSES

_LISTS = {CHAT: "messages", MESSAGES: "messages", RESPONSES: "input", GEMINI: "contents"}
"""The member of a request that holds its conversation, by dialect."""

_SHOWN = 640
"""How much of a refusal is shown: all of the longest one that is known."""


def unkept(case: Case, slug: str) -> Iterator[Evidence]:
    """Evidence for each turn that does not keep a duty which one rule judges."""
    transcript = case.transcript
    asked = transcript.asked or Asked()
    for lapse in lapses(transcript.turns, asked, case.facts):
        if lapse.duty.rule == slug:
            pointer = f"/{_LISTS[transcript.dialect.name]}/{lapse.index}"
            got = shown(_answered(lapse, case), _SHOWN)
            yield Evidence(lapse.duty.says, lapse.duty.expected, got, pointer=pointer)


def _answered(lapse: Lapse, case: Case) -> str:
    """What stands in the request, and what the vendor answers to that, where it is known."""
    answer = refusal(lapse, case.facts)
    known = "" if answer is None else f"; refused with {answer.status}: {answer.message}"
    return lapse.got + known
