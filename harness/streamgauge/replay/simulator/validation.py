"""What is wrong with a request that was understood: the first thing that the vendor would say.

The duties of a history come from `history`, with the vendor's own words where they are known. It
must never refuse what a vendor is known to take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from streamgauge.history import Issued, breaches, lapses
from streamgauge.replay.simulator.heard import Heard
from streamgauge.replay.simulator.refusals import Phrasebook, Refused

# What each dialect cannot do without, by its own reference.
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "openai-chat": ("messages",),
    "openai-responses": ("input",),
    "anthropic-messages": ("max_tokens", "messages"),
    "gemini": ("contents",),
}
_LIMITS = (
    "/max_tokens",
    "/max_completion_tokens",
    "/max_output_tokens",
    "/generationConfig/maxOutputTokens",
)
# Pointer → least and most, where the profile does not say otherwise.
_SAMPLING: Mapping[str, tuple[float, float]] = {
    "/temperature": (0, 2),
    "/top_p": (0, 1),
    "/presence_penalty": (-2, 2),
    "/frequency_penalty": (-2, 2),
    "/n": (1, 128),
    "/generationConfig/temperature": (0, 2),
    "/generationConfig/topP": (0, 1),
    "/generationConfig/candidateCount": (1, 8),
}
# Duties that every vendor of a dialect has, whether or not we know how it says so.
_CALL_IDS = frozenset({"answers-name-calls", "answers-follow-calls"})


def refusal_of(heard: Heard, words: Phrasebook, issued: Issued | None = None) -> Refused | None:
    """Why the request is refused; None where it is served."""
    return next(_reasons(heard, words, issued), None)


def _reasons(heard: Heard, words: Phrasebook, issued: Issued | None) -> Iterator[Refused]:
    yield from _missing(heard, words)
    yield from _limits(heard, words)
    yield from _sampling(heard, words)
    yield from _tools(heard, words)
    for breach in breaches(heard.turns, heard.asked, words.facts, issued):
        doubtful = "history-errors" if words.doubts("history-errors") else None
        yield Refused(breach.refusal, doubtful)
    for lapse in lapses(heard.turns, heard.asked, words.facts, issued):
        if lapse.duty.name in _CALL_IDS:
            why = f"messages[{lapse.index}]: {lapse.got}; {lapse.duty.expected} is expected."
            yield words.refused("call-ids", why=why)


def _missing(heard: Heard, words: Phrasebook) -> Iterator[Refused]:
    for member in _REQUIRED[heard.dialect.name]:
        if member not in heard.value:
            yield words.refused("missing-member", member=member)
    if not heard.turns:
        yield words.refused("bad-request", why="The request holds no messages.")


def _limits(heard: Heard, words: Phrasebook) -> Iterator[Refused]:
    for pointer in _LIMITS:
        limit = _at(heard.value, pointer)
        whole = isinstance(limit, int) and not isinstance(limit, bool) and limit > 0
        if limit is not None and not whole:
            yield words.refused("max-tokens", member=_name(pointer), value=limit)


def _sampling(heard: Heard, words: Phrasebook) -> Iterator[Refused]:
    """Options out of bounds; what a vendor ignores it does not refuse."""
    stated = words.facts.get("sampling-limits")
    own = stated if isinstance(stated, Mapping) else {}
    for pointer, usual in _SAMPLING.items():
        value, name = _at(heard.value, pointer), _name(pointer)
        bounds = own.get(name)
        least, most = bounds if isinstance(bounds, list) and len(bounds) == 2 else usual
        if value is not None and bounds != "ignored" and not _between(value, least, most):
            yield words.refused("sampling", member=name, value=value, least=least, most=most)
    wanted, most = heard.asked.choices or 1, words.facts.get("choices-max")
    if isinstance(most, int) and wanted > most:
        yield words.refused("sampling", member="n", value=wanted, least=1, most=most)


def _between(value: object, least: float, most: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return least <= value <= most


def _tools(heard: Heard, words: Phrasebook) -> Iterator[Refused]:
    asked, known = heard.asked, words.facts.get("tool-choice-words")
    names = [tool.name for tool in asked.tools]
    choice = asked.tool_choice
    if choice is None:
        return
    forced = asked.forced_tool is not None
    if forced and not asked.offers_server_tools and asked.forced_tool not in names:
        yield words.refused("tool-choice", value=choice, why="no such tool is offered")
    if isinstance(known, list) and ("named" if forced else choice) not in known:
        why = f"known: {', '.join(map(str, known))}"
        yield words.refused("tool-choice", value=choice, why=why)


def _at(value: object, pointer: str) -> object:
    for step in pointer.split("/")[1:]:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _name(pointer: str) -> str:
    return pointer.rpartition("/")[2]
