"""Rules about what the arguments of a call are worth once all pieces are joined.

They look at the finished call. How the pieces came is asked by the rules of `pieces`.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.message import ArgumentsState, Part
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, MESSAGES, RESPONSES, Need, rule
from streamgauge.rules.tools.sent import Spot, beginnings, choices, plain_calls, spot_of
from streamgauge.rules.tools.sources import CHAT_STREAM, MESSAGES_STREAM, reported
from streamgauge.transcript.building import Trace
from streamgauge.transcript.note import Noted

_TEXTUAL = {CHAT, RESPONSES, MESSAGES}
_AS_IF_WHOLE = frozenset({None, "stop", "tool_call", "stop_sequence", "pause"})
"""Finish reasons that say nothing of a cut; None is an end marker without any reason."""


def _calls(case: Case) -> Iterator[tuple[int, Part, Trace]]:
    """Calls whose arguments are JSON; a custom call's input is free text."""
    plain = plain_calls(case)
    for choice, _, part, trace in case.calls():
        if part.field is None and not (isinstance(part.id, str) and part.id in plain):
            yield choice, part, trace


@rule("tools/arguments-are-json", Level.MUST, CHAT_STREAM, dialects=_TEXTUAL, needs=(Need.CALLS,))
def arguments_are_json(case: Case) -> Iterator[Evidence]:
    """The pieces of a call's arguments, joined in order, are JSON text.

    Arguments that merely stop early are not a matter of this rule but of
    `tools/arguments-are-whole`. Custom tools take free text and are not asked.

    Why it matters: a client parses the joined text to run the tool. Official clients raise while
    they read (anthropic-sdk-python 2.12.0 raises ValueError in the middle of a stream), lenient
    ones run the tool with half of its arguments or with none.

    How it breaks in the world: streaming parsers of servers that turn markup into JSON add a
    character twice at the border of two chunks (github/copilot-cli#3717), send wrong increments
    for nested values (vllm-project/vllm#10398), or emit broken JSON for simple schemas
    (ggml-org/llama.cpp#22072). Calls that share an index come out as one text, `{…}{…}`. A model
    may also write bad JSON by itself; Anthropic documents that for tools with
    `eager_input_streaming`.

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://docs.claude.com/en/docs/build-with-claude/streaming
    - https://github.com/ggml-org/llama.cpp/issues/22072
    - https://github.com/sgl-project/sglang/issues/39897 (rule P0.3)
    """
    for choice, part, trace in _calls(case):
        if part.arguments_state is ArgumentsState.INVALID:
            found = _at_break(Spot(None, None), choice, part, trace)
            says = "the joined arguments are not JSON"
            yield found._replace(says=says, expected="one JSON value")


@rule(
    "tools/arguments-are-whole", Level.MUST, CHAT_STREAM, needs=(Need.STREAM, Need.CALLS, Need.END)
)
def arguments_are_whole(case: Case) -> Iterator[Evidence]:
    """A call whose arguments stop early is not passed off as finished.

    A stream that was cut before its end breaks `ending/end-is-reached` instead, and one that
    says `length` (or another reason that tells of a cut) has said what happened.

    Why it matters: `tool_calls`, `tool_use` or `stop` tell the client to run the call. With half
    of its arguments it fails at best; a lenient parser closes the brackets and runs something
    that nobody asked for.

    How it breaks in the world: the token limit is reached inside the arguments and the server
    says `tool_calls` (vllm-project/vllm#53269), the last brace is lost when several tokens come in
    one step (vllm-project/vllm#32152), a gateway ends a broken upstream stream as if it were whole.
    langchain-core then took `{"target": "x"` for a call (langchain-ai/langchain#39275).

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://github.com/vllm-project/vllm/issues/53269
    - https://github.com/vllm-project/vllm/issues/32152
    """
    answers, begun = choices(case), beginnings(case)
    for choice, part, trace in _calls(case):
        reason = answers[choice].finish_reason
        if part.arguments_state is ArgumentsState.PARTIAL and reason in _AS_IF_WHOLE:
            says = "a call ends in the middle of its arguments and the answer ends as if whole"
            found = _at_break(spot_of(begun, choice, part), choice, part, trace)
            expected = "whole arguments, or a reason such as length"
            yield found._replace(says=says, expected=expected)


