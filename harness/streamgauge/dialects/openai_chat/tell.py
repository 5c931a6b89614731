"""The non-streamed twin: one JSON document that says what the stream of the same message says."""

from __future__ import annotations

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Refusal, Voice
from streamgauge.dialects.openai_chat.build import thought
from streamgauge.dialects.openai_chat.chances import entries
from streamgauge.dialects.openai_chat.counters import counted
from streamgauge.dialects.openai_chat.fit import fit
from streamgauge.dialects.openai_chat.refuse import refuse
from streamgauge.dialects.openai_chat.shape import Shape, shape_of
from streamgauge.message import Choice, Fault, Message, Part

Json = dict[str, object]


def tell(message: Message, voice: Voice) -> object:
    """The document; an error alone is the vendor's error body."""
    shape = shape_of(voice.facts)
    fitted = fit(message, voice, shape)
    if fitted.error is not None and not fitted.choices:
        return _failure(fitted.error, voice)
    whole: Json = {
        "id": fitted.id,
        "object": "chat.completion",
        "created": voice.created,
        "model": fitted.model,
        "choices": [_choice(choice, shape, voice) for choice in fitted.choices],
    }
    if fitted.usage is not None:
        whole.update(counted(fitted.usage, voice.facts))
    failed = None if fitted.error is None else _failure(fitted.error, voice)
    return {**whole, **shape.chunk, **(failed if isinstance(failed, dict) else {})}


def _failure(fault: Fault, voice: Voice) -> object:
    if isinstance(fault.raw, dict):
        return fault.raw
    status = fault.code if isinstance(fault.code, int) else 500
    kind, says = str(fault.type or "server_error"), str(fault.message or "")
    refusal = Refusal(status=status, type=kind, message=says, code=fault.code)
    return refuse(refusal, voice.facts)


def _choice(choice: Choice, shape: Shape, voice: Voice) -> Json:
    told: Json = {"index": choice.index, "message": _message(choice, shape)}
    for kind, member in ((Kind.TEXT, "content"), (Kind.REFUSAL, "refusal")):
        texts = [part.content for part in choice.parts if part.kind is kind]
        pieces = [piece for text in texts for piece in voice.pieces(text)]
        logprobs = entries(pieces, voice.asked, member) if pieces else None
        if logprobs is not None:
            told["logprobs"] = logprobs
    return {**told, "finish_reason": choice.raw_finish_reason}


def _message(choice: Choice, shape: Shape) -> Json:
    message: Json = {"role": "assistant", "content": None}
    thoughts = [part for part in choice.parts if part.kind is Kind.REASONING]
    for field in shape.reasoning if thoughts else ():
        message[field] = _thoughts(field, thoughts)
    texts = [part.content for part in choice.parts if part.kind is Kind.TEXT]
    if texts:
        before = message["content"]
        said = "".join(texts)
        typed = [*before, {"type": "text", "text": said}] if isinstance(before, list) else said
        message["content"] = typed
    refused = [part.content for part in choice.parts if part.kind is Kind.REFUSAL]
    if refused:
        message["refusal"] = "".join(refused)
    calls = [_call(part) for part in choice.parts if part.kind is Kind.TOOL_CALL]
    return {**message, "tool_calls": calls} if calls else message


def _thoughts(field: str, parts: list[Part]) -> object:
    match field:
        case "reasoning_details":
            return [_detail(part) for part in parts]
        case "content":
            return [thought(part) for part in parts]
        case _:
            return "".join(part.content for part in parts)


def _detail(part: Part) -> Json:
    signed: Json = {} if part.signature is None else {"signature": part.signature}
    return {"type": "reasoning.text", "text": part.content, "index": 0, **signed}


def _call(part: Part) -> Json:
    function = {"name": part.name, "arguments": part.arguments_json}
    return {"id": part.id, "type": "function", "function": function, **part.extra}
