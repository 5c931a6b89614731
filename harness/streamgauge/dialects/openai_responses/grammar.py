"""The legal order of events, as machines over symbols, and how much an event looks like this API.

Grammar and its recorded exceptions: openai-responses wire facts, section 4. Items may overlap, so
everything below the stream is keyed by output index and not by "the current item" (O11). Events of
an unknown type take no part, but for the rule that nothing follows the end (O18). It must never
raise; an output index that is missing is replaced by the item's id, any other index that is missing
reads as 0, one of a wrong type as None.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from streamgauge.dialects.dialect import Machine, Symbol
from streamgauge.dialects.openai_responses.lifecycle import ENDS
from streamgauge.dialects.openai_responses.members import Object, index, place
from streamgauge.dialects.openai_responses.words import ARGUMENTS, PROGRESS, RESPONSES, TEXTS

_LIFE = {
    "response.created": "created",
    "response.queued": "queued",
    "response.in_progress": "in_progress",
    "response.failed": "failed",
    "response.cancelled": "failed",
    "error": "error",
} | dict.fromkeys(ENDS, "terminal")

STREAM = Machine(
    scope="stream",
    start="start",
    edges={
        ("start", "created"): "created",
        ("start", "error"): "failing",
        ("start", "other"): "start",
        ("created", "queued"): "queued",
        ("queued", "queued"): "queued",
        ("created", "in_progress"): "running",
        ("queued", "in_progress"): "running",
        ("created", "other"): "created",
        ("queued", "other"): "queued",
        ("running", "other"): "running",
        ("running", "item"): "running",
        ("running", "terminal"): "ended",
        ("failing", "other"): "failing",
        ("failing", "failed"): "ended",
    }
    | {
        (state, symbol): to
        for state in ("created", "queued", "running")
        for symbol, to in (("error", "failing"), ("failed", "ended"))
    },
    accepts=frozenset({"ended"}),
)
"""`stream := created [queued] in_progress item* terminal`; an `error` may come before `failed`.
A stream that is nothing but an error has no other grammar to break."""

ITEM = Machine(
    scope="item",
    start="start",
    edges={("start", "added"): "open", ("open", "body"): "open", ("open", "done"): "done"},
    accepts=frozenset({"done"}),
)
"""One output index: added, body, done."""

_PART_EDGES = {
    ("start", "added"): "open",
    ("open", "delta"): "open",
    ("open", "text_done"): "said",
    ("said", "annotation"): "said",
    ("open", "annotation"): "open",
    ("said", "done"): "closed",
}

PART = Machine(scope="part", start="start", edges=_PART_EDGES, accepts=frozenset({"closed"}))
"""One content part of a message or of raw reasoning."""

SUMMARY = Machine(
    scope="summary",
    start="start",
    edges={edge: to for edge, to in _PART_EDGES.items() if edge[1] != "annotation"},
    accepts=frozenset({"closed"}),
)
"""One part of a reasoning summary."""

ARGUMENTS_OF = Machine(
    scope="arguments",
    start="start",
    edges={
        ("start", "delta"): "streaming",
        ("start", "done"): "done",
        ("streaming", "delta"): "streaming",
        ("streaming", "done"): "done",
    },
    accepts=frozenset({"done"}),
)
"""What one call is called with. Without any delta it is legal (LM Studio)."""

COMMAND = Machine(
    scope="command",
    start="start",
    edges={("start", "added"): "open", ("open", "delta"): "open", ("open", "done"): "done"},
    accepts=frozenset({"done"}),
)
"""One command of a shell call."""

WORK = Machine(
    scope="work",
    start="start",
    edges={
        ("start", "in_progress"): "working",
        ("working", "step"): "working",
        # OpenAI says it again before the arguments of an MCP call are done (recorded).
        ("working", "in_progress"): "working",
        ("working", "finished"): "done",
    },
    accepts=frozenset({"working", "done"}),
)
"""How far one hosted call is: in progress, steps, completed or failed. That the last word is
missing is no fault: Azure's image and search calls are recorded without it."""

MACHINES = (STREAM, ITEM, PART, SUMMARY, ARGUMENTS_OF, COMMAND, WORK)


def symbols(name: str | None, value: object) -> Sequence[Symbol]:
    """The steps that one event takes, the stream's first."""
    if not isinstance(value, dict):
        return ()
    type = value.get("type", name)
    life = _LIFE.get(type) if isinstance(type, str) else None
    if life is not None:
        return (Symbol("stream", None, life),)
    step = _STEPS.get(type) if isinstance(type, str) else None
    if not isinstance(type, str) or step is None:
        return (Symbol("stream", None, "other"),)
    item = "body"
    if step.scope == "item":
        item = step.symbol
    at = place(value, [])
    found = [Symbol("stream", None, "item"), Symbol("item", at, item, "/output_index")]
    if step.scope != "item":
        key = (at,) if step.member is None else (at, _at(value, step.member))
        found.append(Symbol(step.scope, key, step.symbol))
    return found


class _Step(NamedTuple):
    """The step of one event type below the stream: its machine, its symbol, its second index."""

    scope: str
    symbol: str
    member: str | None = None


def _at(value: Object, member: str) -> int | None:
    return index(value, member, "", [])


def _steps() -> dict[str, _Step]:
    content, summary, command = "content_index", "summary_index", "command_index"
    found = {
        "response.output_item.added": _Step("item", "added"),
        "response.output_item.done": _Step("item", "done"),
        "response.output_text.annotation.added": _Step("part", "annotation", content),
        "response.reasoning_summary_part.added": _Step("summary", "added", summary),
        "response.reasoning_summary_part.done": _Step("summary", "done", summary),
        "response.compaction.compacting": _Step("item", "body"),
        "response.shell_call_output_content.delta": _Step("item", "body"),
        "response.shell_call_output_content.done": _Step("item", "body"),
    }
    for stem in ("response.content_part", "response.reasoning_part"):
        found[f"{stem}.added"] = _Step("part", "added", content)
        found[f"{stem}.done"] = _Step("part", "done", content)
    for stem, text in TEXTS.items():
        scope, member = ("summary", summary) if text.infix else ("part", content)
        found[f"{stem}.delta"] = _Step(scope, "delta", member)
        found[f"{stem}.done"] = _Step(scope, "text_done", member)
    for stem in ARGUMENTS:
        found[f"{stem}.delta"] = _Step("arguments", "delta")
        found[f"{stem}.done"] = _Step("arguments", "done")
    for word in ("added", "delta", "done"):
        found[f"response.shell_call_command.{word}"] = _Step("command", word, command)
    for type, word in PROGRESS.items():
        finished = "finished" if word in ("completed", "failed") else "step"
        found[type] = _Step("work", word if word == "in_progress" else finished)
    return found


_STEPS = _steps()


def likeness(name: str | None, value: object) -> int:
    """How much an event looks like this API; only its `error` is shared with others.

    >>> likeness(None, {"type": "response.output_text.delta", "delta": "Hi"})
    3
    >>> likeness("error", {"error": {"message": "overloaded"}})
    1
    """
    if not isinstance(value, dict):
        return 0
    type = value.get("type", name)
    if not isinstance(type, str):
        return 0
    if type in RESPONSES or type in _STEPS:
        return 3
    if type.startswith("response."):
        return 2
    if type in ("error", "keepalive"):
        return 2 if "sequence_number" in value else int(type == "error")
    return 0
