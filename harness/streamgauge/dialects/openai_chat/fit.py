"""Fits a message to one vendor: its ids, its words for finishing, the member of its reasoning.

`speak` and `tell` both begin here, so that a stream and its twin say the same. What the vendor has
no place for is left out: reasoning where none travels, blobs, the vendor's own tools.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts, Voice
from streamgauge.dialects.openai_chat.build import arguments_text
from streamgauge.dialects.openai_chat.ids import shaped
from streamgauge.dialects.openai_chat.shape import Shape
from streamgauge.message import Choice, Message, Part

_WORDS = {
    "stop": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "tool_call": "tool_calls",
    "refusal": "stop",
    "content_filter": "content_filter",
    "context_window": "length",
}


def fit(message: Message, voice: Voice, shape: Shape) -> Message:
    """The message as the vendor can say it; ids that are there are kept."""
    form = voice.facts.get("id-form", "chatcmpl-{alnum:24}")
    return replace(
        message,
        id=message.id or shaped(form, voice.ids("message")),
        model=message.model or voice.asked.model or "unknown",
        choices=tuple(_choice(choice, voice, shape) for choice in message.choices),
    )


def _choice(choice: Choice, voice: Voice, shape: Shape) -> Choice:
    reason = choice.raw_finish_reason or _word(choice, voice)
    parts = tuple(_parts(choice, voice, shape))
    return replace(choice, role="assistant", parts=parts, raw_finish_reason=reason)


def _word(choice: Choice, voice: Voice) -> object:
    """The vendor's word for how the choice stopped; None where it did not."""
    neutral = choice.finish_reason
    if neutral is None:
        return None
    forced = voice.asked.forced_tool is not None
    if neutral == "tool_call" and forced and voice.facts.get("forced-call-stops") is True:
        return "stop"
    words = voice.facts.get("finish-words")
    own = words.get(neutral) if isinstance(words, Mapping) else None
    return own or _WORDS.get(neutral) or _failed(voice.facts)


def _failed(facts: Facts) -> str:
    extra = facts.get("finish-reasons")
    return str(extra[0]) if isinstance(extra, list) and extra else "stop"


def _parts(choice: Choice, voice: Voice, shape: Shape) -> Iterator[Part]:
    form = voice.facts.get("tool-id-form", "call_{alnum:24}")
    for part in choice.parts:
        match part.kind:
            case Kind.TEXT | Kind.REFUSAL if part.content:
                yield part
            case Kind.REASONING if shape.reasoning and (part.content or part.extra):
                yield replace(part, field=shape.reasoning[0])
            case Kind.TOOL_CALL:
                own = part.id or shaped(form, voice.ids("tool"), name=part.name)
                yield replace(part, id=own, arguments_json=arguments_text(part))
            case _:
                pass
