"""Messages of the Messages API, and how they read once a vendor has said them.

Forced away: a refusal's kind (its words are text, the stop reason says the rest). Added: the
index of each block, a signature on each thought where the vendor signs, counters that the vendor
always sends.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

from streamgauge.delta import Kind
from streamgauge.dialects.anthropic_messages.tell import spent
from streamgauge.dialects.called import called
from streamgauge.dialects.dialect import Voice
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.strategies.arguments import spell
from streamgauge.strategies.composing import Tongue, fresh, read_call
from streamgauge.strategies.lots import Lots
from streamgauge.strategies.texts import text
from streamgauge.strategies.voicing import Speaker

_RAW = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_call": "tool_use",
    "stop_sequence": "stop_sequence",
    "refusal": "refusal",
    "pause": "pause_turn",
    "context_window": "model_context_window_exceeded",
}


def dress(lots: Lots, parts: tuple[Part, ...], speaker: Speaker, _choice: str) -> tuple[Part, ...]:
    """Ids for calls, signatures for thoughts, and now and then a thought that is hidden."""
    give = speaker.ids()
    id = give("message")

    def dressed(part: Part) -> Part:
        match part.kind:
            case Kind.TOOL_CALL:
                return replace(part, id=give("tool"))
            case Kind.REASONING if lots.rarely(8) and _signs(speaker):
                data = _noise(lots)
                return Part(kind=part.kind, redacted=True, extra={"data": data})
            case Kind.REASONING:
                return replace(part, signature=_signature(lots, speaker, id))
            case Kind.TEXT if lots.rarely(8):
                return replace(
                    part, citations=tuple(cited(lots) for _ in range(lots.between(1, 2)))
                )
            case _:
                return part

    return tuple(dressed(part) for part in parts)


def cited(lots: Lots) -> dict[str, object]:
    """A source in the words of a search."""
    return {
        "type": "web_search_result_location",
        "cited_text": text(lots, 1),
        "url": "https://example.org/a?b=c&d",
        "title": lots.among(("A page", None)),
        "encrypted_index": _noise(lots),
    }


def hosts(lots: Lots, id: str) -> tuple[Part, ...]:
    """A search that the vendor ran, and what it found."""
    own, query = f"srvtoolu_{id}", spell(lots, {"query": text(lots, 1)})
    found = {
        "type": "web_search_result",
        "title": text(lots, 1),
        "url": "https://example.org/",
        "encrypted_content": _noise(lots),
        "page_age": None,
    }
    return (
        called(query, kind=Kind.SERVER_TOOL_CALL, id=own, name="web_search"),
        Part(
            kind=Kind.SERVER_TOOL_CALL_RESPONSE,
            id=own,
            name="web_search_tool_result",
            response=[found for _ in range(lots.below(3))],
        ),
    )


def _noise(lots: Lots) -> str:
    return base64.b64encode(lots.noise(1, 40)).decode()


def _signs(speaker: Speaker) -> bool:
    return speaker.facts.get("reasoning-signature") not in ("none", "id")


def _signature(lots: Lots, speaker: Speaker, id: str) -> str | None:
    match speaker.facts.get("reasoning-signature"):
        case "none":
            return None
        case "id":
            return id
        case _:
            return _noise(lots)


def heard(message: Message, voice: Voice) -> Message:
    """The message as it reads."""
    (choice,) = message.choices
    raw = _RAW[choice.finish_reason or "stop"]
    said = Choice(
        index=0,
        role="assistant",
        parts=tuple(_parts(choice)),
        finish_reason=choice.finish_reason,
        raw_finish_reason=raw,
    )
    return replace(message, choices=(said,), usage=_usage(message.usage, voice))


def _parts(choice: Choice) -> Iterator[Part]:
    for index, part in enumerate(choice.parts):
        match part.kind:
            case Kind.TOOL_CALL | Kind.SERVER_TOOL_CALL:
                yield read_call(part, index=index, kind=part.kind)
            case Kind.REFUSAL:
                yield replace(part, kind=Kind.TEXT, index=index)
            case Kind.REASONING if not part.redacted:
                yield replace(part, field="thinking", index=index)
            case _:
                yield replace(part, index=index)


def _usage(usage: UsageTotals | None, voice: Voice) -> UsageTotals | None:
    if usage is None:
        return None
    always = voice.facts.get("cache-counters")
    sent = always if isinstance(always, list) else []
    read, written = usage.cache_read_tokens, usage.cache_write_tokens
    if read is None and "/cache_read_input_tokens" in sent:
        read = 0
    if written is None and "/cache_creation_input_tokens" in sent:
        written = 0
    raw = dict(spent(usage, voice.facts))
    return replace(usage, cache_read_tokens=read, cache_write_tokens=written, raw=raw)


TONGUE = Tongue(
    stops=("stop", "length", "stop_sequence", "refusal"),
    choices=False,
    mixes=True,
    cuts=True,
    name=fresh,
    dress=dress,
    heard=heard,
    hosts=hosts,
    offered={"type": "web_search_20250305", "name": "web_search"},
)
