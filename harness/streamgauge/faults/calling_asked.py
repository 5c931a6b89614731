"""Faults of calls that the request did not want, or wanted and did not get.

Where the answer cannot well be another, the request is: it asks for what this answer does not
give. A client that sends its own request sees nothing of that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.asking import asked_of, asking
from streamgauge.faults.calling import call_names, renamed, text_calls
from streamgauge.faults.edits import transcript
from streamgauge.faults.events import as_json
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.faults.members import GONE, members, with_members
from streamgauge.faults.retelling import Told, retold, spread
from streamgauge.faults.seeding import pick
from streamgauge.message import Choice, Part
from streamgauge.prompt import Asked, Tool

_FREE_END = ("stop", "tool_call", "stop_sequence")
"""Finish reasons of an answer that nothing cut short."""
_GEMINI_CALLS = "/candidates/*/content/parts/*/functionCall"


@fault(Breaks(("tools/call-was-offered",), perhaps=("tools/forced-tool-was-called",)))
def call_unoffered_tool(
    exchange: Exchange, setting: Setting, *, tail: str = "_now", seed: int = 0
) -> Exchange:
    """The answer calls a tool of which the request never spoke: a name is nearly right."""
    asked = asked_of(exchange, setting)
    offered = [tool.name for tool in asked.tools]
    names = [name for name in call_names(exchange, setting) if name in offered]
    if not names or asked.offers_server_tools:
        return exchange
    name = pick(exchange, seed, names)
    new = f"{name[:48]}{tail}"
    return exchange if new in offered else renamed(exchange, setting, name, new)


@fault(Breaks(("tools/forced-tool-was-called",)))
def ignore_forced_tool(
    exchange: Exchange, setting: Setting, *, tool: str = "wanted_tool"
) -> Exchange:
    """The request forces a tool, and the answer stops by itself and has not called it."""
    free = any(one.finish_reason in _FREE_END for one in _choices(exchange, setting))
    called = call_names(exchange, setting)
    offered = [one.name for one in asked_of(exchange, setting).tools]
    if not free or tool in (*called, *offered):
        return exchange
    names = [*(name for name in called if name not in offered), tool]
    tools = tuple(Tool(name=name, parameters={"type": "object"}) for name in names)
    return asking(exchange, setting, Asked(tools=tools, tool_choice=tool, forced_tool=tool))


_TWO = Breaks(("tools/parallel-as-asked",))


@fault(chat=_TWO, responses=_TWO, messages=_TWO)
def ignore_single_call(exchange: Exchange, setting: Setting) -> Exchange:
    """The request switches parallel calls off, and the answer makes several."""
    asked = Asked(parallel_tools=False)
    several = any(len(_calls(choice)) > 1 for choice in _choices(exchange, setting))
    return asking(exchange, setting, asked) if several else exchange


@fault(Breaks(("tools/no-call-when-none",), perhaps=("stop/tool-call-means-tool-reason",)))
def ignore_no_call(exchange: Exchange, setting: Setting) -> Exchange:
    """The request says that no tool may be called, and the answer calls one."""
    calls = any(_calls(choice) for choice in _choices(exchange, setting))
    return asking(exchange, setting, Asked(tool_choice="none")) if calls else exchange


def _choices(exchange: Exchange, setting: Setting) -> tuple[Choice, ...]:
    return transcript(exchange, setting).folded.message.choices


def _calls(choice: Choice) -> list[Part]:
    return [part for part in choice.parts if part.kind is Kind.TOOL_CALL]


@fault(Breaks(("tools/arguments-fit-schema",)))
def drop_argument(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """An argument that the tool's parameters require is missing from a call."""
    required = {tool.name: _required(tool) for tool in asked_of(exchange, setting).tools}
    if setting.dialect.name == "gemini":
        return _without_member(exchange, seed, required)
    calls = [
        (one, name)
        for one in text_calls(exchange, setting)
        for name in required.get(str(one.part.name), ())
        if name in _arguments(one)
    ]
    if not calls:
        return exchange
    one, name = pick(exchange, seed, calls)
    kept = {key: value for key, value in _arguments(one).items() if key != name}
    return retold(exchange, one, spread(as_json(kept).decode(), one))


def _without_member(
    exchange: Exchange, seed: int, required: Mapping[str, Sequence[str]]
) -> Exchange:
    found = [
        (one.event, (*one.path[:-1], "args", name))
        for one in members(exchange, f"{_GEMINI_CALLS}/name")
        for args in members(exchange, f"{_GEMINI_CALLS}/args")
        if (args.event, args.path[:-1]) == (one.event, one.path[:-1])
        for name in required.get(str(one.value), ())
        if isinstance(args.value, dict) and name in args.value
    ]
    return with_members(exchange, {pick(exchange, seed, found): GONE}) if found else exchange


def _arguments(one: Told) -> dict[str, object]:
    arguments = one.part.arguments
    return arguments if isinstance(arguments, dict) else {}


def _required(tool: Tool) -> list[str]:
    """What the parameters of a tool require, as far as they say so plainly."""
    schema = tool.parameters if isinstance(tool.parameters, dict) else {}
    required = schema.get("required")
    return [one for one in required if isinstance(one, str)] if isinstance(required, list) else []
