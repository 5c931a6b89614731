"""Reads a whole, non-streamed chat completion into the same deltas as its stream would give."""

from __future__ import annotations

from streamgauge.delta import Delta, Ended
from streamgauge.dialects.openai_chat.failure import read_failure
from streamgauge.dialects.openai_chat.read import read


def document(value: object) -> list[Delta]:
    """The deltas of a document: each choice's message is read as one delta."""
    if not isinstance(value, dict) or not isinstance(value.get("choices"), list):
        return read(None, value)
    choices = [_as_streamed(choice) for choice in value["choices"]]
    deltas = read(None, {**value, "choices": choices})
    return [*deltas, Ended("document")]


def _as_streamed(choice: object) -> object:
    if not isinstance(choice, dict):
        return choice
    rest = {key: inner for key, inner in choice.items() if key != "message"}
    return {**rest, "delta": _numbered(choice.get("message"))}


def _numbered(message: object) -> object:
    """A message whose calls are told apart by their places: in a document each entry is a call of
    its own, whatever it calls itself."""
    calls = message.get("tool_calls") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(calls, list):
        return message
    placed = [
        {**call, "index": place} if isinstance(call, dict) else call
        for place, call in enumerate(calls)
    ]
    return {**message, "tool_calls": placed}


def is_document(value: object) -> bool:
    """Whether a JSON value is a whole answer of this dialect, or an error in one of its shapes."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        return False
    choices = value.get("choices")
    if isinstance(choices, list):
        return any(isinstance(choice, dict) and "message" in choice for choice in choices)
    return "error" in value and read_failure(None, value) is not None
