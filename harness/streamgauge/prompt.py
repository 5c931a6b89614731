"""What is asked of a model, in no vendor's words: tools, options, and the turns so far.

Values only. `dialect.request` and `dialect.turns` read them from the JSON of a request,
`dialect.build` writes such JSON from them; scenarios, the simulator and the duties of the next
request (`history`) speak nothing else. A wire format is never known here.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from streamgauge.message import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool that a request offered; `parameters` is its JSON Schema or None."""

    name: str
    parameters: object = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asked for, as far as rules need to know; None where it does not say.

    `tool_choice` is auto, none, required, or the name of the one forced tool (then
    `forced_tool` holds it too). `offers_server_tools` is True where the vendor's own tools may be
    called, whose names need not be among `tools`.
    """

    stream: bool | None = None
    model: str | None = None
    tools: tuple[Tool, ...] = ()
    offers_server_tools: bool = False
    tool_choice: str | None = None
    forced_tool: str | None = None
    parallel_tools: bool | None = None
    choices: int | None = None
    max_tokens: int | None = None
    stop_sequences: tuple[str, ...] = ()
    include_usage: bool | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    thinking: bool | None = None
    json_output: bool | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


class Role(enum.Enum):
    """Who speaks in a turn. Instructions of every rank (system, developer) are `system`."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a conversation.

    `position` is the index of the message (or input item) in the request that it was read from;
    it is what vendors name in their errors, and None in a turn that was never sent. `text` is what
    a system, user or tool turn says. `parts` is what an assistant said, opaque members and
    signatures included, as the aggregator gives them. `call_id` and `name` say which call a tool
    turn answers (Gemini answers by name where no id came).
    """

    role: Role
    text: str = ""
    parts: tuple[Part, ...] = ()
    call_id: object = None
    name: object = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A whole request: what is asked, after which turns.

    `json_schema` is the schema that the output must fit where `asked.json_output` is true (None
    asks for any JSON). `members` are merged into the top level of the built JSON as they are:
    what a scenario or a configuration says in the vendor's own words.
    """

    asked: Asked
    turns: tuple[Turn, ...]
    json_schema: object = None
    seed: int | None = None
    members: Mapping[str, object] = field(default_factory=dict)
