"""Messages of the Responses API, and how they read once a vendor has said them.

Forced away: nothing of the parts. Added: the output index of each item and, but for calls, its
id; the details of usage, which are always there. Every finished answer is `completed`, whether
it called a tool or not.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from streamgauge.delta import Kind
from streamgauge.dialects.called import called
from streamgauge.dialects.dialect import Voice, WireEvent
from streamgauge.dialects.openai_responses.tell import spent
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.strategies.arranging import changed, mixed
from streamgauge.strategies.composing import Tongue, fresh, read_call
from streamgauge.strategies.lots import Lots
from streamgauge.strategies.texts import text
from streamgauge.strategies.voicing import Speaker

_PREFIXES = {Kind.TEXT: "msg", Kind.REFUSAL: "msg", Kind.REASONING: "rs", Kind.TOOL_CALL: "fc"}
_RAW = {"length": "max_output_tokens", "content_filter": "content_filter"}
_FIELDS = ("reasoning_summary_text", "reasoning_text", "reasoning")


def dress(lots: Lots, parts: tuple[Part, ...], speaker: Speaker, _choice: str) -> tuple[Part, ...]:
    """Each part is an item of its own, with an id; reasoning in the vendor's member."""
    give = speaker.ids()
    return tuple(_item(lots, part, at, speaker, give("tool")) for at, part in enumerate(parts))


def _item(lots: Lots, part: Part, at: int, speaker: Speaker, call: str) -> Part:
    if part.kind is Kind.SERVER_TOOL_CALL:
        return replace(part, index=at)
    # The id of an item follows from its place, as a fresh one would.
    extra: dict[str, object] = {"item_id": f"{_PREFIXES[part.kind]}_{at:048x}"}
    match part.kind:
        case Kind.TOOL_CALL:
            return replace(part, id=call, index=at, extra=extra)
        case Kind.REASONING:
            return replace(part, field=_field(speaker), index=at, extra=extra)
        case Kind.TEXT:
            notes = tuple(_cited(lots) for _ in range(lots.among((0, 0, 0, 0, 0, 0, 1, 2))))
            scores = _scores(part.content, speaker)
            return replace(part, index=at, extra=extra, citations=notes, logprobs=scores)
        case _:
            return replace(part, index=at, extra=extra)


def _cited(lots: Lots) -> dict[str, object]:
    begin = lots.below(9)
    place = {"start_index": begin, "end_index": begin + lots.below(9)}
    return {"type": "url_citation", "url": "https://example.org/", "title": text(lots, 1), **place}


def _scores(content: str, speaker: Speaker) -> tuple[object, ...]:
    """A log probability for each piece, where they are asked for."""
    if speaker.scores is None:
        return ()
    more = range(1, speaker.scores + 1)
    return tuple(
        {**_scored(piece, -0.25), "top_logprobs": [_scored(piece, -0.25 * at) for at in more]}
        for piece in speaker.pieces(content)
    )


def _scored(piece: str, chance: float) -> dict[str, object]:
    return {"token": piece, "logprob": chance, "bytes": list(piece.encode())}


def hosts(lots: Lots, id: str) -> tuple[Part, ...]:
    """A search that the vendor ran; its item says what was looked for."""
    action: dict[str, object] = {"type": "search", "query": text(lots, 1)}
    spelled = json.dumps(action, ensure_ascii=False, separators=(",", ":"))
    kind, name = Kind.SERVER_TOOL_CALL, "web_search_call"
    return (called(spelled, kind=kind, id=f"ws_{id}", name=name),)


def arrange(
    lots: Lots, events: Sequence[WireEvent], message: Message, _: Speaker
) -> Sequence[WireEvent]:
    """Calls beside each other now and then come in turns; events are numbered anew."""
    calls = sum(part.kind is Kind.TOOL_CALL for part in message.choices[0].parts)
    return changed(events, lambda told: _in_turns(lots, told)) if calls > 1 else events


def _in_turns(lots: Lots, told: list[Any]) -> list[Any]:
    if not lots.rarely(2):
        return told
    calls = {
        event["output_index"]
        for event in told
        if event.get("item", {}).get("type") == "function_call"
    }
    out: list[Any] = []
    for is_call, run in itertools.groupby(told, lambda event: event.get("output_index") in calls):
        beside = [*run]
        out += mixed(lots, beside, lambda event: event["output_index"]) if is_call else beside
    return [event | {"sequence_number": number} for number, event in enumerate(out)]


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
    cuts=True,
    name=fresh,
    dress=dress,
    heard=heard,
    hosts=hosts,
    offered={"type": "web_search"},
    arrange=arrange,
)
