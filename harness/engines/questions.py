"""What engines are asked: the raw JSON of each request, as a user of that dialect would write it.

Written out here and not by the dialects' own builders, so that a fault of ours cannot hide one of
theirs. One question is one cassette; a cache pair asks the same twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

Json = dict[str, object]

TOOL_NAME = "get_weather"
TOOL_SAYS = "The weather of a city now."
PARAMETERS: Json = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
LONG = "For {dialect} the list of things to carry is long. " * 30
"""Some hundreds of tokens for a prefix cache to keep, and none that another dialect left there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request in no dialect's words. `tool` is "auto" or "required"; None offers none."""

    says: str = "Tell me something."
    max_tokens: int = 40
    stop: str | None = None
    tool: str | None = None
    answered: bool = False
    usage: bool = True
    choices: int | None = None
    json: bool = False
    stream: bool = True
    model: str | None = None
    members: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One cassette: which scenario, of which model, in which dialects.

    `cancel_after` pieces the answer is let go. `times` the same request is sent.
    """

    scenario: str
    model: str
    ask: Ask
    dialects: frozenset[str]
    cancel_after: int | None = None
    times: int = 1


def body(dialect: str, ask: Ask, model: str) -> Json:
    """The JSON of the request for a dialect."""
    says = ask.says.replace("{dialect}", dialect)
    made = _BODIES[dialect](replace(ask, says=says, model=ask.model or model))
    return {name: value for name, value in made.items() if value is not None} | dict(ask.members)


PATHS = {
    "openai-chat": "/chat/completions",
    "openai-responses": "/responses",
    "anthropic-messages": "/v1/messages",
}
"""Below the base URL of each dialect."""


def _chat(ask: Ask) -> Json:
    function = {"name": TOOL_NAME, "description": TOOL_SAYS, "parameters": PARAMETERS}
    called = {"name": TOOL_NAME, "arguments": '{"city": "Paris"}'}
    history: list[object] = [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": called}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "18 degrees, light rain"},
    ]
    return {
        "model": ask.model,
        "stream": ask.stream,
        "stream_options": {"include_usage": True} if ask.usage and ask.stream else None,
        "max_tokens": ask.max_tokens,
        "messages": [{"role": "user", "content": ask.says}, *(history if ask.answered else [])],
        "stop": None if ask.stop is None else [ask.stop],
        "n": ask.choices,
        "tools": None if ask.tool is None else [{"type": "function", "function": function}],
        "tool_choice": ask.tool,
        "response_format": {"type": "json_object"} if ask.json else None,
    }


def _responses(ask: Ask) -> Json:
    tool = {
        "type": "function",
        "name": TOOL_NAME,
        "description": TOOL_SAYS,
        "parameters": PARAMETERS,
    }
    history: list[object] = [
        {
            "type": "function_call",
            "call_id": "call_1",
            "name": TOOL_NAME,
            "arguments": '{"city": "Paris"}',
        },
        {"type": "function_call_output", "call_id": "call_1", "output": "18 degrees, light rain"},
    ]
    return {
        "model": ask.model,
        "stream": ask.stream,
        "max_output_tokens": ask.max_tokens,
        "input": [{"role": "user", "content": ask.says}, *(history if ask.answered else [])],
        "tools": None if ask.tool is None else [tool],
        "tool_choice": ask.tool,
        "text": {"format": {"type": "json_object"}} if ask.json else None,
    }


def _messages(ask: Ask) -> Json:
    tool = {"name": TOOL_NAME, "description": TOOL_SAYS, "input_schema": PARAMETERS}
    choice = {"auto": {"type": "auto"}, "required": {"type": "any"}}
    call = {"type": "tool_use", "id": "call_1", "name": TOOL_NAME, "input": {"city": "Paris"}}
    result = {"type": "tool_result", "tool_use_id": "call_1", "content": "18 degrees, light rain"}
    history: list[object] = [
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result]},
    ]
    return {
        "model": ask.model,
        "stream": ask.stream,
        "max_tokens": ask.max_tokens,
        "messages": [{"role": "user", "content": ask.says}, *(history if ask.answered else [])],
        "stop_sequences": None if ask.stop is None else [ask.stop],
        "tools": None if ask.tool is None else [tool],
        "tool_choice": None if ask.tool is None else choice[ask.tool],
    }


_BODIES: Mapping[str, Callable[[Ask], Json]] = {
    "openai-chat": _chat,
    "openai-responses": _responses,
    "anthropic-messages": _messages,
}

CHAT = frozenset({"openai-chat"})
OPENAI = frozenset({"openai-chat", "openai-responses"})
ALL = frozenset(_BODIES)
STOPS = frozenset({"openai-chat", "anthropic-messages"})
"""Dialects that can say where to stop."""

QUESTIONS: Mapping[str, tuple[Question, ...]] = {
    "llama-cpp": (
        Question(scenario="plain-text", model="words", ask=Ask(), dialects=ALL),
        Question(scenario="not-streamed", model="words", ask=Ask(stream=False), dialects=ALL),
        Question(scenario="long-text", model="endless", ask=Ask(max_tokens=80), dialects=CHAT),
        Question(scenario="length-cut", model="endless", ask=Ask(max_tokens=5), dialects=ALL),
        Question(scenario="stop-sequence", model="words", ask=Ask(stop="on"), dialects=STOPS),
        Question(scenario="usage-off", model="words", ask=Ask(usage=False), dialects=CHAT),
        Question(scenario="two-choices", model="words", ask=Ask(choices=2), dialects=CHAT),
        Question(scenario="json-output", model="caller", ask=Ask(json=True), dialects=OPENAI),
        Question(
            scenario="bad-request",
            model="words",
            ask=Ask(members={"temperature": "warm"}),
            dialects=ALL,
        ),
        Question(
            scenario="unknown-model",
            model="endless",
            ask=Ask(model="no-such-model", max_tokens=5),
            dialects=ALL,
        ),
        Question(
            scenario="cancel",
            model="endless",
            ask=Ask(max_tokens=200),
            dialects=ALL,
            cancel_after=4,
        ),
        Question(
            scenario="cache-pair",
            model="endless",
            ask=Ask(says=LONG, max_tokens=4),
            dialects=ALL,
            times=2,
        ),
        Question(scenario="unicode", model="polyglot", ask=Ask(), dialects=ALL),
        Question(scenario="reasoning", model="thinker", ask=Ask(max_tokens=60), dialects=ALL),
        Question(
            scenario="length-cut-in-reasoning", model="thinker", ask=Ask(max_tokens=5), dialects=ALL
        ),
        Question(
            scenario="one-tool",
            model="caller",
            ask=Ask(tool="required", max_tokens=60),
            dialects=ALL,
        ),
        Question(
            scenario="tool-not-streamed",
            model="caller",
            ask=Ask(tool="required", max_tokens=60, stream=False),
            dialects=ALL,
        ),
        Question(
            scenario="length-cut-in-arguments",
            model="caller",
            ask=Ask(tool="required", max_tokens=14),
            dialects=ALL,
        ),
        Question(
            scenario="tool-result",
            model="words",
            ask=Ask(tool="auto", answered=True),
            dialects=ALL,
        ),
        Question(scenario="error-in-stream", model="caller", ask=Ask(tool="auto"), dialects=ALL),
        Question(
            scenario="reasoning-then-tool",
            model="thinking-caller",
            ask=Ask(tool="required", max_tokens=90),
            dialects=ALL,
        ),
    ),
    "transformers": (
        Question(scenario="plain-text", model="words", ask=Ask(usage=False), dialects=OPENAI),
        Question(scenario="not-streamed", model="words", ask=Ask(stream=False), dialects=OPENAI),
        Question(
            scenario="length-cut",
            model="endless",
            ask=Ask(usage=False, max_tokens=5),
            dialects=OPENAI,
        ),
        Question(
            scenario="stop-sequence", model="words", ask=Ask(usage=False, stop="on"), dialects=CHAT
        ),
        Question(scenario="usage-asked", model="endless", ask=Ask(max_tokens=5), dialects=CHAT),
        Question(
            scenario="two-choices", model="words", ask=Ask(usage=False, choices=2), dialects=CHAT
        ),
        Question(
            scenario="bad-request",
            model="words",
            ask=Ask(usage=False, members={"temperature": "warm"}),
            dialects=OPENAI,
        ),
        Question(
            scenario="unknown-model",
            model="endless",
            ask=Ask(usage=False, max_tokens=5, model="no-such-model"),
            dialects=OPENAI,
        ),
        Question(
            scenario="cancel",
            model="endless",
            ask=Ask(usage=False, max_tokens=200),
            dialects=OPENAI,
            cancel_after=4,
        ),
        Question(scenario="unicode", model="polyglot", ask=Ask(usage=False), dialects=OPENAI),
        Question(scenario="reasoning", model="thinker", ask=Ask(usage=False), dialects=OPENAI),
        Question(
            scenario="reasoning-then-tool",
            model="caller",
            dialects=OPENAI,
            ask=Ask(usage=False, max_tokens=80, members={}),
        ),
    ),
}
"""By engine, in the order in which they are asked."""
