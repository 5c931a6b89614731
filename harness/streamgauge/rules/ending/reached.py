"""The rule that an answer ends: the one question of whether a stream was cut off."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.dialects.dialect import EndRule
from streamgauge.message import Ending
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.ending.body import says_something
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM
from streamgauge.rules.rule import GEMINI, MESSAGES, RESPONSES, Need, rule
from streamgauge.transcript.chunk import State
from streamgauge.transcript.transcript import Transcript


@rule("ending/end-is-reached", Level.MUST, CHAT_STREAM, needs=(Need.STREAM, Need.STAYED))
def end_is_reached(case: Case) -> Iterator[Evidence]:
    """A stream reaches the end of its answer.

    The end is a finish reason for every answer, or `[DONE]`, in chat; `message_stop` in Messages;
    `response.completed` or `response.incomplete` in Responses; a `finishReason` for every
    candidate, or a `blockReason`, in Gemini.

    Why it matters: a cut answer looks like a short one. The connection closes in good order, the
    official clients raise no error (openai 3.54.0, anthropic 2.12.0, measured), and half a tool
    call or half a sentence goes on as if it were whole.

    How it breaks in the world: an intermediary closes before `message_stop`
    (griffinwork40/agent-afk#635); an upstream ends in the middle and a gateway passes on 200
    (Portkey-AI/gateway#1797); a converter forgets the last events when there is no usage
    (QuantumNous/new-api#5345, QuantumNous/new-api#6721); DeepSeek stops in long turns without a
    finish reason (deepseek-ai/DeepSeek-V3#1608). Worse are layers that invent a clean end for a
    cut stream (BerriAI/litellm#32686, NVIDIA/TensorRT-LLM#18289): then nothing is left to see.

    A stream that ends with an error is not asked; the rules of errors speak of it.

    References:

    - [OpenAI API reference, chat streaming](https://platform.openai.com/docs/api-reference/chat-streaming)
    - [OpenAI API reference, Responses streaming](https://platform.openai.com/docs/api-reference/responses-streaming)
    - [Anthropic, streaming messages](https://docs.claude.com/en/docs/build-with-claude/streaming)
    - [Gemini, generateContent](https://ai.google.dev/api/generate-content)
    """
    transcript = case.transcript
    if transcript.ending is not Ending.TRUNCATED or not says_something(transcript):
        return
    last = transcript.events - 1
    yield Evidence(
        "The stream stops before the end of the answer",
        _EXPECTED.get(transcript.dialect.name, "a finish reason for every choice, or [DONE]"),
        _got(transcript),
        last,
        choice=_unfinished(transcript),
    )


_EXPECTED = {
    MESSAGES: "message_stop",
    RESPONSES: "response.completed or response.incomplete",
    GEMINI: "a finishReason for every candidate",
}


def _got(transcript: Transcript) -> str:
    """What came last: its type where the dialect has types."""
    readable = [chunk for chunk in transcript.chunks if chunk.state is State.JSON]
    if not readable:
        return "the end of the body, and no readable chunk before it"
    last = readable[-1]
    type = last.value.get("type") if isinstance(last.value, dict) else None
    named = f" ({type})" if isinstance(type, str) else ""
    return f"the end of the body after event {last.last_event}{named}"


def _unfinished(transcript: Transcript) -> int | None:
    """The first answer without a finish reason, where finish reasons make the end."""
    if transcript.dialect.end is EndRule.MARKER:
        return None
    stopped = {stop.choice for stop in transcript.folded.stops}
    choices = (choice.index for choice in transcript.folded.message.choices)
    return next((index for index in choices if index not in stopped), None)
