"""A good stream as a list of events that can be taken apart, changed and joined again.

Nothing is judged here, and nothing of the harness is used: the breakages must not share a
mistake with the readers that they try.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

CHAT, MESSAGES = "openai-chat", "anthropic-messages"
RESPONSES, GEMINI = "openai-responses", "gemini"
DIALECTS = (CHAT, MESSAGES, RESPONSES, GEMINI)

Path = tuple[str | int, ...]
_EVENT = re.compile(rb".*?(?:\r\n\r\n|\n\n|\r\r|\Z)", re.DOTALL)
_DATA = re.compile(rb"^data: ?([^\r\n]*)", re.MULTILINE)


@dataclass(frozen=True)
class Event:
    """The bytes of one event, its blank line included."""

    raw: bytes

    @cached_property
    def data(self) -> bytes | None:
        """The payload, where it stands on one line."""
        found = _DATA.findall(self.raw)
        return found[0] if len(found) == 1 else None

    @cached_property
    def value(self) -> dict[str, Any]:
        """The JSON object of the payload; empty where there is none."""
        try:
            value = json.loads(self.data or b"")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def saying(self, data: bytes) -> Event:
        """The same event with another payload."""
        start, end = next(m.span(1) for m in _DATA.finditer(self.raw))
        return Event(self.raw[:start] + data + self.raw[end:])

    def holding(self, value: Any) -> Event:
        """The same event with another JSON value."""
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        return self.saying(text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A recorded answer: its events, and what is known of request and head."""

    name: str
    dialect: str
    vendor: str
    events: tuple[Event, ...]
    request: Mapping[str, Any] | None = None
    content_type: str | None = None

    @property
    def body(self) -> bytes:
        """The bytes of the answer."""
        return b"".join(event.raw for event in self.events)

    def put(self, at: int, *events: Event) -> Stream:
        """With these events in the place of one."""
        return replace(self, events=(*self.events[:at], *events, *self.events[at + 1 :]))

    def insert(self, at: int, *raw: bytes) -> Stream:
        """With more events before the one at `at`."""
        more = (Event(one) for one in raw)
        return replace(self, events=(*self.events[:at], *more, *self.events[at:]))

    def saying(self, body: bytes) -> Stream:
        """With another body altogether."""
        return replace(self, events=(Event(body),))

    def asking(self, **members: Any) -> Stream:
        """With these members in the request."""
        return replace(self, request={**(self.request or {}), **members})


def split(body: bytes) -> tuple[Event, ...]:
    """The events of a body; joined they are the body again."""
    return tuple(Event(raw) for raw in _EVENT.findall(body) if raw)


def sites(value: Any, pattern: str) -> Iterator[Path]:
    """Where a pattern such as `/choices/*/index` leads in a value."""
    found: list[Path] = [()]
    for step in pattern.split("/")[1:]:
        found = [(*path, key) for path in found for key in _keys(get(value, path), step)]
    yield from found


def _keys(value: Any, step: str) -> list[str | int]:
    if step == "*":
        return list(range(len(value))) if isinstance(value, list) else []
    return [step] if isinstance(value, dict) and step in value else []


def get(value: Any, path: Path) -> Any:
    """The value at a path."""
    for key in path:
        value = value[key]
    return value


GONE = object()


def put(value: Any, path: Path, new: Any) -> Any:
    """A copy with another value at a path, or without it."""
    value = copy.deepcopy(value)
    holder = get(value, path[:-1])
    if new is GONE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = new
    return value


def pointer(path: Path) -> str:
    """The path as a JSON pointer."""
    return "".join(f"/{key}" for key in path)


def kind(dialect: str, event: Event) -> str:
    """What an event is for, in one word for all dialects where they share it."""
    if event.data is None or not event.data.strip():
        return "comment"
    return _KINDS[dialect](event)


