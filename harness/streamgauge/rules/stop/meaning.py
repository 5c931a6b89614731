"""Rules about finish reasons as claims: whether what they say of the answer is so."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.message import Choice
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, GEMINI, MESSAGES, Authority, Need, rule
from streamgauge.rules.stop.said import choices_of, chunks_at
from streamgauge.transcript.aggregate import Stopped

CHAT_STREAM = Authority(
    name="OpenAI API reference, chat completion chunk",
    url="https://platform.openai.com/docs/api-reference/chat-streaming",
)
CHAT_REQUEST = Authority(
    name="OpenAI API reference, create chat completion",
    url="https://platform.openai.com/docs/api-reference/chat/create",
)
STOP_REASONS = Authority(
    name="Anthropic docs, handling stop reasons",
    url="https://docs.claude.com/en/api/handling-stop-reasons",
)
STREAM_RULES = Authority(
    name="Moonshot's numbered stream rules",
    url="https://github.com/sgl-project/sglang/issues/39897",
)


def _last_stops(case: Case) -> Iterator[tuple[Choice, Stopped]]:
    """Every answer with the last reason that came for it."""
    last = {stop.choice: stop for stop in case.transcript.folded.stops}
    for choice in case.transcript.folded.message.choices:
        if choice.index in last:
            yield choice, last[choice.index]


@rule(
    "stop/tool-call-means-tool-reason",
    Level.SHOULD,
    CHAT_STREAM,
    dialects={CHAT, MESSAGES},
    needs=(Need.STREAM, Need.END, Need.STOP),
)
def tool_call_means_tool_reason(case: Case) -> Iterator[Evidence]:
    """An answer that calls a tool stops with the reason that says so.

    Silent in chat where the request forces one named function: OpenAI and Azure then say `stop`,
    and 48 recorded streams do. Gemini has no such reason and Responses no finish reason; they are
    not asked. A profile raises the level where its vendor documents the word.

    Why it matters: agents run tools when the reason is `tool_calls` or `tool_use`. With `stop` or
    `end_turn` they show the text and end the turn, and the call is lost in silence.

    How it breaks in the world: servers hard-code `stop` (Blaizzy/mlx-vlm#990, ollama/ollama#7963,
    huggingface/text-generation-inference#2794), translators forget that a call was seen
    (googleapis/python-genai#2868; maximhq/bifrost#6123 and BerriAI/litellm#34692 for `end_turn`).

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://docs.claude.com/en/api/handling-stop-reasons
    - https://github.com/ollama/ollama/issues/7963
    - https://github.com/maximhq/bifrost/issues/6123
    """
    asked = case.transcript.asked
    if case.transcript.dialect.name == CHAT and asked is not None and asked.forced_tool is not None:
        return
    for choice, stop in _last_stops(case):
        calls = [part.name for part in choice.parts if part.kind is Kind.TOOL_CALL]
        if calls and stop.reason == "stop":
            says = "an answer that calls a tool stops as if it called none"
            expected = "tool_use" if case.transcript.dialect.name == MESSAGES else "tool_calls"
            got = shown(f"{stop.raw} beside a call of {calls[0]}")
            yield Evidence(says, expected, got, stop.event, stop.pointer, stop.choice)


_CALLS = (Kind.TOOL_CALL, Kind.SERVER_TOOL_CALL, Kind.GENERIC)
"""Parts that may be what a tool reason speaks of: a server tool may wait for the next answer."""


@rule(
    "stop/tool-reason-means-call",
    Level.MUST,
    CHAT_STREAM,
    dialects={CHAT, MESSAGES},
    needs=(Need.STREAM, Need.END, Need.STOP),
)
def tool_reason_means_call(case: Case) -> Iterator[Evidence]:
    """An answer that stops to have a tool run calls one.

    Why it matters: the client looks for the call, finds none, and fails, sends an empty list of
    results, or loops.

    How it breaks in the world: the call is lost in a parser or a gateway and only the reason is
    left (anthropics/claude-code#40240, earendil-works/pi#6356); a gateway makes a reason of an
    empty `tool_calls: []` (jasonxu114514/opencode2api#27).

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://docs.claude.com/en/api/handling-stop-reasons
    - https://github.com/anthropics/claude-code/issues/40240
    - https://github.com/jasonxu114514/opencode2api/issues/27
    """
    for choice, stop in _last_stops(case):
        if stop.reason == "tool_call" and not any(part.kind in _CALLS for part in choice.parts):
            says, expected = (
                "an answer stops for a tool and calls none",
                "a call, or another reason",
            )
            got = shown(f"{stop.raw} without a call")
            yield Evidence(says, expected, got, stop.event, stop.pointer, stop.choice)


_SAYS = (
    "content", "reasoning_content", "reasoning", "reasoning_details", "refusal", "tool_calls",
    "function_call", "audio",
)  # fmt: skip


@rule(
    "stop/finish-chunk-is-bare",
    Level.MAY,
    STREAM_RULES,
    dialects={CHAT},
    needs=(Need.STREAM, Need.STOP),
)
def finish_chunk_is_bare(case: Case) -> Iterator[Evidence]:
    """The chunk with the finish reason says nothing more.

    Empty members are let pass, unless the fact `finish-chunk-delta = "{}"` says that the vendor
    wants none at all.

    Why it matters: many clients look at the reason first and leave the loop, so the last words or
    the only call are lost.

    How it breaks in the world: the last token rides on the finish chunk (vllm-project/vllm#36944,
    MiniMax, recorded), Mistral and Gemini's bridge send calls, reason and usage in one chunk
    (recorded).

    References:
    - https://github.com/sgl-project/sglang/issues/39897 (rule P1.10)
    - https://github.com/vllm-project/vllm/issues/36944
    - https://github.com/linagora/openrag/issues/462
    """
    strict = case.facts.get("finish-chunk-delta") == "{}"
    for chunk, index, pointer, choice in choices_of(case):
        delta = choice.get("delta")
        if not choice.get("finish_reason") or not isinstance(delta, dict):
            continue
        found = sorted(delta) if strict else [name for name in _SAYS if delta.get(name)]
        if found:
            says, at = "the chunk with the finish reason says more", pointer + "/delta"
            expected = "an empty delta" if strict else "nothing said in it"
            yield case.at(chunk, says, expected, ", ".join(found), pointer=at, choice=index)


@rule(
    "stop/reason-is-not-a-failure",
    Level.SHOULD,
    STREAM_RULES,
    dialects={CHAT, GEMINI},
    needs=(Need.STOP,),
)
def reason_is_not_a_failure(case: Case) -> Iterator[Evidence]:
    """The finish reason is not the name of a failure.

    Silent where the stream states an error of its own: that is said by the errors family.

    Why it matters: the answer is not whole, and a retry may help; but clients that know only the
    common words take it for `stop`. LiteLLM maps `network_error` and `error` to `stop`, and
    a test tool recorded them as success (promptfoo/promptfoo#9905).

    How it breaks in the world: `insufficient_system_resource` (DeepSeek), `network_error` (Z.ai),
    `error` (Mistral, OpenRouter), `abort` (SGLang), `engine_overloaded` and its like (Kimi),
    `MALFORMED_FUNCTION_CALL` (Gemini): docs/dialects.md lists them with their sources.

    References:
    - https://github.com/sgl-project/sglang/issues/39897 (rule P1.13)
    - https://api-docs.deepseek.com/api/create-chat-completion
    - https://ai.google.dev/api/generate-content#FinishReason
    - https://github.com/promptfoo/promptfoo/issues/9905
    """
    if case.transcript.folded.failures:
        return
    for _, stop in _last_stops(case):
        if stop.reason == "error":
            says, expected = "the finish reason tells of a failure", "an answer that was finished"
            yield Evidence(says, expected, shown(stop.raw), stop.event, stop.pointer, stop.choice)


@rule(
    "stop/stop-sequence-agrees",
    Level.MUST,
    STOP_REASONS,
    dialects={MESSAGES},
    needs=(Need.STREAM, Need.STOP),
)
def stop_sequence_agrees(case: Case) -> Iterator[Evidence]:
    """`stop_sequence` names the matched sequence when that is the stop reason, and only then.

    Where the request is known, the sequence is one of those that it gave.

    Why it matters: a client that gave several sequences reads from here which one was met, and what
    to do next.

    How it breaks in the world: translators use `stop_sequence` for reasons that they do not know
    (Ollama's Messages route), or for `content_filter` (claude-code-router), or never name the
    sequence (vllm-project/vllm#45807, agentgateway/agentgateway#3283).

    References:
    - https://docs.claude.com/en/api/handling-stop-reasons
    - https://github.com/vllm-project/vllm/pull/45807
    - https://github.com/agentgateway/agentgateway/pull/3283
    """
    asked = case.transcript.asked
    offered = asked.stop_sequences if asked is not None else None
    chunks = chunks_at(case)
    for stop in case.transcript.folded.stops:
        holder = _holder(chunks[stop.event].value, stop.pointer) if stop.event in chunks else {}
        sequence = holder.get("stop_sequence")
        expected = _expected(stop.raw, sequence, offered)
        if expected is not None:
            says = "the stop sequence does not go with the stop reason"
            at = stop.pointer.removesuffix("stop_reason") + "stop_sequence"
            pointer = at if "stop_sequence" in holder else stop.pointer
            got = f"{sequence!r} beside {stop.raw}"
            yield Evidence(says, expected, shown(got), stop.event, pointer, stop.choice)


def _expected(reason: object, sequence: object, offered: tuple[str, ...] | None) -> str | None:
    """What should stand there instead, or None where all is well."""
    if reason != "stop_sequence":
        return None if sequence is None else "null"
    if not isinstance(sequence, str):
        return "the sequence that was met"
    if offered is not None and sequence not in offered:
        return shown(f"one of {list(offered)}")
    return None


def _holder(value: object, pointer: str) -> dict[str, object]:
    """The object that holds the member a pointer leads to; these pointers name plain members."""
    for step in pointer.split("/")[1:-1]:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


@rule(
    "stop/length-fits-limit",
    Level.MAY,
    CHAT_REQUEST,
    needs=(Need.STREAM, Need.REQUEST, Need.STOP, Need.USAGE),
)
def length_fits_limit(case: Case) -> Iterator[Evidence]:
    """An answer that was cut for its length is as long as the request allows, and none is longer.

    Asked where request and usage are known and there is one answer. Vendors count differently
    (some leave reasoning out of the limit, some stop a few tokens early), so this only informs,
    and only of what is far off.

    Why it matters: `length` well below the limit means that something else cut the answer, such as
    the context window or a limit of a gateway; more tokens than allowed means that the limit was
    not handed on.

    How it breaks in the world: a gateway dropped both `max_tokens` and `max_completion_tokens`, so
    that answers ran on (maximhq/bifrost#6132); another put a default of its own in place and then
    called the cut answer `stop` (project-arbr/arbr-control-plane#34).

    References:
    - https://github.com/maximhq/bifrost/issues/6132
    - https://github.com/project-arbr/arbr-control-plane/pull/34
    - https://platform.openai.com/docs/api-reference/chat/create
    """
    asked, usage = case.transcript.asked, case.transcript.folded.message.usage
    limit = asked.max_tokens if asked is not None else None
    stops = list(_last_stops(case))
    if limit is None or usage is None or usage.output_tokens is None or len(stops) != 1:
        return
    used, (choice, stop) = usage.output_tokens, stops[0]
    says = None
    if stop.reason == "length" and used < _NEARLY * limit:
        says = "the answer was cut for its length well below the limit"
    elif used - (usage.reasoning_tokens or 0) > limit:
        says = "the answer is longer than the request allows"
    if says is not None:
        got, expected = f"{used} tokens and {shown(stop.raw)}", f"a limit of {limit} tokens"
        yield Evidence(says, expected, got, stop.event, stop.pointer, choice.index)


_NEARLY = 0.9
"""The part of a limit from which an answer counts as cut by it; reasoning comes in large steps."""
