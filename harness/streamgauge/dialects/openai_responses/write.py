"""Writes a message as a legal stream: created, in progress, its items, one terminal event.

Reading the stream gives the message back, as far as the dialect can say it: one answer only (the
first), no bytes of images (a message keeps their digest), no opaque members of texts but item id
and phase. An id, a model or a finish reason that the message lacks is filled with a plain one, for
a legal stream has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import WireEvent
from streamgauge.dialects.openai_responses.compose import Item, Json, compose
from streamgauge.message import Choice, Fault, Message, Part, UsageTotals

_WORDS = frozenset({Kind.TEXT, Kind.REFUSAL})
_CALLS = frozenset({Kind.TOOL_CALL, Kind.SERVER_TOOL_CALL})
_RESULTS = frozenset({Kind.SERVER_TOOL_CALL_RESPONSE, Kind.BLOB})
_GAP = 64
"""Output indexes that may be filled with hidden reasoning; beyond that items are renumbered."""

_INCOMPLETE = {
    "length": "max_output_tokens",
    "context_window": "max_output_tokens",
    "content_filter": "content_filter",
    "unknown": "unknown",
}


def write(message: Message) -> Iterator[WireEvent]:
    """The events of a stream that says the message, numbered from 0."""
    for number, event in enumerate(_events(message)):
        event["sequence_number"] = number
        yield WireEvent(str(event["type"]), json.dumps(event, separators=(",", ":")))


def _events(message: Message) -> Iterator[Json]:
    choice = message.choices[0] if message.choices else Choice(index=0)
    response = _skeleton(message)
    yield {"type": "response.created", "response": response}
    yield {"type": "response.in_progress", "response": response}
    output: list[Json] = []
    for at, parts in _placed(grouped(choice.parts)):
        item = compose(parts, at)
        yield from _item(item, at)
        output.append(item.done)
    if message.error is not None:
        yield from _failure(message.error, response | {"output": output})
        return
    usage = None if message.usage is None else _usage(message.usage)
    yield _terminal(choice, response | {"output": output, "usage": usage})


def _item(item: Item, at: int) -> Iterator[Json]:
    yield {"type": "response.output_item.added", "output_index": at, "item": item.added}
    yield from (dict(event) for event in item.body)
    yield {"type": "response.output_item.done", "output_index": at, "item": item.done}


def _skeleton(message: Message) -> Json:
    return {
        "id": message.id or "resp_0",
        "object": "response",
        "created_at": 0,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "metadata": {},
        "model": message.model or "unknown",
        "output": [],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": None,
    }


def grouped(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts of one item together; an image is left to its call, for its bytes are not kept."""
    groups: list[list[Part]] = []
    for part in parts:
        if groups and _continues(groups[-1], part):
            groups[-1].append(part)
        elif part.kind is not Kind.BLOB:
            groups.append([part])
    return groups


def _continues(group: list[Part], part: Part) -> bool:
    first = group[0]
    if first.index != part.index:
        return False
    if first.kind in _CALLS:
        return part.kind in _RESULTS and part.name is None and part.id == first.id
    if first.kind in _WORDS:
        return part.kind in _WORDS
    # Without an index only a signature tells where the next reasoning item begins.
    apart = part.redacted or (part.index is None and part.signature is not None)
    return first.kind is part.kind is Kind.REASONING and not apart


def _placed(groups: list[list[Part]]) -> list[tuple[int, list[Part]]]:
    """Groups at their own output indexes if these rise; gaps were reasoning that said nothing."""
    own = [group[0].index for group in groups]
    given = [at for at in own if type(at) is int]
    rises = all(a < b for a, b in zip([-1, *given], given, strict=False))
    if len(given) < len(own) or not rises or (given and given[-1] > len(own) + _GAP):
        return list(enumerate(groups))
    at_index = dict(zip(given, groups, strict=True))
    return [(at, at_index.get(at, [])) for at in range(given[-1] + 1 if given else 0)]


def _terminal(choice: Choice, response: Json) -> Json:
    reason = _INCOMPLETE.get(choice.finish_reason or "")
    if reason is None:
        return {"type": "response.completed", "response": response | {"status": "completed"}}
    raw = choice.raw_finish_reason
    details = {"reason": raw if isinstance(raw, str) else reason}
    ended: Json = {"status": "incomplete", "incomplete_details": details}
    return {"type": "response.incomplete", "response": response | ended}


def _failure(error: Fault, response: Json) -> Iterator[Json]:
    told: Json = {"type": error.type, "code": error.code, "message": error.message, "param": None}
    if isinstance(error.raw, dict):
        told = dict(error.raw)
    yield {"type": "error", "error": told}
    short: Json = {"code": error.code or "server_error", "message": error.message or ""}
    yield {"type": "response.failed", "response": response | {"status": "failed", "error": short}}


def _usage(usage: UsageTotals) -> Json:
    """The vendor's own fields where they are of this dialect, else the totals in its words."""
    if "input_tokens" in usage.raw or "output_tokens" in usage.raw:
        return dict(usage.raw)
    read = _known(
        cached_tokens=usage.cache_read_tokens, cache_write_tokens=usage.cache_write_tokens
    )
    wrote = _known(reasoning_tokens=usage.reasoning_tokens)
    total = None
    if usage.input_tokens is not None and usage.output_tokens is not None:
        total = usage.input_tokens + usage.output_tokens
    return _known(
        input_tokens=usage.input_tokens,
        input_tokens_details=read or None,
        output_tokens=usage.output_tokens,
        output_tokens_details=wrote or None,
        total_tokens=total,
    )


def _known(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
