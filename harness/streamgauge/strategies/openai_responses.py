"""Messages of the Responses API, and how they read once a vendor has said them.

Forced away: nothing of the parts. Added: the output index of each item and, but for calls, its
id; the details of usage, which are always there. Every finished answer is `completed`, whether
it called a tool or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Voice
from streamgauge.dialects.openai_responses.tell import spent
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.strategies.composing import Tongue, fresh, read_call
from streamgauge.strategies.voicing import Speaker

_PREFIXES = {Kind.TEXT: "msg", Kind.REFUSAL: "msg", Kind.REASONING: "rs", Kind.TOOL_CALL: "fc"}
_RAW = {"length": "max_output_tokens", "content_filter": "content_filter"}
_FIELDS = ("reasoning_summary_text", "reasoning_text", "reasoning")


def dress(
    _draw: st.DrawFn, parts: tuple[Part, ...], speaker: Speaker, _choice: str
) -> tuple[Part, ...]:
    """Each part is an item of its own, with an id; reasoning in the vendor's member."""
    give = speaker.ids()
    return tuple(_item(part, at, speaker, give("tool")) for at, part in enumerate(parts))


def _item(part: Part, at: int, speaker: Speaker, call: str) -> Part:
    # The id of an item follows from its place, as a fresh one would.
    extra: dict[str, object] = {"item_id": f"{_PREFIXES[part.kind]}_{at:048x}"}
    match part.kind:
        case Kind.TOOL_CALL:
            return replace(part, id=call, index=at, extra=extra)
        case Kind.REASONING:
            return replace(part, field=_field(speaker), index=at, extra=extra)
        case _:
            return replace(part, index=at, extra=extra)


def _field(speaker: Speaker) -> str:
    known = speaker.facts.get("reasoning-fields")
    named = [name for name in known if name in _FIELDS] if isinstance(known, list) else []
    return named[0] if named else _FIELDS[0]


def heard(message: Message, voice: Voice) -> Message:
    """The message as it reads."""
    (choice,) = message.choices
    spoke = any(part.kind in (Kind.TEXT, Kind.REFUSAL) for part in choice.parts)
    said = Choice(
        index=0,
        role="assistant" if spoke else None,
        parts=tuple(_parts(choice)),
        finish_reason=_reason(choice),
        raw_finish_reason=_RAW.get(choice.finish_reason or "", "completed"),
    )
    return replace(message, choices=(said,), usage=_usage(message.usage, voice))


def _reason(choice: Choice) -> str | None:
    return choice.finish_reason


def _parts(choice: Choice) -> Iterator[Part]:
    for part in choice.parts:
        if part.kind is Kind.TOOL_CALL:
            yield read_call(part, index=part.index, extra=part.extra)
        else:
            yield part


def _usage(usage: UsageTotals | None, voice: Voice) -> UsageTotals | None:
    if usage is None:
        return None
    raw = dict(spent(usage, voice.facts))
    read = usage.cache_read_tokens or 0
    always = voice.facts.get("cache-counters")
    written = usage.cache_write_tokens
    if isinstance(always, list) and "/input_tokens_details/cache_write_tokens" in always:
        written = written or 0
    reasoned = usage.reasoning_tokens or 0
    return replace(
        usage,
        reasoning_tokens=reasoned,
        cache_read_tokens=read,
        cache_write_tokens=written,
        raw=raw,
    )


TONGUE = Tongue(
    stops=("stop", "length", "content_filter"),
    choices=False,
    mixes=True,
    name=fresh,
    dress=dress,
    heard=heard,
)
