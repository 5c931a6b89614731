"""The JSON of a `generateContent` request → the conversation so far.

Total over any JSON value; camelCase and snake_case are both read. The system instruction stands
outside the contents, so its turns have no position. It must never judge what is missing: that is
for the duties of the next request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from streamgauge.delta import Kind
from streamgauge.dialects.called import called
from streamgauge.dialects.gemini.request import member
from streamgauge.message import Part
from streamgauge.prompt import Role, Turn

Json = Mapping[str, object]

_OUTPUT = "output"
"""The member of a function's response that holds its output (types of google-genai 3.4.0)."""


def turns(value: object) -> tuple[Turn, ...]:
    """Every turn, in order; nothing at all where the request is not an object."""
    if not isinstance(value, dict):
        return ()
    return (*_system(member(value, "systemInstruction")), *_contents(value.get("contents")))


def _system(value: object) -> Iterator[Turn]:
    for part in _parts(value):
        yield Turn(role=Role.SYSTEM, text=_text(part))


def _contents(value: object) -> Iterator[Turn]:
    contents = value if isinstance(value, list) else [value]
    for position, content in enumerate(contents):
        if isinstance(content, dict) and content.get("role") == "model":
            parts = tuple(_part(part, index) for index, part in enumerate(_parts(content)))
            yield Turn(role=Role.ASSISTANT, parts=parts, position=position)
        elif isinstance(content, dict):
            yield from _user(_parts(content), position)


def _user(parts: list[Json], position: int) -> Iterator[Turn]:
    """Results of calls are turns of tools; the text between them is the user's."""
    said: list[str] = []
    for part in parts:
        result = member(part, "functionResponse")
        if not isinstance(result, dict):
            said.append(_text(part))
            continue
        if said:
            yield Turn(role=Role.USER, text="".join(said), position=position)
            said = []
        yield Turn(
            role=Role.TOOL,
            text=_output(result.get("response")),
            call_id=result.get("id"),
            name=result.get("name"),
            position=position,
        )
    if said or not parts:
        yield Turn(role=Role.USER, text="".join(said), position=position)


def _output(response: object) -> str:
    """What a function gave: its output if that is all there is, else the whole response."""
    if isinstance(response, dict) and list(response) == [_OUTPUT]:
        response = response[_OUTPUT]
    return response if isinstance(response, str) else json.dumps(response, ensure_ascii=False)


def _parts(content: object) -> list[Json]:
    """The parts of a content; a bare string is one part of text."""
    if isinstance(content, str):
        return [{"text": content}]
    found = content.get("parts") if isinstance(content, dict) else None
    parts = found if isinstance(found, list) else [found]
    return [part for part in parts if isinstance(part, dict)]


def _text(part: Json) -> str:
    text = part.get("text")
    return text if isinstance(text, str) else ""


def _part(part: Json, index: int) -> Part:
    """A part of the model as it comes back: its signature is opaque, and kept byte for byte."""
    call = member(part, "functionCall")
    kept = {
        key: value
        for key, value in part.items()
        if key not in ("text", "functionCall", "function_call", "thought")
        and key not in ("thoughtSignature", "thought_signature")
    }
    signature = member(part, "thoughtSignature")
    if isinstance(call, dict):
        named = {"id": call.get("id"), "name": call.get("name"), "index": index}
        return called(call.get("args"), signature=signature, extra=kept, **named)
    if "text" not in part and kept:
        return Part(kind=Kind.GENERIC, name=next(iter(kept)), index=index, raw=dict(part))
    thought = part.get("thought") is True
    return Part(
        kind=Kind.REASONING if thought else Kind.TEXT,
        content=_text(part),
        field="thought" if thought else None,
        index=index,
        signature=signature,
        extra=kept,
    )
