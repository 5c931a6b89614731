"""The result record: one exchange as the JSON object that doors print and views read."""

from __future__ import annotations

from typing import Any

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.message import Message, Part, UsageTotals
from streamgauge.rules.finding import Outcome
from streamgauge.transcript.identify import Identity
from streamgauge.transcript.timing import timings
from streamgauge.transcript.transcript import Transcript
from streamgauge.verdict.judge import Ruling

SCHEMA = 1


def record(
    exchange: Exchange,
    identity: Identity,
    transcript: Transcript | None,
    outcome: Outcome,
    ruling: Ruling,
) -> dict[str, Any]:
    """The record of one judged exchange."""
    known = transcript is not None
    unknown = None if known else f"not an LLM stream that we know: {identity.framing.value}"
    return {
        "schema": SCHEMA,
        "source": exchange.source,
        "dialect": identity.dialect.name if identity.dialect else None,
        "vendor": identity.profile.slug if known else None,
        "vendor_from": identity.vendor_from if known else None,
        "ending": transcript.ending.value if transcript else None,
        "verdict": ruling.verdict.value,
        "error": unknown,
        "message": message(transcript.folded.message) if transcript else None,
        "metadata": metadata(exchange, transcript),
        "rules": {
            "passed": len(outcome.passed),
            "broken": len(outcome.broken),
            "skipped": [{"rule": s.rule, "reason": s.reason} for s in outcome.skipped],
        },
        "findings": [one.record() for one in ruling.findings],
    }


def unreadable(source: str, error: str) -> dict[str, Any]:
    """The record of an input that could not be read at all."""
    return {
        "schema": SCHEMA,
        "source": source,
        "dialect": None,
        "vendor": None,
        "vendor_from": None,
        "ending": None,
        "verdict": "unreadable",
        "error": error,
        "message": None,
        "metadata": None,
        "rules": {"passed": 0, "broken": 0, "skipped": []},
        "findings": [],
    }


def metadata(exchange: Exchange, transcript: Transcript | None) -> dict[str, Any]:
    """Facts of the transport and the framing."""
    markers = [ended.marker for ended, _ in transcript.folded.ended] if transcript else []
    return {
        "streamed": transcript.streamed if transcript else False,
        "bytes": len(exchange.body),
        "events": transcript.dispatched if transcript else 0,
        "chunks": transcript.chunk_count if transcript else 0,
        "end_marker": markers[-1] if markers else None,
        "close": exchange.close.value,
        "timings": timings(transcript) if transcript else None,
        "cache": None,
    }


def message(said: Message) -> dict[str, Any]:
    """A message in the words of the record."""
    return {
        "id": said.id,
        "model": said.model,
        "choices": [
            {
                "index": choice.index,
                "role": choice.role,
                "parts": [part(one) for one in choice.parts],
                "finish_reason": choice.finish_reason,
                "raw_finish_reason": choice.raw_finish_reason,
            }
            for choice in said.choices
        ],
        "usage": None if said.usage is None else _usage(said.usage),
        "error": None
        if said.error is None
        else {
            "type": said.error.type,
            "code": said.error.code,
            "message": said.error.message,
            "raw": said.error.raw,
        },
    }


def part(one: Part) -> dict[str, Any]:
    """One part, with the members of its kind and those that any part may have."""
    out: dict[str, Any] = {"type": one.kind.value, **_members(one)}
    if one.signature is not None:
        out["signature"] = one.signature
    if one.index is not None:
        out["index"] = one.index
    if one.extra:
        out["extra"] = one.extra
    return out


def _members(one: Part) -> dict[str, Any]:
    match one.kind:
        case Kind.TEXT:
            rich = {"citations": list(one.citations), "logprobs": list(one.logprobs)}
            return {"content": one.content, **{key: v for key, v in rich.items() if v}}
        case Kind.REASONING:
            redacted = {"redacted": True} if one.redacted else {}
            return {"content": one.content, "field": one.field, **redacted}
        case Kind.REFUSAL:
            return {"content": one.content}
        case Kind.TOOL_CALL:
            return _call(one)
        case Kind.SERVER_TOOL_CALL:
            arguments = one.arguments if one.arguments is not None else one.raw
            return {"id": one.id, "name": one.name, "arguments": arguments}
        case Kind.SERVER_TOOL_CALL_RESPONSE:
            return {"id": one.id, "response": one.response}
        case Kind.BLOB:
            return {"mime_type": one.mime_type, "bytes": one.size, "sha256": one.sha256}
        case Kind.GENERIC:
            return {"kind": one.name, "raw": one.raw}


def _call(one: Part) -> dict[str, Any]:
    state = one.arguments_state
    out: dict[str, Any] = {
        "id": one.id,
        "name": one.name,
        "arguments": one.arguments,
        "arguments_json": one.arguments_json,
        "arguments_state": state.value if state else None,
    }
    return out


def _usage(usage: UsageTotals) -> dict[str, Any]:
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "raw": usage.raw,
    }
