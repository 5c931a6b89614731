"""The JSON of a Messages request → the conversation so far.

Total over any JSON value. `system` stands outside the messages, so its turns have no position.
A user message may hold the results of calls and text; each run of them is a turn of its own.
It must never judge what is missing: that is for the duties of the next request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from streamgauge.delta import Kind
from streamgauge.dialects.anthropic_messages.words import kind_of
from streamgauge.dialects.called import called
from streamgauge.message import Part
from streamgauge.prompt import Role, Turn

Json = Mapping[str, object]


def turns(value: object) -> tuple[Turn, ...]:
    """Every turn, in order; nothing at all where the request is not an object."""
    if not isinstance(value, dict):
        return ()
    return (*_system(value.get("system")), *_messages(value.get("messages")))


def _system(value: object) -> Iterator[Turn]:
    for block in _blocks(value):
        yield Turn(role=Role.SYSTEM, text=_text(block))


def _messages(value: object) -> Iterator[Turn]:
    for position, message in enumerate(value if isinstance(value, list) else ()):
        if not isinstance(message, dict):
            continue
        blocks = _blocks(message.get("content"))
        match message.get("role"):
            case "assistant":
                parts = tuple(_part(block, index) for index, block in enumerate(blocks))
                yield Turn(role=Role.ASSISTANT, parts=parts, position=position)
            case "system":
                text = "".join(map(_text, blocks))
                yield Turn(role=Role.SYSTEM, text=text, position=position)
            case _:
                yield from _user(blocks, position)


def _user(blocks: list[Json], position: int) -> Iterator[Turn]:
    """Results of calls are turns of tools; the text between them is the user's."""
    said: list[str] = []
    for block in blocks:
        if block.get("type") != "tool_result":
            said.append(_text(block))
            continue
        if said:
            yield Turn(role=Role.USER, text="".join(said), position=position)
            said = []
        yield Turn(
            role=Role.TOOL,
            text="".join(map(_text, _blocks(block.get("content")))),
            call_id=block.get("tool_use_id"),
            position=position,
        )
    if said or not blocks:
        yield Turn(role=Role.USER, text="".join(said), position=position)


def _blocks(content: object) -> list[Json]:
    """Content as blocks; a bare string is one block of text."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    found = content if isinstance(content, list) else []
    return [block for block in found if isinstance(block, dict)]


def _text(block: Json) -> str:
    text = block.get("text")
    return text if isinstance(text, str) else ""


def _part(block: Json, index: int) -> Part:
    kind = kind_of(block.get("type"))
    return _PARTS.get(kind, _generic)(block, index)


def _words(block: Json, index: int) -> Part:
    cited = block.get("citations")
    return Part(
        kind=Kind.TEXT,
        content=_text(block),
        index=index,
        citations=tuple(cited) if isinstance(cited, list) else (),
        extra=_rest(block, "text", "citations"),
    )


def _reasoning(block: Json, index: int) -> Part:
    """A thought as it comes back: its signature is opaque, and kept byte for byte."""
    if block.get("type") == "redacted_thinking":
        return Part(kind=Kind.REASONING, index=index, redacted=True, extra=_rest(block))
    text = block.get("thinking")
    return Part(
        kind=Kind.REASONING,
        content=text if isinstance(text, str) else "",
        field="thinking",
        index=index,
        signature=block.get("signature") or None,
        extra=_rest(block, "thinking", "signature"),
    )


def _call(block: Json, index: int) -> Part:
    extra = _rest(block, "id", "name", "input")
    if block.get("type") == "mcp_tool_use":
        extra["type"] = "mcp_tool_use"
    members = {"kind": kind_of(block.get("type")), "index": index, "extra": extra}
    return called(block.get("input"), id=block.get("id"), name=block.get("name"), **members)


def _result(block: Json, index: int) -> Part:
    return Part(
        kind=Kind.SERVER_TOOL_CALL_RESPONSE,
        index=index,
        id=block.get("tool_use_id"),
        name=block.get("type"),
        response=block.get("content"),
        extra=_rest(block, "tool_use_id", "content"),
    )


def _generic(block: Json, index: int) -> Part:
    return Part(kind=Kind.GENERIC, index=index, name=block.get("type"), raw=dict(block))


def _rest(block: Json, *known: str) -> dict[str, object]:
    return {key: value for key, value in block.items() if key != "type" and key not in known}


_PARTS: dict[Kind, Callable[[Json, int], Part]] = {
    Kind.TEXT: _words,
    Kind.REASONING: _reasoning,
    Kind.TOOL_CALL: _call,
    Kind.SERVER_TOOL_CALL: _call,
    Kind.SERVER_TOOL_CALL_RESPONSE: _result,
}
