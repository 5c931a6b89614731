"""Rules about finish reasons as words: there, known, not empty, once, at their place."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Stop
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import (
    ALL,
    CHAT,
    GEMINI,
    MESSAGES,
    RESPONSES,
    Authority,
    Need,
    rule,
)
from streamgauge.rules.stop.said import choices_of
from streamgauge.transcript.chunk import Chunk

CHAT_STREAM = Authority(
    name="OpenAI API reference, chat completion chunk",
    url="https://platform.openai.com/docs/api-reference/chat-streaming",
)
MESSAGES_STREAM = Authority(
    name="Anthropic docs, streaming messages",
    url="https://docs.claude.com/en/docs/build-with-claude/streaming",
)
RESPONSES_OBJECT = Authority(
    name="OpenAI API reference, the response object",
    url="https://platform.openai.com/docs/api-reference/responses/object",
)
STREAM_RULES = Authority(
    name="Moonshot's numbered stream rules",
    url="https://github.com/sgl-project/sglang/issues/39897",
)
BLANK_REPORT = Authority(
    name="an issue where every chunk was taken for the last",
    url="https://github.com/ollama/ollama/issues/4357",
)


@rule(
    "stop/finish-reason-comes",
    Level.MUST,
    CHAT_STREAM,
    dialects={CHAT, MESSAGES},
    needs=(Need.STREAM, Need.END),
)
def finish_reason_comes(case: Case) -> Iterator[Evidence]:
    """Every answer of a finished stream has a finish reason.

    A stream that ends without its end mark too breaks `ending/end-is-reached` instead.

    Why it matters: the reason alone tells a whole answer from one that hit a limit, was filtered
    or waits for a tool. Without it clients guess, raise, or wait for more.

    How it breaks in the world: only the last of several answers gets a reason
    (sgl-project/sglang#8417), gateways drop the last chunk because its text is empty
    (foundation-model-stack/fms-guardrails-orchestrator#515) or translate it away
    (songquanpeng/one-api#1299), a server sends null to the end (vllm-project/vllm#27572). Recorded
    Claude streams of Snowflake end in `[DONE]` with none.

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://docs.claude.com/en/docs/build-with-claude/streaming
    - https://github.com/sgl-project/sglang/issues/8417
    - https://github.com/vllm-project/vllm/issues/27572
    """
    folded = case.transcript.folded
    stopped = {stop.choice for stop in folded.stops}
    event = folded.ended[-1][1] if folded.ended else None
    for choice in folded.message.choices:
        if choice.index not in stopped:
            says = "an answer has no finish reason when the stream ends"
            yield Evidence(says, "a finish reason", "none", event, None, choice.index)


_MEANINGLESS = {
    GEMINI: frozenset({"OTHER", "ESCALATION", "PUP_LIMITED_DISABLED", "FINISH_REASON_UNSPECIFIED"}),
    RESPONSES: frozenset({"max_messages", "steered", "incomplete"}),
}
"""Documented words that no neutral word fits; `incomplete` alone is a rule of its own.
Sources: google-genai 3.4.0 and openai-python 3.54.0."""


@rule("stop/finish-reason-is-known", Level.SHOULD, CHAT_STREAM, dialects=ALL, needs=(Need.STOP,))
def finish_reason_is_known(case: Case) -> Iterator[Evidence]:
    """A finish reason is one of the words that the API, or its vendor, documents.

    Words that a vendor is known to add are known everywhere; the fact `finish-reasons` adds more.

    Why it matters: typed clients refuse the chunk, and with it the answer; others map the word to
    `stop`, so that a failure looks like success.

    How it breaks in the world: `model_context_window_exceeded` broke strict enums when it appeared
    (anomalyco/opencode#18813), the native DashScope protocol sends the text `"null"` before the end
    (dashscope/dashscope-sdk-python#4), translators hand on the words of the API behind them.

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://docs.claude.com/en/api/handling-stop-reasons
    - https://ai.google.dev/api/generate-content#FinishReason
    - https://github.com/sgl-project/sglang/issues/39897 (rule P0.15)
    """
    extra = case.facts.get("finish-reasons")
    known = set(_MEANINGLESS.get(case.transcript.dialect.name, ()))
    if isinstance(extra, list | tuple | dict):
        known |= {word for word in extra if isinstance(word, str)}
    for chunk, stop in _stops(case):
        if stop.reason == "unknown" and not (isinstance(stop.raw, str) and stop.raw in known):
            says, expected = "a finish reason is no known word", "a documented finish reason"
            yield case.at(chunk, says, expected, stop.raw, pointer=stop.pointer, choice=stop.choice)


def _stops(case: Case) -> Iterator[tuple[Chunk, Stop]]:
    """Every reason that came in its place; one at the start is a rule of its own."""
    for chunk, delta in case.transcript.deltas():
        if isinstance(delta, Stop) and not (
            delta.pointer == _AT_START and _empty_head(chunk) is not None
        ):
            yield chunk, delta


_AT_START = "/message/stop_reason"


def _empty_head(chunk: Chunk) -> dict[str, object] | None:
    """The message of a `message_start` that holds nothing yet."""
    value = chunk.value if isinstance(chunk.value, dict) else {}
    head = value.get("message") if value.get("type") == "message_start" else None
    return head if isinstance(head, dict) and not head.get("content") else None


@rule("stop/finish-reason-not-blank", Level.SHOULD, BLANK_REPORT, dialects={CHAT})
def finish_reason_not_blank(case: Case) -> Iterator[Evidence]:
    """Before the end a finish reason is null or absent, never an empty text.

    Why it matters: clients that ask whether there is a reason take the empty text for one and stop
    at the first chunk; clients that ask for a true value do not. One stream, two answers.

    How it breaks in the world: Ollama once sent `""` on every chunk (ollama/ollama#4357), and a
    gateway took it for the end (higress-group/higress#3733); a GLM route ended calls with it
    (weave-os/router#250).

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://github.com/ollama/ollama/issues/4357
    - https://github.com/higress-group/higress/issues/3733
    """
    for chunk, index, pointer, choice in choices_of(case):
        if choice.get("finish_reason") == "":
            says, at = "a finish reason is the empty text", pointer + "/finish_reason"
            yield case.at(chunk, says, "null, or a reason", '""', pointer=at, choice=index)


@rule(
    "stop/finish-reason-once",
    Level.MAY,
    STREAM_RULES,
    dialects={CHAT, GEMINI},
    needs=(Need.STREAM, Need.STOP),
)
def finish_reason_once(case: Case) -> Iterator[Evidence]:
    """An answer says once why it stopped.

    A second reason that differs from the first breaks `stop/finish-reasons-agree` instead.

    Why it matters: clients stop reading at the first reason, so what comes with the second (the
    usage, the rest of the text) is lost; counters count two answers.

    How it breaks in the world: routers repeat the finish chunk to carry the usage (OpenRouter,
    Avian, recorded), some older Vertex models send STOP with every chunk of text
    (songquanpeng/one-api#1408), a gateway adds a finish chunk of its own (linagora/openrag#462).

    References:
    - https://github.com/sgl-project/sglang/issues/39897 (rule P1.10)
    - https://github.com/linagora/openrag/issues/462
    - https://github.com/songquanpeng/one-api/issues/1408
    """
    first: dict[int, Stop] = {}
    for chunk, stop in _stops(case):
        again = stop.choice in first and first[stop.choice].raw == stop.raw
        times = chunk.count - (0 if again else 1)
        first.setdefault(stop.choice, stop)
        if times:
            says, expected = "the finish reason of an answer is repeated", "one finish reason"
            found = case.at(
                chunk, says, expected, stop.raw, pointer=stop.pointer, choice=stop.choice
            )
            yield found._replace(times=times)


@rule("stop/finish-reasons-agree", Level.SHOULD, CHAT_STREAM, dialects=ALL, needs=(Need.STOP,))
def finish_reasons_agree(case: Case) -> Iterator[Evidence]:
    """An answer that says more than once why it stopped says the same each time.

    Why it matters: clients keep the first reason or the last. One of them runs the tool, the other
    takes the answer for finished.

    How it breaks in the world: a router repeats the finish chunk and has `stop` in one of the two
    where the other has `tool_calls` (OpenRouter, recorded).

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://github.com/linagora/openrag/issues/462
    """
    first: dict[int, Stop] = {}
    for chunk, stop in _stops(case):
        before = first.setdefault(stop.choice, stop)
        if before.raw != stop.raw:
            says, expected = "two finish reasons of one answer differ", shown(before.raw)
            yield case.at(chunk, says, expected, stop.raw, pointer=stop.pointer, choice=stop.choice)


@rule("stop/no-reason-at-start", Level.MUST, MESSAGES_STREAM, dialects={MESSAGES})
def no_reason_at_start(case: Case) -> Iterator[Evidence]:
    """The `stop_reason` of `message_start` is null, unless the message in it is whole already.

    A continuation of a programmatic call may be one whole message inside `message_start`; then its
    content is not empty, and its reason belongs there.

    Why it matters: the documents say null at the start and not null afterwards. A client that
    trusts the first reason ends before the first word.

    How it breaks in the world: a bridge sent the empty text, the zero value of its language, and
    a client then wrote neither usage nor reason into its log (Wei-Shaw/sub2api#4589).

    References:
    - https://github.com/Wei-Shaw/sub2api/pull/4589
    - https://docs.claude.com/en/docs/build-with-claude/streaming
    - https://docs.claude.com/en/api/messages
    """
    for chunk in case.transcript.chunks:
        head = _empty_head(chunk)
        if head is not None and head.get("stop_reason") is not None:
            says = "the message has a stop reason before it begins"
            yield case.at(chunk, says, "null", head["stop_reason"], pointer=_AT_START)


@rule(
    "stop/incomplete-says-why",
    Level.MUST,
    RESPONSES_OBJECT,
    dialects={RESPONSES},
    needs=(Need.STREAM, Need.STOP),
)
def incomplete_says_why(case: Case) -> Iterator[Evidence]:
    """A response that is incomplete gives the reason in `incomplete_details`.

    Why it matters: it is the only place that tells an answer cut by a limit, which may be asked for
    again with a higher one, from one that a filter stopped.

    How it breaks in the world: bridges set the status and leave the details out, or report
    `stop` for it (BerriAI/litellm#37710).

    References:
    - https://platform.openai.com/docs/api-reference/responses/object
    - https://github.com/BerriAI/litellm/issues/37710
    """
    for chunk, stop in _stops(case):
        if stop.raw == "incomplete":
            says, expected = "an incomplete response does not say why", "incomplete_details.reason"
            yield case.at(chunk, says, expected, "no reason", pointer=stop.pointer, choice=0)
