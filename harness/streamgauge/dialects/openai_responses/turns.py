"""The JSON of a Responses request → the conversation so far.

Total over any JSON value. `instructions` stand outside the input, so their turn has no position.
What an assistant said lies in several items beside each other (thoughts, words, calls); they are
one turn, at the position of the first. It must never judge what is missing: that is for the duties
of the next request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from streamgauge.delta import Kind
from streamgauge.dialects.called import called
from streamgauge.dialects.openai_responses.words import CALLS, COMMON, OUTPUTS, PARTS, PLAIN, Call
from streamgauge.message import ArgumentsState, Part
from streamgauge.prompt import Role, Turn

Json = Mapping[str, object]

_ROLES = {"system": Role.SYSTEM, "developer": Role.SYSTEM, "assistant": Role.ASSISTANT}


def turns(value: object) -> tuple[Turn, ...]:
    """Every turn, in order; nothing at all where the request is not an object."""
    if not isinstance(value, dict):
        return ()
    told = value.get("instructions")
    system = [Turn(role=Role.SYSTEM, text=told)] if isinstance(told, str) else []
    return (*system, *_joined(_input(value.get("input"))))


def _joined(found: Iterator[Turn]) -> Iterator[Turn]:
    """Items that an assistant said beside each other, as one turn."""
    open: Turn | None = None
    for turn in found:
        if turn.role is Role.ASSISTANT and open is not None:
            open = replace(open, parts=(*open.parts, *turn.parts))
            continue
        if open is not None:
            yield open
        open = turn if turn.role is Role.ASSISTANT else None
        if open is None:
            yield turn
    if open is not None:
        yield open


def _input(value: object) -> Iterator[Turn]:
    if isinstance(value, str):
        yield Turn(role=Role.USER, text=value, position=0)
    for position, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield _turn(item, position)


def _turn(item: Json, position: int) -> Turn:
    type = item.get("type", "message")
    if type in OUTPUTS if isinstance(type, str) else False:
        text = _output(item.get(OUTPUTS[str(type)]))
        return Turn(role=Role.TOOL, text=text, call_id=item.get("call_id"), position=position)
    said = item.get("role")
    role = _ROLES.get(said if isinstance(said, str) else "", Role.USER)
    if type == "message" and role is not Role.ASSISTANT:
        return Turn(role=role, text=_text(item.get("content")), position=position)
    return Turn(role=Role.ASSISTANT, parts=tuple(_parts(item, position)), position=position)


def _output(value: object) -> str:
    """What a tool gave: text, or parts that hold text, or any other value as JSON."""
    if isinstance(value, str):
        return value
    texts = isinstance(value, list) and all(isinstance(p, dict) and "text" in p for p in value)
    return _text(value) if texts else json.dumps(value, ensure_ascii=False)


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    found = content if isinstance(content, list) else []
    texts = [part.get("text") for part in found if isinstance(part, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _parts(item: Json, at: int) -> Iterator[Part]:
    type = item.get("type", "message")
    if type == "message":
        yield from _message(item, at)
    elif type == "reasoning":
        yield from _reasoning(item, at)
    elif isinstance(type, str) and type in CALLS:
        yield _call(item, type, CALLS[type], at)
    else:
        yield Part(kind=Kind.GENERIC, index=at, id=item.get("id"), name=type, raw=dict(item))


def _kept(item: Json, *members: str) -> dict[str, object]:
    """Members that the next request has to send back."""
    kept = {member: item[member] for member in members if item.get(member) is not None}
    return {("item_id" if name == "id" else name): value for name, value in kept.items()}


def _message(item: Json, at: int) -> Iterator[Part]:
    content = item.get("content")
    if isinstance(content, str):
        content = [{"type": "output_text", "text": content}]
    extra = _kept(item, "id", "phase")
    for part in content if isinstance(content, list) else []:
        shape = PARTS.get(str(part.get("type"))) if isinstance(part, dict) else None
        if shape is None or not isinstance(part.get(shape.member), str):
            yield Part(kind=Kind.GENERIC, index=at, raw=part, extra=extra)
            continue
        yield Part(
            kind=shape.kind,
            content=part[shape.member],
            index=at,
            citations=_tuple(part.get("annotations")),
            logprobs=_tuple(part.get("logprobs")),
            extra=extra,
        )


def _reasoning(item: Json, at: int) -> Iterator[Part]:
    """Its texts; the encrypted content goes with the first, or stands alone."""
    extra, signature = _kept(item, "id"), item.get("encrypted_content")
    texts = [part for member in ("summary", "content") for part in _tuple(item.get(member))]
    for part in texts:
        shape = PARTS.get(str(part.get("type"))) if isinstance(part, dict) else None
        if not isinstance(part, dict) or shape is None or not isinstance(part.get("text"), str):
            continue
        yield Part(
            kind=Kind.REASONING,
            content=part["text"],
            field=shape.field,
            index=at,
            signature=signature,
            extra=extra,
        )
        signature = None
    if signature is not None:
        yield Part(kind=Kind.REASONING, redacted=True, index=at, signature=signature, extra=extra)


def _call(item: Json, type: str, call: Call, at: int) -> Part:
    id = item["call_id"] if item.get("call_id") is not None else item.get("id")
    extra = {k: v for k, v in item.items() if v is not None and k not in call.read | COMMON}
    if item.get("id") not in (None, id):
        extra["item_id"] = item["id"]
    given, name = _given(item, call), item.get("name", type)
    if call.field != PLAIN:
        return called(given, kind=call.kind, id=id, name=name, index=at, extra=extra)
    text = given if isinstance(given, str) else ""
    return Part(
        kind=call.kind,
        id=id,
        name=name,
        index=at,
        field=PLAIN,
        arguments=text,
        arguments_json=text,
        arguments_state=ArgumentsState.COMPLETE,
        extra=extra,
    )


def _given(item: Json, call: Call) -> object:
    """What a call is called with: a text at the end of its path, or a value."""
    if not call.path:
        return None if call.value is None else item.get(call.value)
    found: object = item
    for member in call.path:
        found = found.get(member) if isinstance(found, dict) else None
    if isinstance(found, list):
        return "\n".join(line for line in found if isinstance(line, str))
    return found


def _tuple(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else ()
