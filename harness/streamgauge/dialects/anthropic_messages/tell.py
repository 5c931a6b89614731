"""A message → the JSON of an answer that is not streamed, as the vendor gives it.

`speak` says the same blocks, counts and stop in pieces, so all of them are made here. What the
message lacks and the API always sends is made up with the voice: ids, signatures of thoughts.
It must never repair: what the API has no words for (blobs, further choices) is left out.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from streamgauge.delta import Kind
from streamgauge.dialects.anthropic_messages.words import RAW_FINISH
from streamgauge.dialects.called import value_of
from streamgauge.dialects.dialect import Facts, Voice
from streamgauge.message import Choice, Message, Part, UsageTotals

Json = dict[str, object]

_INPUT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


def tell(message: Message, voice: Voice) -> Json:
    """The whole answer; of a message that failed, the error answer."""
    if message.error is not None:
        return {"type": "error", "error": failure(message)}
    whole = head(message, voice)
    parts = settled(message, voice, str(whole["id"]))
    counts = spent(message.usage, voice.facts)
    return (
        whole
        | {"content": [block(part) for part in parts], **stop(message, voice)}
        | {"usage": counts}
    )


def head(message: Message, voice: Voice) -> Json:
    """The message object without its content, as it stands at the start."""
    return {
        "id": message.id or voice.ids("message"),
        "type": "message",
        "role": "assistant",
        "model": message.model or voice.asked.model or "unknown",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def failure(message: Message) -> object:
    """The error object of a message that failed."""
    error = message.error
    if error is not None and isinstance(error.raw, dict):
        return error.raw
    type, says = (None, None) if error is None else (error.type, error.message)
    return {"type": type or "api_error", "message": says or "Internal server error"}


def said(message: Message) -> Choice:
    """The one choice that the API has."""
    return message.choices[0] if message.choices else Choice(index=0)


def settled(message: Message, voice: Voice, id: str) -> Iterator[Part]:
    """The parts that have words, with the ids and signatures that the API gives.

    A refusal has no block of its own: its words are text, and the stop reason says the rest.
    """
    for part in said(message).parts:
        match part.kind:
            case Kind.BLOB:
                continue
            case Kind.REFUSAL:
                yield replace(part, kind=Kind.TEXT)
            case Kind.REASONING if part.signature is None and not part.redacted:
                yield replace(part, signature=_signature(voice, id))
            case Kind.TOOL_CALL if part.id is None:
                yield replace(part, id=voice.ids("tool"))
            case _:
                yield part


def _signature(voice: Voice, id: str) -> str | None:
    """What a thought is signed with: opaque, at some vendors the message's id, at some nothing."""
    match voice.facts.get("reasoning-signature"):
        case "none":
            return None
        case "id":
            return id
        case _:
            return base64.b64encode(voice.ids("signature").encode()).decode()


def stop(message: Message, voice: Voice) -> Json:
    """Why it stopped. A stop sequence is named: the first that was asked for."""
    choice = said(message)
    raw = choice.raw_finish_reason
    if raw is None and choice.finish_reason is not None:
        raw = RAW_FINISH.get(choice.finish_reason, choice.finish_reason)
    asked = voice.asked.stop_sequences
    sequence = asked[0] if raw == "stop_sequence" and asked else None
    return {"stop_reason": raw, "stop_sequence": sequence}


def spent(usage: UsageTotals | None, facts: Facts) -> Json:
    """The counts in the vendor's words: its own where the message has them, else of the totals.

    `input_tokens` counts neither cache reads nor writes. Every answer has counts.
    """
    raw = {} if usage is None else usage.raw
    if "output_tokens" in raw and "total_tokens" not in raw:
        return dict(raw)
    usage = usage or UsageTotals()
    read, written = usage.cache_read_tokens, usage.cache_write_tokens
    plain = (usage.input_tokens or 0) - (read or 0) - (written or 0)
    counts: Json = {"input_tokens": max(0, plain)}
    counts |= _cached(read, written, facts)
    counts["output_tokens"] = usage.output_tokens or 0
    if usage.reasoning_tokens is not None:
        counts["output_tokens_details"] = {"thinking_tokens": usage.reasoning_tokens}
    return counts


def _cached(read: int | None, written: int | None, facts: Facts) -> Json:
    """Cache counters: those that the vendor always sends, and those that the message has."""
    always = facts.get("cache-counters")
    given = {"cache_creation_input_tokens": written, "cache_read_input_tokens": read}
    sent = [c.removeprefix("/") for c in always] if isinstance(always, list) else []
    return {name: n or 0 for name, n in given.items() if n is not None or name in sent}


def at_start(counts: Mapping[str, object], facts: Facts) -> Json:
    """What is counted before anything is said: the input and, at most vendors, one token."""
    if facts.get("usage-at-start") == "zero":
        return {"input_tokens": 0, "output_tokens": 0}
    begun = {k: v for k, v in counts.items() if not k.startswith("output_tokens")}
    final = counts.get("output_tokens")
    return begun | {"output_tokens": min(1, final) if isinstance(final, int) else 1}


def at_end(counts: Mapping[str, object]) -> Json:
    """The totals that replace the counts of the start."""
    return {k: v for k, v in counts.items() if k in _INPUT or k.startswith("output_tokens")}


def block(part: Part) -> Json:
    """A part as a whole block: of an answer, or of a history."""
    return _BLOCKS[part.kind](part)


def _text(part: Part) -> Json:
    cited: Json = {"citations": list(part.citations)} if part.citations else {}
    return {"type": "text", "text": part.content, **cited, **part.extra}


def _reasoning(part: Part) -> Json:
    """Thinking with its signature, byte for byte; a redacted block has opaque members alone."""
    if part.redacted:
        return {"type": "redacted_thinking", **part.extra}
    signed: Json = {} if part.signature is None else {"signature": part.signature}
    return {"type": "thinking", "thinking": part.content, **signed, **part.extra}


def _call(part: Part) -> Json:
    type = "tool_use" if part.kind is Kind.TOOL_CALL else "server_tool_use"
    named: Json = {"type": type, "id": part.id, "name": part.name}
    return named | {"input": value_of(part), **part.extra}


def _result(part: Part) -> Json:
    answered: Json = {"type": part.name, "tool_use_id": part.id}
    return answered | {"content": part.response, **part.extra}


def _other(part: Part) -> Json:
    """A raw block as it was; what came after its start was a compaction."""
    raw: Json = dict(part.raw) if isinstance(part.raw, dict) else {"type": part.name}
    return raw | part.extra


_BLOCKS: dict[Kind, Callable[[Part], Json]] = {
    Kind.TEXT: _text,
    Kind.REFUSAL: _text,
    Kind.REASONING: _reasoning,
    Kind.TOOL_CALL: _call,
    Kind.SERVER_TOOL_CALL: _call,
    Kind.SERVER_TOOL_CALL_RESPONSE: _result,
    Kind.GENERIC: _other,
}
