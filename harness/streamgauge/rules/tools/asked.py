"""Rules that put the calls of an answer beside what the request offered and demanded."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.message import Choice
from streamgauge.prompt import Asked
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, MESSAGES, RESPONSES, Need, rule
from streamgauge.rules.tools.sent import beginnings, choices, is_legacy, spot_of
from streamgauge.rules.tools.sources import CALLING_GUIDE, CHAT_REQUEST

_FREE_END = ("stop", "tool_call", "stop_sequence")
"""Neutral reasons of an answer that nothing cut short."""


def _asked(case: Case) -> Asked:
    return case.transcript.asked or Asked()


@rule("tools/call-was-offered", Level.SHOULD, CALLING_GUIDE, needs=(Need.REQUEST, Need.CALLS))
def call_was_offered(case: Case) -> Iterator[Evidence]:
    """A call names a tool that the request offered.

    Silent where the request offered no tools of the client's at all, or tools of the vendor's,
    whose names the request does not list.

    Why it matters: the client has nothing to run. Models do invent names, and OpenAI's guide tells
    clients to check, but a server that knows the list can refuse to call what is not on it.

    How it breaks in the world: a parser cuts the name out of the model's markup at the wrong place
    (`functions.search`, `search:0`), splits it, or glues a repeated one (bytedance/deer-flow#654).

    References:
    - https://platform.openai.com/docs/guides/function-calling
    - https://github.com/bytedance/deer-flow/issues/654
    """
    asked = _asked(case)
    offered = {tool.name for tool in asked.tools}
    if not offered or asked.offers_server_tools:
        return
    begun, expected = beginnings(case), shown(", ".join(sorted(offered)))
    for choice, _, part, _ in case.calls():
        named = isinstance(part.name, str) and part.name
        if named and part.name not in offered and not is_legacy(part):
            spot = spot_of(begun, choice, part)
            says, got = "a call names a tool that was not offered", shown(part.name)
            yield Evidence(says, expected, got, spot.event, spot.pointer, choice)


@rule(
    "tools/forced-tool-was-called",
    Level.MUST,
    CHAT_REQUEST,
    needs=(Need.STREAM, Need.REQUEST, Need.COMPLETE, Need.STOP),
)
def forced_tool_was_called(case: Case) -> Iterator[Evidence]:
    """An answer calls the tool that the request forced, or any tool where it required one.

    Silent where the answer was cut, refused or filtered.

    Why it matters: a forced call is how programs ask for structured answers. One that is answered
    in words breaks them with nothing to catch.

    How it breaks in the world: servers accept the member and ignore it; older Kimi API lacks
    `required`, DeepSeek and Kimi refuse or drop a forced tool while they think
    (docs/dialects.md), Groq turns an ignored `required` into an error in the stream.

    References:
    - https://platform.openai.com/docs/api-reference/chat/create (tool_choice)
    - https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use
    """
    asked = _asked(case)
    if asked.forced_tool is None and asked.tool_choice != "required":
        return
    wanted, answers = asked.forced_tool, choices(case)
    for stop in case.transcript.folded.stops:
        choice = answers.get(stop.choice)
        if choice is None or stop.reason not in _FREE_END or _called(choice, asked):
            continue
        says = "the tool that the request forces was not called"
        says = says if wanted else "a tool is required and none was called"
        names = [part.name for part in choice.parts if part.kind is Kind.TOOL_CALL]
        got = shown(f"calls of {names}" if names else "no call")
        expected = f"a call of {wanted}" if wanted else "a call"
        yield Evidence(says, shown(expected), got, stop.event, stop.pointer, stop.choice)


def _called(choice: Choice, asked: Asked) -> bool:
    calls = [part for part in choice.parts if part.kind is Kind.TOOL_CALL]
    if asked.forced_tool is not None:
        return any(part.name == asked.forced_tool for part in calls)
    others = (Kind.SERVER_TOOL_CALL, Kind.SERVER_TOOL_CALL_RESPONSE, Kind.GENERIC)
    hosted = asked.offers_server_tools and any(part.kind in others for part in choice.parts)
    return bool(calls) or hosted


@rule(
    "tools/parallel-as-asked",
    Level.MUST,
    CHAT_REQUEST,
    dialects={CHAT, RESPONSES, MESSAGES},
    needs=(Need.REQUEST, Need.CALLS),
)
def parallel_as_asked(case: Case) -> Iterator[Evidence]:
    """An answer makes at most one call where the request switched parallel calls off.

    Why it matters: a client that asks for it can run one tool at a time only, or its tools depend
    on each other. It drops the other calls, and the vendor then misses their results.

    How it breaks in the world: servers accept the member and ignore it. vLLM did until
    vllm-project/vllm#26233 (which answers vllm-project/vllm#9451), SGLang was reported to
    (sgl-project/sglang#9696).

    References:
    - https://github.com/vllm-project/vllm/pull/26233
    - https://github.com/sgl-project/sglang/issues/9696
    - https://platform.openai.com/docs/guides/function-calling (parallel function calling)
    - https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use
    """
    if _asked(case).parallel_tools is not False:
        return
    begun = beginnings(case)
    seen: set[int] = set()
    for choice, _, part, trace in case.calls():
        if choice in seen:
            spot = spot_of(begun, choice, part)
            event = trace.first_event if spot.event is None else spot.event
            says, got = "more than one call although parallel calls are off", shown(part.name)
            yield Evidence(says, "one call at most", got, event, spot.pointer, choice)
        seen.add(choice)


@rule("tools/no-call-when-none", Level.MUST, CHAT_REQUEST, needs=(Need.STREAM, Need.REQUEST))
def no_call_when_none(case: Case) -> Iterator[Evidence]:
    """An answer calls no tool where the request says that none may be called.

    Why it matters: `tool_choice: "none"` is how a client makes the model sum up at the end. A call
    there is a loop that does not end.

    How it breaks in the world: a server that does not know the word leaves the tools in the prompt
    and parses whatever looks like a call; support was added to one in
    tenstorrent/tt-inference-server#3084. No recorded stream breaks this.

    References:
    - https://github.com/tenstorrent/tt-inference-server/pull/3084
    - https://platform.openai.com/docs/api-reference/chat/create (tool_choice)
    - https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use
    """
    if _asked(case).tool_choice != "none":
        return
    begun = beginnings(case)
    for choice, _, part, trace in case.calls():
        spot = spot_of(begun, choice, part)
        event = trace.first_event if spot.event is None else spot.event
        says = "a tool is called although the request forbids it"
        yield Evidence(says, "no call", shown(part.name), event, spot.pointer, choice)
