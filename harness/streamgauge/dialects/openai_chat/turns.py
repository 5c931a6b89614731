"""The conversation so far, read from the JSON of a chat/completions request.

What an assistant said is read with the reader of answers, so every form that a vendor sends is
known here as well. Unlike in an answer an empty reasoning is kept: some vendors ask for the member
even if nothing was thought. It must never raise: what is no turn is left out, and positions still
count it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from streamgauge.delta import Append, Assign, Delta, Fragment, Kind
from streamgauge.dialects.openai_chat.read import read
from streamgauge.message import ArgumentsState, Part
from streamgauge.prompt import Role, Turn
from streamgauge.wire.payload import parse

_ROLES = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "user": Role.USER,
    "assistant": Role.ASSISTANT,
    "tool": Role.TOOL,
    "function": Role.TOOL,
}


def turns(value: object) -> tuple[Turn, ...]:
    """The turns of a request; a position is an index into `messages`."""
    messages = value.get("messages") if isinstance(value, dict) else None
    return tuple(_turns(messages)) if isinstance(messages, list) else ()


def _turns(messages: list[object]) -> Iterator[Turn]:
    for position, message in enumerate(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if not isinstance(message, dict) or not isinstance(role, str) or role not in _ROLES:
            continue
        if role == "assistant":
            parts = _parts(message)
            yield Turn(role=Role.ASSISTANT, parts=parts, position=position)
            continue
        yield Turn(
            role=_ROLES[role],
            text=_text(message.get("content")),
            call_id=message.get("tool_call_id"),
            name=message.get("name"),
            position=position,
        )


def _text(content: object) -> str:
    """The text of a content; pictures and other items say none."""
    if isinstance(content, str):
        return content
    items = content if isinstance(content, list) else []
    texts = [item.get("text") if isinstance(item, dict) else item for item in items]
    return "".join(text for text in texts if isinstance(text, str))


def _parts(message: dict[str, object]) -> tuple[Part, ...]:
    said = {key: inner for key, inner in message.items() if key != "role"}
    deltas = read(None, {"choices": [{"index": 0, "delta": said}]})
    parts: list[Part] = []
    for delta in deltas:
        _take(delta, parts)
    return tuple(parts)


def _take(delta: Delta, parts: list[Part]) -> None:
    match delta:
        case Append(kind=kind, text=text, field=field):
            _append(parts, Part(kind=kind, content=text, field=field))
        case Fragment():
            parts.append(_call(delta))
        case Assign(kind=kind, what=what, value=value) if kind is not Kind.BLOB:
            _assign(parts, kind, what, value)
        case _:
            pass


def _append(parts: list[Part], piece: Part) -> None:
    last = parts[-1] if parts else None
    if last is not None and (last.kind, last.field) == (piece.kind, piece.field):
        parts[-1] = replace(last, content=last.content + piece.content)
    elif piece.content or piece.kind is Kind.REASONING:
        parts.append(piece)


def _assign(parts: list[Part], kind: Kind, what: str, value: object) -> None:
    """Set a member of the last part of a kind, or of a new one where there is none."""
    found = (at for at in range(len(parts) - 1, -1, -1) if parts[at].kind is kind)
    at = next(found, len(parts))
    if at == len(parts):
        parts.append(Part(kind=kind))
    part = parts[at]
    match what:
        case "signature":
            parts[at] = replace(part, signature=value)
        case "citation":
            parts[at] = replace(part, citations=(*part.citations, value))
        case _:
            extra = {**part.extra, what.removeprefix("extra:"): value}
            redacted = part.redacted or (what == "encrypted" and not part.content)
            parts[at] = replace(part, extra=extra, redacted=redacted)


def _call(call: Fragment) -> Part:
    extra = dict(call.extra or {})
    plain = extra.pop("plain", False) is True
    value, text, state = _arguments(call.arguments, plain=plain)
    return Part(
        kind=Kind.TOOL_CALL,
        id=call.id,
        name=call.name,
        field="input" if plain else None,
        arguments=value,
        arguments_json=text,
        arguments_state=state,
        extra=extra,
    )


def _arguments(sent: object, *, plain: bool) -> tuple[object, str, ArgumentsState]:
    if sent is not None and not isinstance(sent, str):
        return sent, "", ArgumentsState.COMPLETE
    text = sent or ""
    if plain:
        return text, text, ArgumentsState.COMPLETE
    if not text.strip():
        return {}, text, ArgumentsState.EMPTY
    payload = parse(text.encode("utf-8", "surrogatepass"))
    if payload.readable:
        return payload.value, text, ArgumentsState.COMPLETE
    return None, text, ArgumentsState.INVALID
