"""A small reader of chat streams, and twenty ways to break it; ours says what is right.

The reader is written plainly after the standard, and owes nothing to the package. Each bug
overrides the one step that it gets wrong. `differs` tells whether bytes show the bug: the broken
reader says something else than ours, and the sound one does not.
"""

# ruff: noqa: ARG002  -- a step that is overridden needs less, or more, than the one it replaces

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from streamgauge.delta import Kind
from streamgauge.message import Choice
from streamgauge.pipeline import aggregate
from streamgauge.wire import sse

Events = list[tuple[str | None, str]]


class Reader:
    """Reads a body into events, and events into a message. Each method is one step."""

    def events(self, body: bytes) -> Events:
        lines = self.lines(self.text(body))
        found: Events = []
        name: str | None = None
        data: list[str] = []
        for number, line in enumerate(lines):
            closed = number < len(lines) - 1
            if line == "" and (closed or self.dispatches_what_is_open()):
                if data:
                    found.append((name, self.joined(data)))
                name, data = self.next_name(name), []
            elif not self.is_comment(line):
                field, value = self.field(line)
                name = value if field == "event" else name
                data = self.more(data, value) if field == "data" else data
        if data and self.dispatches_what_is_open():
            found.append((name, self.joined(data)))
        return found

    def text(self, body: bytes) -> str:
        return body.decode("utf-8", "replace").removeprefix("\ufeff")

    def lines(self, text: str) -> list[str]:
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def dispatches_what_is_open(self) -> bool:
        return False

    def is_comment(self, line: str) -> bool:
        return line.startswith(":")

    def next_name(self, name: str | None) -> str | None:
        return None

    def field(self, line: str) -> tuple[str, str]:
        field, _, value = line.partition(":")
        return field, value.removeprefix(" ")

    def more(self, data: list[str], value: str) -> list[str]:
        return [*data, value]

    def joined(self, data: list[str]) -> str:
        return "\n".join(data)

    def message(self, body: bytes) -> dict[str, Any]:
        said: dict[str, Any] = {"id": None, "usage": None, "choices": {}}
        for _, data in self.events(body):
            if self.is_end(data):
                break
            chunk = json.loads(data)
            self.head(said, chunk)
            for choice in self.choices(chunk):
                self.choice(said["choices"], choice)
        return said

    def is_end(self, data: str) -> bool:
        return data == "[DONE]"

    def head(self, said: dict[str, Any], chunk: dict[str, Any]) -> None:
        said["id"] = said["id"] or chunk.get("id")
        said["usage"] = chunk.get("usage") or said["usage"]

    def choices(self, chunk: dict[str, Any]) -> list[Any]:
        return chunk.get("choices") or []

    def choice(self, choices: dict[int, Any], choice: dict[str, Any]) -> None:
        fresh = {"text": "", "calls": {}, "finish": None}
        mine = choices.setdefault(choice["index"], fresh)
        delta = choice.get("delta") or {}
        mine["text"] += self.words(choice, delta.get("content") or "")
        for place, call in enumerate(delta.get("tool_calls") or []):
            self.call(mine["calls"], self.key(mine["calls"], place, call), call)
        mine["finish"] = self.finish(mine["finish"], choice.get("finish_reason"))

    def words(self, choice: dict[str, Any], content: str) -> str:
        return content

    def key(self, calls: dict[int, Any], place: int, call: dict[str, Any]) -> int:
        return int(call["index"])

    def call(self, calls: dict[int, Any], key: int, call: dict[str, Any]) -> None:
        mine = calls.setdefault(key, {"id": None, "name": None, "arguments": ""})
        function = call.get("function") or {}
        mine["id"] = call.get("id") or mine["id"]
        mine["name"] = function.get("name") or mine["name"]
        mine["arguments"] += function.get("arguments") or ""

    def finish(self, before: str | None, now: str | None) -> str | None:
        return now or before


class LineAtU2028(Reader):
    def lines(self, text: str) -> list[str]:
        return super().lines(text.replace("\u2028", "\n"))


class OpenEventDispatched(Reader):
    def dispatches_what_is_open(self) -> bool:
        return True


class SpaceDemanded(Reader):
    def field(self, line: str) -> tuple[str, str]:
        field, _, value = line.partition(": ")
        return field, value


class EverySpaceTaken(Reader):
    def field(self, line: str) -> tuple[str, str]:
        field, value = super().field(line)
        return field, value.lstrip(" ")


class CarriageReturnKept(Reader):
    def lines(self, text: str) -> list[str]:
        return text.split("\n")


