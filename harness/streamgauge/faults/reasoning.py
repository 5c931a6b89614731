"""Faults of reasoning: under another name, twice, in tags, unsigned, not closed or not sent."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.asking import asked_of
from streamgauge.faults.edits import transcript
from streamgauge.faults.events import Said, moved, said, without
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.faults.members import GONE, Member, members, with_members
from streamgauge.faults.retelling import Told, retold, told
from streamgauge.faults.seeding import pick

_FIELDS = ("reasoning_content", "reasoning")
"""The members in which chat sends the text of thoughts."""
_SIGNATURES = "/candidates/*/content/parts/*/thoughtSignature"


_COUNTED = "reasoning/sent-when-counted"


@fault(chat=Breaks(("reasoning/field-is-known",), perhaps=(_COUNTED,)))
def rename_reasoning(exchange: Exchange, setting: Setting, *, to: str = "thinking") -> Exchange:
    """The reasoning comes in a member that clients do not read."""
    thoughts = _thoughts(exchange, setting)
    new = {(one.event, (*one.path[:-1], to)): one.value for one in thoughts}
    return with_members(exchange, {**dict.fromkeys(map(_place, thoughts), GONE), **new})


@fault(
    chat=Breaks(
        ("reasoning/said-once",),
        perhaps=("reasoning/field-is-known", "schema/one-kind-per-chunk"),
    )
)
def repeat_reasoning(exchange: Exchange, setting: Setting) -> Exchange:
    """The reasoning comes in both of the members that clients read."""
    other = dict(zip(_FIELDS, reversed(_FIELDS), strict=True))
    thoughts = [one for one in _thoughts(exchange, setting) if one.value]
    return with_members(
        exchange,
        {(one.event, (*one.path[:-1], other[str(one.path[-1])])): one.value for one in thoughts},
    )


def _thoughts(exchange: Exchange, setting: Setting) -> list[Member]:
    """The members that hold pieces of reasoning in chat, or end it with an empty text."""
    if setting.dialect.name != "openai-chat":
        return []
    found = members(exchange, [f"/choices/*/delta/{name}" for name in _FIELDS])
    return [one for one in found if isinstance(one.value, str)]


def _place(one: Member) -> tuple[int, tuple[str | int, ...]]:
    return one.event, one.path


@fault(Breaks(("reasoning/no-tags-inside",)))
def wrap_reasoning(
    exchange: Exchange, setting: Setting, *, tag: str = "think", seed: int = 0
) -> Exchange:
    """The reasoning has a place of its own, and stands in tags there all the same."""
    thoughts = told(exchange, setting, Kind.REASONING)
    if not thoughts:
        return exchange
    one = pick(exchange, seed, thoughts)
    texts = [f"<{tag}>{one.texts[0]}", *one.texts[1:]]
    texts[-1] += f"</{tag}>"
    return retold(exchange, one, texts)


@fault(
    messages=Breaks(("reasoning/signature-is-present",)),
    gemini=Breaks((), perhaps=("reasoning/call-is-signed",)),
)
def drop_signature(exchange: Exchange, setting: Setting) -> Exchange:
    """The signatures of thoughts and calls are not sent; the next request is refused for it."""
    if setting.dialect.name == "gemini":
        signatures = members(exchange, _SIGNATURES)
        return with_members(exchange, dict.fromkeys(map(_place, signatures), GONE))
    return without(exchange, [event.index for event in _deltas(exchange, "signature_delta")])


@fault(messages=Breaks(("reasoning/signature-comes-last",)))
def early_signature(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """A thought goes on after it was signed."""
    signed = [
        (event.index, before[-1].index)
        for event in _deltas(exchange, "signature_delta")
        if (before := [one for one in _deltas(exchange, "thinking_delta")
                       if one.json.get("index") == event.json.get("index")])
    ]  # fmt: skip
    return moved(exchange, *pick(exchange, seed, signed)) if signed else exchange


def _deltas(exchange: Exchange, type: str) -> list[Said]:
    """The deltas of one type, where blocks have deltas of types."""
    found = []
    for event in said(exchange):
        delta = event.json.get("delta")
        if isinstance(delta, dict) and delta.get("type") == type:
            found.append(event)
    return found


@fault(chat=Breaks((), perhaps=("reasoning/thinking-is-closed",)))
def leave_thinking_open(exchange: Exchange, setting: Setting) -> Exchange:
    """The empty piece that closes the reasoning is not sent; one vendor demands it."""
    closing = [one for one in _thoughts(exchange, setting) if not one.value]
    return _unsaid(exchange, closing)


def _unsaid(exchange: Exchange, gone: list[Member]) -> Exchange:
    """Without these members; an event of which nothing is left is not sent."""
    bare = with_members(exchange, dict.fromkeys(map(_place, gone), GONE))
    touched = {one.event for one in gone}
    empty = [one.index for one in said(bare) if one.index in touched and not _says(one.json)]
    return without(bare, empty)


def _says(value: dict[str, object]) -> bool:
    """Whether a chunk of chat or of Gemini says anything."""
    choices = value.get("choices", value.get("candidates"))
    listed = choices if isinstance(choices, list) else []
    return bool(value.get("usage")) or any(_is_telling(one) for one in listed)


def _is_telling(choice: object) -> bool:
    if not isinstance(choice, dict):
        return False
    content = choice.get("content")
    said = content.get("parts") if isinstance(content, dict) else choice.get("delta")
    return bool(said or choice.get("finish_reason") or choice.get("finishReason"))


@fault(Breaks(("reasoning/answer-follows-reasoning",), perhaps=("content/json-output-is-json",)))
def think_only(exchange: Exchange, setting: Setting) -> Exchange:
    """The model thinks, stops by itself, and its answer is empty."""
    texts = [one for one in told(exchange, setting, Kind.TEXT) if _thought_first(one)]
    places = [_place(member) for one in texts for member in (*one.pieces, *one.copies)]
    return with_members(exchange, dict.fromkeys(places, ""))


def _thought_first(one: Told) -> bool:
    kinds = {part.kind for part in one.choice.parts}
    return kinds == {Kind.TEXT, Kind.REASONING} and one.choice.finish_reason == "stop"


@fault(chat=Breaks((_COUNTED,)), gemini=Breaks((_COUNTED,)))
def hide_reasoning(exchange: Exchange, setting: Setting) -> Exchange:
    """Tokens of reasoning are counted, and the reasoning itself is not sent."""
    usage = transcript(exchange, setting).folded.message.usage
    if usage is None or not usage.reasoning_tokens:
        return exchange
    if setting.dialect.name == "gemini":
        wanted = asked_of(exchange, setting).thinking
        return _unsaid(exchange, list(_thought_parts(exchange))) if wanted else exchange
    details = members(exchange, "/choices/*/delta/reasoning_details")
    hidden = _unsaid(exchange, [*_thoughts(exchange, setting), *details])
    # Some vendors send it in yet another place.
    shown = any(True for _ in transcript(hidden, setting).parts(Kind.REASONING))
    return exchange if shown else hidden


def _thought_parts(exchange: Exchange) -> Iterator[Member]:
    for one in members(exchange, "/candidates/*/content/parts/*"):
        if isinstance(one.value, dict) and one.value.get("thought") is True:
            yield one