def _chat(event: Event) -> str:
    if event.data == b"[DONE]":
        return "end marker"
    choices = event.value.get("choices")
    if not choices:
        return "usage" if event.value.get("usage") else "other"
    delta = choices[0].get("delta") or {}
    calls = delta.get("tool_calls") or []
    if choices[0].get("finish_reason"):
        return "finish"
    if calls:
        return "call start" if (calls[0].get("function") or {}).get("name") else "call piece"
    if delta.get("content"):
        return "text"
    if any(delta.get(member) for member in ("reasoning_content", "reasoning")):
        return "reasoning"
    if delta.get("refusal"):
        return "refusal"
    if any(delta.get(member) for member in delta if member != "role"):
        return "other"
    return "role" if delta.get("role") else "empty"


_DELTAS = {
    "text_delta": "text", "thinking_delta": "reasoning", "input_json_delta": "call piece",
    "signature_delta": "signature", "citations_delta": "citation",
}  # fmt: skip
_TYPES = {
    "message_start": "start", "content_block_start": "part start", "message_delta": "finish",
    "content_block_stop": "part end", "message_stop": "end marker", "ping": "ping",
}  # fmt: skip


def _messages(event: Event) -> str:
    delta = event.value.get("delta") or {}
    if event.value.get("type") == "content_block_delta":
        said = delta.get("text", delta.get("thinking", delta.get("partial_json", "x")))
        return _DELTAS.get(delta.get("type"), "other") if said else "empty"
    return _TYPES.get(event.value.get("type", ""), "other")


_ENDS = ("response.completed", "response.incomplete", "response.failed")
_RESPONSES = {
    "response.created": "start", "response.in_progress": "progress",
    "response.output_item.added": "part start", "response.content_part.added": "inner start",
    "response.reasoning_summary_part.added": "inner start",
    "response.output_item.done": "part end", "response.content_part.done": "inner end",
    "response.reasoning_summary_part.done": "inner end",
    "response.output_text.delta": "text", "response.refusal.delta": "refusal",
    "response.reasoning_text.delta": "reasoning",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.function_call_arguments.delta": "call piece",
    **dict.fromkeys(_ENDS, "end marker"),
}  # fmt: skip


def _responses(event: Event) -> str:
    if event.data == b"[DONE]":
        return "sentinel"
    name = str(event.value.get("type", ""))
    found = _RESPONSES.get(name)
    if found is None:
        copied = name.endswith(".done") and (
            "_text." in name or "arguments" in name or "refusal" in name
        )
        return "copy" if copied else "other"
    return "empty" if event.value.get("delta") == "" else found


def _gemini(event: Event) -> str:
    candidates = event.value.get("candidates") or [{}]
    if candidates[0].get("finishReason") or (event.value.get("promptFeedback") or {}).get(
        "blockReason"
    ):
        return "finish"
    parts = (candidates[0].get("content") or {}).get("parts") or []
    call = next((part["functionCall"] for part in parts if "functionCall" in part), None)
    if call is not None:
        if "partialArgs" in call:
            return "call piece"
        return (
            "call start" if call.get("willContinue") else "call" if call.get("name") else "call end"
        )
    if "candidates" not in event.value:
        return "usage" if "usageMetadata" in event.value else "other"
    if any(part.get("text") and part.get("thought") for part in parts):
        return "reasoning"
    if any(part.get("text") for part in parts):
        return "text"
    return "other" if any(part for part in parts if part != {"text": ""}) else "empty"


_CUT_SHORT = re.compile(
    rb'"(?:finish_reason|stop_reason|finishReason)":\s?"(?:length|max_tokens|MAX_TOKENS)"'
    rb'|"type":\s?"response.incomplete"'
)


def ends_whole(stream: Stream) -> bool:
    """Whether no answer was cut for its length; of a cut one less can be asked."""
    return not any(_CUT_SHORT.search(event.raw) for event in stream.events)


_KINDS = {CHAT: _chat, MESSAGES: _messages, RESPONSES: _responses, GEMINI: _gemini}