class LoneCarriageReturnOverlooked(Reader):
    def lines(self, text: str) -> list[str]:
        return text.replace("\r\n", "\n").split("\n")


class CommentIsData(Reader):
    def is_comment(self, line: str) -> bool:
        return False

    def field(self, line: str) -> tuple[str, str]:
        field, value = super().field(line)
        return field or "data", value


class LastDataLineOnly(Reader):
    def more(self, data: list[str], value: str) -> list[str]:
        return [value]


class DataLinesGlued(Reader):
    def joined(self, data: list[str]) -> str:
        return "".join(data)


class NameStays(Reader):
    def next_name(self, name: str | None) -> str | None:
        return name


class ByteOrderMarkKept(Reader):
    def text(self, body: bytes) -> str:
        return body.decode("utf-8", "replace")


class FieldWithoutColonIgnored(Reader):
    def field(self, line: str) -> tuple[str, str]:
        return super().field(line) if ":" in line else ("", "")


class PieceDecodedAlone(Reader):
    def text(self, body: bytes) -> str:
        pieces = (body[at : at + 64] for at in range(0, len(body), 64))
        return "".join(one.decode("utf-8", "replace") for one in pieces).removeprefix("\ufeff")


class CallsByPosition(Reader):
    def key(self, calls: dict[int, Any], place: int, call: dict[str, Any]) -> int:
        return place


class ArgumentsToTheLastCall(Reader):
    def key(self, calls: dict[int, Any], place: int, call: dict[str, Any]) -> int:
        return int(call["index"]) if call.get("id") or not calls else list(calls)[-1]


class FirstChoiceOnly(Reader):
    def choices(self, chunk: dict[str, Any]) -> list[Any]:
        return super().choices(chunk)[:1]


class UsageNeedsAChoice(Reader):
    def head(self, said: dict[str, Any], chunk: dict[str, Any]) -> None:
        super().head(said, chunk if chunk.get("choices") else {**chunk, "usage": None})


class LastFinishReasonEvenIfNull(Reader):
    def finish(self, before: str | None, now: str | None) -> str | None:
        return now


class WordsBesideTheFinishLost(Reader):
    def words(self, choice: dict[str, Any], content: str) -> str:
        return "" if choice.get("finish_reason") else content


class EndMarkerInTheWords(Reader):
    def is_end(self, data: str) -> bool:
        return "[DONE]" in data


FRAMING: tuple[type[Reader], ...] = (
    LineAtU2028,
    OpenEventDispatched,
    SpaceDemanded,
    EverySpaceTaken,
    CarriageReturnKept,
    LoneCarriageReturnOverlooked,
    CommentIsData,
    LastDataLineOnly,
    DataLinesGlued,
    NameStays,
    ByteOrderMarkKept,
    FieldWithoutColonIgnored,
    PieceDecodedAlone,
)
FOLDING: tuple[type[Reader], ...] = (
    CallsByPosition,
    ArgumentsToTheLastCall,
    FirstChoiceOnly,
    UsageNeedsAChoice,
    LastFinishReasonEvenIfNull,
    WordsBesideTheFinishLost,
    EndMarkerInTheWords,
)
BUGS = (*FRAMING, *FOLDING)


def our_events(body: bytes) -> Events:
    """The events of a body, as ours hands them out."""
    return [(one.name, sse.text(one.data or b"")) for one in sse.events(body) if one.dispatched]


def our_message(body: bytes) -> dict[str, Any]:
    """What our aggregator makes of a body, in the small reader's words."""
    message = aggregate(body, dialect="openai-chat", vendor="unknown")
    usage = None if message.usage is None else message.usage.raw
    choices = {choice.index: _choice(choice) for choice in message.choices}
    return {"id": message.id, "usage": usage, "choices": choices}


def _choice(choice: Choice) -> dict[str, Any]:
    text = "".join(one.content for one in choice.parts if one.kind is Kind.TEXT)
    calls = {
        one.index: {"id": one.id, "name": one.name, "arguments": one.arguments_json}
        for one in choice.parts
        if one.kind is Kind.TOOL_CALL
    }
    return {"text": text, "calls": calls, "finish": choice.raw_finish_reason}


def differs(bug: type[Reader]) -> Callable[[bytes], bool]:
    """Whether bytes show a bug, and nothing but that bug."""
    if bug in FRAMING:
        return lambda body: bug().events(body) != our_events(body) == Reader().events(body)

    def shown(body: bytes) -> bool:
        sound = _said(Reader(), body)
        return sound is not None and _said(bug(), body) != sound == our_message(body)

    return shown


def _said(reader: Reader, body: bytes) -> dict[str, Any] | None:
    try:
        return reader.message(body)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
