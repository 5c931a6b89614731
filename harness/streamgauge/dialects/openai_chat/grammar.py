"""The legal order of a chat stream, as tables, and how much a chunk looks like one.

choice: a role or text or calls, then a finish reason, then nothing that says anything. A finish
reason may be repeated (routers send it again with the usage); that is a rule of its own.
usage:  a chunk without choices comes after every finish reason.
The end sentinel is not JSON and has no symbol; what follows it is a rule of its own.
"""

from __future__ import annotations

from streamgauge.dialects.dialect import Machine, Symbol

_SAYS = (
    "content", "refusal", "tool_calls", "function_call", "reasoning_content", "reasoning",
    "reasoning_details", "audio",
)  # fmt: skip

MACHINES = (
    Machine(
        scope="choice",
        start="begun",
        edges={
            ("begun", "piece"): "open",
            ("open", "piece"): "open",
            ("begun", "finish"): "finished",
            ("open", "finish"): "finished",
            ("finished", "finish"): "finished",
        },
        accepts=frozenset({"finished"}),
    ),
)


def symbols(_: str | None, value: object) -> list[Symbol]:
    """The steps of one chunk: what it says to each choice, then whether it finishes it."""
    choices = value.get("choices") if isinstance(value, dict) else None
    found: list[Symbol] = []
    for position, choice in enumerate(choices if isinstance(choices, list) else ()):
        if not isinstance(choice, dict):
            continue
        index = choice.get("index", 0)
        key = index if isinstance(index, int) else position
        at = f"/choices/{position}"
        delta = choice.get("delta")
        if isinstance(delta, dict) and any(delta.get(member) for member in _SAYS):
            found.append(Symbol("choice", key, "piece", at + "/delta"))
        if choice.get("finish_reason"):
            found.append(Symbol("choice", key, "finish", at + "/finish_reason"))
    return found


def likeness(_: str | None, value: object) -> int:
    """How much a chunk looks like this dialect (see `Dialect.likeness`)."""
    if not isinstance(value, dict):
        return 0
    kind, choices = value.get("object"), value.get("choices")
    if kind == "chat.completion.chunk":
        return 3
    if not isinstance(choices, list):
        return 1 if "error" in value and "type" not in value else 0
    if isinstance(kind, str) and kind not in ("", "chat.completion", "chat.completion.done"):
        return 0
    if any(isinstance(choice, dict) and "delta" in choice for choice in choices):
        return 3
    if any(isinstance(choice, dict) and "message" in choice for choice in choices):
        return 2
    if not choices and ("usage" in value or "prompt_filter_results" in value or "id" in value):
        return 2
    return 0