def _at_break(spot: Spot, choice: int, part: Part, trace: Trace) -> Evidence:
    """Where the first character that does not fit came, or else where the call began."""
    broken, text = part.broken, part.arguments_json
    valid = len(text) if broken is None else broken.valid
    event, pointer = trace.event_at(valid) or spot
    why = "the last piece says that more will come" if broken is None else broken.says
    near = text[max(0, valid - 40) : valid + 20]
    return Evidence("", "", shown(f"{why}, near {near!r}"), event, pointer, choice)


@rule(
    "tools/arguments-are-object",
    Level.MUST,
    MESSAGES_STREAM,
    dialects=_TEXTUAL,
    needs=(Need.CALLS,),
)
def arguments_are_object(case: Case) -> Iterator[Evidence]:
    """The arguments of a function call are a JSON object.

    Why it matters: parameters have names, so every schema of a function is that of an object, and
    Anthropic documents that the final input of a call always is one. A client that unpacks the
    value by name fails on a string, a list or null.

    How it breaks in the world: arguments that are encoded twice come as a JSON string that holds
    JSON, `"{\\"a\\":1}"` (vllm-project/vllm#54964, quarkiverse/quarkus-langchain4j#2642). No
    recorded stream does.

    References:
    - https://github.com/vllm-project/vllm/pull/54964
    - https://docs.claude.com/en/docs/build-with-claude/streaming
    - https://platform.openai.com/docs/guides/function-calling
    """
    for choice, part, trace in _calls(case):
        complete = part.arguments_state is ArgumentsState.COMPLETE
        if complete and not isinstance(part.arguments, dict):
            event, pointer = trace.event_at(0) or (None, None)
            says = "the arguments are JSON, but not an object"
            got = shown(part.arguments_json)
            yield Evidence(says, "a JSON object", got, event, pointer, choice)


@rule("tools/arguments-are-text", Level.MUST, CHAT_STREAM, dialects={CHAT}, needs=(Need.CALLS,))
def arguments_are_text(case: Case) -> Iterator[Evidence]:
    """The member `function.arguments` is a string, never a value.

    Why it matters: pieces of text can be joined, values cannot. openai-python 3.54.0 drops an
    object that follows the empty string of the header without a word, so that the tool runs
    without arguments; typed clients refuse the whole chunk.

    How it breaks in the world: gateways in front of servers that hold arguments as objects pass
    them on unencoded (BerriAI/litellm#37792), so did a server (ggml-org/llama.cpp#20198).
    One vendor's own types allow both.

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://github.com/BerriAI/litellm/issues/37792
    - https://github.com/ggml-org/llama.cpp/issues/20198
    """
    calls = {(choice, position): part for choice, position, part, _ in case.calls()}
    for note in case.noted(Noted.ARGUMENTS_NOT_TEXT):
        part = calls.get((note.choice, -1 if note.part is None else note.part))
        got = "" if part is None else part.arguments_json
        yield case.from_note(note, "arguments were sent as a value", "a string of JSON text", got)


@rule(
    "tools/arguments-not-blank",
    Level.SHOULD,
    reported("https://github.com/open-webui/computer/issues/252"),
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS, Need.END),
)
def arguments_not_blank(case: Case) -> Iterator[Evidence]:
    """A call without arguments sends `{}`, not an empty text.

    Silent where the answer was cut by a limit: then the arguments may just not have come.

    Why it matters: the empty text is not JSON. Clients that parse it crash, drop the call, or
    send it back in the next request, which is then refused.

    How it breaks in the world: gateways that translate a Messages stream forward its empty
    `partial_json` as it is (agentgateway/agentgateway#3002, BerriAI/litellm#5064); others omit the
    member (MadSkittles/Router-Maestro#162 answered 502). Recorded streams of Databricks do it;
    OpenAI sends `{}`.

    References:
    - https://github.com/open-webui/computer/issues/252
    - https://github.com/agentgateway/agentgateway/issues/3002
    - https://github.com/BerriAI/litellm/issues/5064
    """
    answers, begun = choices(case), beginnings(case)
    for choice, part, trace in _calls(case):
        blank = part.arguments_state is ArgumentsState.EMPTY
        if blank and answers[choice].finish_reason in _AS_IF_WHOLE and (part.id or part.name):
            spot = spot_of(begun, choice, part)
            event = trace.first_event if spot.event is None else spot.event
            says = "a call has an empty text for its arguments"
            got = repr(part.arguments_json)
            yield Evidence(says, "{} where there are none", got, event, spot.pointer, choice)
