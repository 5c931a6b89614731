"""A message → the chunks of a legal `streamGenerateContent` stream that says it.

Every message that the dialect can express comes back when the stream is read: candidates with
text, thoughts, whole function calls, server tools and raw parts. Blobs (the message keeps no
bytes), refusals and arguments that were cut have no words here; such a part is left out. Two
unsigned texts beside each other become one. Arguments are values here, so the blanks between
their tokens are not kept. It must never repair arguments.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import WireEvent
from streamgauge.dialects.gemini.words import CANDIDATE_EXTRAS, RAW_FINISH
from streamgauge.message import ArgumentsState, Choice, Message, Part

Json = dict[str, object]


def write(message: Message) -> Iterator[WireEvent]:
    """One chunk for each part, one for what is said about it, and a last one with the stops."""
    for choice in message.choices:
        for part in choice.parts:
            for candidate in _candidates(part, choice):
                yield _event(message, {"candidates": [candidate]})
    if message.error is not None:
        yield WireEvent(None, _dumps({"error": _error(message)}))
        return
    last: Json = {"candidates": [_stop(choice) for choice in message.choices]}
    if message.usage is not None:
        last["usageMetadata"] = message.usage.raw
    yield _event(message, last)


def _dumps(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _event(message: Message, chunk: Json) -> WireEvent:
    if message.model is not None:
        chunk["modelVersion"] = message.model
    if message.id is not None:
        chunk["responseId"] = message.id
    return WireEvent(None, _dumps(chunk))


def _candidates(part: Part, choice: Choice) -> Iterator[Json]:
    said = payload(part)
    if said is None:
        return
    content: Json = {"parts": [said]}
    if choice.role is not None:
        content["role"] = choice.role
    yield {"content": content, "index": choice.index}
    yield from _about(part, choice)


def payload(part: Part) -> Json | None:
    """A part as it stands in content; None where the API has no words for it."""
    shape = _SHAPES.get(part.kind)
    return None if shape is None else shape(part)


def _about(part: Part, choice: Choice) -> Iterator[Json]:
    """Candidates without content that carry what is said about the text before them."""
    about: Json = {key: part.extra[key] for key in CANDIDATE_EXTRAS if key in part.extra}
    if part.citations:
        about["citationMetadata"] = {"citations": list(part.citations)}
    if about:
        yield {"index": choice.index, **about}
    for scores in part.logprobs:
        yield {"index": choice.index, "logprobsResult": scores}


def _stop(choice: Choice) -> Json:
    stop: Json = {"index": choice.index}
    raw = choice.raw_finish_reason
    if raw is None and choice.finish_reason is not None:
        raw = RAW_FINISH.get(choice.finish_reason, "OTHER")
    if raw is not None:
        stop["finishReason"] = raw
    return stop


def _error(message: Message) -> object:
    error = message.error
    if error is None or isinstance(error.raw, dict):
        return None if error is None else error.raw
    return {"code": error.code, "message": error.message, "status": error.type}


def _beside(part: Part, extra: Mapping[str, object]) -> Json:
    """The signature and opaque members that stand beside a payload."""
    beside: Json = {key: value for key, value in extra.items() if key not in CANDIDATE_EXTRAS}
    if part.signature is not None:
        beside["thoughtSignature"] = part.signature
    return beside


def _text(part: Part) -> Json | None:
    return {"text": part.content, **_beside(part, part.extra)}


def _thought(part: Part) -> Json | None:
    return {"text": part.content, "thought": True, **_beside(part, part.extra)}


def _call(part: Part) -> Json | None:
    """A whole call; arguments that are no object cannot be said."""
    if not isinstance(part.arguments, dict):
        return None
    call: Json = {"name": part.name}
    if part.arguments_state is not ArgumentsState.EMPTY:
        call["args"] = part.arguments
    if part.id is not None:
        call["id"] = part.id
    return {"functionCall": call, **_beside(part, part.extra)}


def _server_call(part: Part) -> Json | None:
    beside = _beside(part, part.extra)
    if part.name == "executableCode":
        return {"executableCode": part.arguments, **beside}
    call: Json = {"toolType": part.name}
    if part.arguments_state is not ArgumentsState.EMPTY:
        call["args"] = part.arguments
    if part.id is not None:
        call["id"] = part.id
    return {"toolCall": call, **beside}


def _server_response(part: Part) -> Json | None:
    beside = _beside(part, part.extra)
    if part.name == "codeExecutionResult":
        return {"codeExecutionResult": part.response, **beside}
    answer: Json = {"toolType": part.name, "response": part.response}
    if part.id is not None:
        answer["id"] = part.id
    return {"toolResponse": answer, **beside}


def _raw(part: Part) -> Json | None:
    return part.raw if isinstance(part.raw, dict) else None


_SHAPES = {
    Kind.TEXT: _text,
    Kind.REASONING: _thought,
    Kind.TOOL_CALL: _call,
    Kind.SERVER_TOOL_CALL: _server_call,
    Kind.SERVER_TOOL_CALL_RESPONSE: _server_response,
    Kind.GENERIC: _raw,
}
