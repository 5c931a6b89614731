"""A message → the JSON of an answer that is not streamed, as the vendor gives it.

`speak` says the same parts, counts and stops chunk by chunk, so all of them are made here. Calls
that must be signed and are not get a signature made with the voice. It must never repair: what the
API has no words for (blobs, arguments that were cut) is left out.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace

from streamgauge.delta import Kind
from streamgauge.dialects.called import value_of
from streamgauge.dialects.dialect import Facts, Voice
from streamgauge.dialects.gemini.words import RAW_FINISH
from streamgauge.dialects.gemini.write import payload
from streamgauge.message import Choice, Message, Part, UsageTotals

Json = dict[str, object]


def tell(message: Message, voice: Voice) -> Json:
    """The whole answer; of a message that failed, the error answer."""
    if message.error is not None:
        return {"error": failure(message)}
    about = identity(message, voice)
    said: Json = {"promptFeedback": blocked(message)}
    if not is_blocked(message):
        said = {"candidates": [_candidate(choice, voice, message) for choice in message.choices]}
    return {**said, "usageMetadata": spent(message.usage), **about}


def identity(message: Message, voice: Voice) -> Json:
    """What every chunk and every answer states of itself."""
    return {
        "modelVersion": message.model or voice.asked.model or "unknown",
        "responseId": message.id or voice.ids("message"),
    }


def failure(message: Message) -> object:
    """The error object of a message that failed."""
    error = message.error
    if error is not None and isinstance(error.raw, dict):
        return error.raw
    code, says, status = (None, None, None) if error is None else (
        error.code, error.message, error.type
    )  # fmt: skip
    return {
        "code": code if isinstance(code, int) else 500,
        "message": says or "An internal error has occurred.",
        "status": status or "INTERNAL",
    }


def is_blocked(message: Message) -> bool:
    """Whether the prompt was refused, so that there is no candidate at all."""
    choices = message.choices
    return bool(choices) and all(
        choice.finish_reason == "content_filter" and not choice.parts for choice in choices
    )


def blocked(message: Message) -> Json:
    """The feedback on a prompt that was refused."""
    raw = message.choices[0].raw_finish_reason
    return {"blockReason": raw if isinstance(raw, str) else "PROHIBITED_CONTENT"}


def _candidate(choice: Choice, voice: Voice, message: Message) -> Json:
    parts = [*payloads(choice, voice, message)]
    content: Json = {"content": {"parts": parts, "role": "model"}} if parts else {}
    return {**content, "finishReason": stop(choice), "index": choice.index}


def stop(choice: Choice) -> object:
    """The vendor's word for how a choice stopped."""
    if choice.raw_finish_reason is not None:
        return choice.raw_finish_reason
    return RAW_FINISH.get(choice.finish_reason or "stop", "OTHER")


def payloads(choice: Choice, voice: Voice, message: Message) -> Iterator[Json]:
    """The parts of a choice that have words, as they stand in content."""
    for part in settled(choice, voice, message):
        said = payload(part)
        if said is not None:
            yield said


def settled(choice: Choice, voice: Voice, message: Message) -> Iterator[Part]:
    """The parts of a choice with the signatures that its model gives.

    The first call of an answer is signed and the others are not (ai.google.dev, "Thought
    signatures"). There is no refusal: its words are text.
    """
    unsigned = _signs(voice, message)
    for part in choice.parts:
        match part.kind:
            case Kind.REFUSAL:
                yield replace(part, kind=Kind.TEXT)
            case Kind.TOOL_CALL:
                signature = part.signature
                if unsigned and signature is None:
                    signature = base64.b64encode(voice.ids("signature").encode()).decode()
                unsigned = False
                yield replace(part, arguments=_arguments(part), signature=signature)
            case _:
                yield part


def _arguments(part: Part) -> object:
    """The value of a call's arguments; text that was cut has none."""
    value = value_of(part)
    return None if value == {} and part.arguments_json.strip() not in ("", "{}") else value


def _signs(voice: Voice, message: Message) -> bool:
    """Whether the model is one that signs its calls."""
    pattern = voice.facts.get("signed-calls-models")
    model = message.model or voice.asked.model or ""
    return isinstance(pattern, str) and re.search(pattern, model) is not None


def spent(usage: UsageTotals | None) -> Json:
    """The counts in the vendor's words: its own where the message has them, else of the totals.

    Thoughts are counted beside the candidates; the total is the sum of all (recorded: 427 of 427
    chunks). Cached tokens are named only where there are some.
    """
    raw = {} if usage is None else usage.raw
    if "totalTokenCount" in raw or "promptTokenCount" in raw:
        return dict(raw)
    usage = usage or UsageTotals()
    prompt, output = usage.input_tokens or 0, usage.output_tokens or 0
    thoughts = min(usage.reasoning_tokens or 0, output)
    counts: Json = {"promptTokenCount": prompt, "candidatesTokenCount": output - thoughts}
    if usage.reasoning_tokens is not None:
        counts["thoughtsTokenCount"] = thoughts
    if usage.cache_read_tokens:
        counts["cachedContentTokenCount"] = usage.cache_read_tokens
    return counts | {"totalTokenCount": prompt + output}


def so_far(counts: Json, chunk: int, chunks: int) -> Json:
    """The running counts on one of so many chunks: all of the input, and the output up to here."""
    final, total = counts.get("candidatesTokenCount"), counts.get("totalTokenCount")
    if not isinstance(final, int) or not isinstance(total, int):
        return counts
    here = final * (chunk + 1) // chunks
    return counts | {"candidatesTokenCount": here, "totalTokenCount": total - final + here}


def is_everywhere(facts: Facts) -> bool:
    """Whether counts stand on every chunk, and not on the last alone."""
    places = facts.get("usage-places")
    return not isinstance(places, list) or "every-chunk" in places
