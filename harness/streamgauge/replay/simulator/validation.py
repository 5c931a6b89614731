"""What is wrong with a request that was understood: the first thing that the vendor would say.

The duties of a history come from `history`, with the vendor's own words where they are known. It
must never refuse what a vendor is known to take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from streamgauge.dialects.dialect import Facts
from streamgauge.history import Issued, breaches, lapses
from streamgauge.replay.simulator.heard import Heard
from streamgauge.replay.simulator.refusals import Refused, refused

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


def refusal_of(heard: Heard, facts: Facts, issued: Issued | None = None) -> Refused | None:
    """Why the request is refused; None where it is served."""
    return next(_reasons(heard, facts, issued), None)


def _reasons(heard: Heard, facts: Facts, issued: Issued | None) -> Iterator[Refused]:
    yield from _missing(heard, facts)
    yield from _limits(heard, facts)
    yield from _sampling(heard, facts)
    yield from _tools(heard, facts)
    for breach in breaches(heard.turns, heard.asked, facts, issued):
        yield Refused(breach.refusal, "history-errors")
    for lapse in lapses(heard.turns, heard.asked, facts, issued):
        if lapse.duty.name in _CALL_IDS:
            why = f"messages[{lapse.index}]: {lapse.got}; {lapse.duty.expected} is expected."
            yield refused("call-ids", facts, why=why)


def _missing(heard: Heard, facts: Facts) -> Iterator[Refused]:
    for member in _REQUIRED[heard.dialect.name]:
        if member not in heard.value:
            yield refused("missing-member", facts, member=member)
    if not heard.turns:
        yield refused("bad-request", facts, why="The request holds no messages.")


def _limits(heard: Heard, facts: Facts) -> Iterator[Refused]:
    for pointer in _LIMITS:
        limit = _at(heard.value, pointer)
        whole = isinstance(limit, int) and not isinstance(limit, bool) and limit > 0
        if limit is not None and not whole:
            yield refused("max-tokens", facts, member=_name(pointer), value=limit)


def _sampling(heard: Heard, facts: Facts) -> Iterator[Refused]:
    stated = facts.get("sampling")
    own = stated if isinstance(stated, Mapping) else {}
    for pointer, usual in _SAMPLING.items():
        value, name = _at(heard.value, pointer), _name(pointer)
        bounds = own.get(name)
        least, most = bounds if isinstance(bounds, list) and len(bounds) == 2 else usual
        if value is not None and not _between(value, least, most):
            yield refused("sampling", facts, member=name, value=value, least=least, most=most)


def _between(value: object, least: float, most: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return least <= value <= most


def _tools(heard: Heard, facts: Facts) -> Iterator[Refused]:
    asked, words = heard.asked, facts.get("tool-choices")
    names = [tool.name for tool in asked.tools]
    choice = asked.tool_choice
    if choice is None:
        return
    forced = asked.forced_tool is not None
    if forced and not asked.offers_server_tools and asked.forced_tool not in names:
        yield refused("tool-choice", facts, value=choice, why="no such tool is offered")
    if isinstance(words, list) and ("forced" if forced else choice) not in words:
        yield refused("tool-choice", facts, value=choice, why=f"known: {', '.join(words)}")


def _at(value: object, pointer: str) -> object:
    for step in pointer.split("/")[1:]:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _name(pointer: str) -> str:
    return pointer.rpartition("/")[2]
