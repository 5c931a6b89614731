"""Reads one event of the dialect into deltas.

Total over any JSON value and without state: what an event says never depends on another event,
and events that differ only in a piece of text give deltas that differ only in it. It must never
raise and never repair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from streamgauge.delta import (
    Append,
    Assign,
    Copy,
    Delta,
    Kind,
    Malformed,
    Open,
    ShutPart,
    Unknown,
)
from streamgauge.dialects.openai_responses import items
from streamgauge.dialects.openai_responses.done import finish
from streamgauge.dialects.openai_responses.lifecycle import error_event, failure, lifecycle
from streamgauge.dialects.openai_responses.members import (
    Object,
    index,
    list_of,
    object_of,
    place,
    text,
)
from streamgauge.dialects.openai_responses.words import (
    ARGUMENTS,
    PLAIN,
    RESPONSES,
    SILENT,
    TEXTS,
    Streamed,
)

Reader = Callable[[Object, list[Delta]], None]


def type_of(name: str | None, value: Object) -> object:
    """What an event is: the type in its JSON, or its name on the wire where the JSON has none."""
    return value.get("type", name)


def read(name: str | None, value: object) -> Sequence[Delta]:
    """The deltas of one event; empty for an event that only tells of progress."""
    if not isinstance(value, dict):
        return (Malformed("an event is not an object", ""),)
    type = type_of(name, value)
    out: list[Delta] = []
    if not isinstance(type, str):
        _nameless(type, value, out)
    elif (reader := _READERS.get(type)) is not None:
        reader(value, out)
    elif type in RESPONSES:
        lifecycle(type, value, out)
    elif type not in SILENT:
        out.append(Unknown(type, value, ""))
    return out


def _nameless(type: object, value: Object, out: list[Delta]) -> None:
    """An event without a type: an error document in the stream, or nothing that is known."""
    if type is not None:
        out.append(Malformed("type is not a string", "/type"))
    elif value.get("error") is not None:
        out.append(failure(value["error"], "/error"))
    else:
        out.append(Unknown("event without a type", value, ""))


def _error(value: Object, out: list[Delta]) -> None:
    out.append(error_event(value))


def _item_added(value: Object, out: list[Delta]) -> None:
    at = place(value, out)
    item = object_of(value, "item", "", out)
    if item is not None:
        items.begin(item, at, "/item", out)


def _item_done(value: Object, out: list[Delta]) -> None:
    at = place(value, out)
    item = object_of(value, "item", "", out)
    if item is not None:
        texts = items.said(item, at, "/item", out)
        finish(item, at, "/item", texts, out)


def _key(value: Object, infix: str | None, out: list[Delta]) -> items.Key:
    at = place(value, out)
    if infix is None:
        return (at, index(value, "content_index", "", out))
    return (at, infix, index(value, f"{infix}_index", "", out))


def _part_added(infix: str | None) -> Reader:
    def added(value: Object, out: list[Delta]) -> None:
        key = _key(value, infix, out)
        part = object_of(value, "part", "", out)
        if part is None:
            return
        shape = items.shape_of(part)
        if shape is None:
            out.append(Open(0, key, Kind.GENERIC, "/part", _raw(key), name=part.get("type")))
            items.keep_part(part, key, "/part", out)
            return
        out.append(Open(0, key, shape.kind, "/part", _raw(key), field=shape.field))
        begun = part.get(shape.member)
        if isinstance(begun, str) and begun:
            at = f"/part/{shape.member}"
            out.append(Append(0, key, shape.kind, begun, at, shape.field))

    return added


def _part_done(infix: str | None) -> Reader:
    def done(value: Object, out: list[Delta]) -> None:
        key = _key(value, infix, out)
        part = object_of(value, "part", "", out)
        if part is None:
            return
        shape = items.shape_of(part)
        if shape is None:
            items.keep_part(part, key, "/part", out)
        else:
            content = text(part, shape.member, "/part", out)
            if content is not None:
                out.append(Copy(0, key, "content", content, f"/part/{shape.member}"))
        out.append(ShutPart(0, key, "/part"))

    return done


def _text_delta(streamed: Streamed) -> Reader:
    def delta(value: Object, out: list[Delta]) -> None:
        key = _key(value, streamed.infix, out)
        piece = text(value, "delta", "", out)
        if piece is not None:
            out.append(Append(0, key, streamed.kind, piece, "/delta", streamed.field))
        if probabilities := list_of(value, "logprobs", "", out):
            out.append(Assign(0, key, streamed.kind, "logprobs", probabilities, "/logprobs"))

    return delta


def _text_done(streamed: Streamed) -> Reader:
    def done(value: Object, out: list[Delta]) -> None:
        key = _key(value, streamed.infix, out)
        content = text(value, streamed.member, "", out)
        if content is not None:
            out.append(Copy(0, key, "content", content, f"/{streamed.member}"))

    return done


def _arguments_delta(streamed: Streamed) -> Reader:
    def delta(value: Object, out: list[Delta]) -> None:
        key = (place(value, out),)
        piece = text(value, "delta", "", out)
        if piece is not None:
            out.append(Append(0, key, streamed.kind, piece, "/delta", streamed.field))

    return delta


def _arguments_done(streamed: Streamed) -> Reader:
    def done(value: Object, out: list[Delta]) -> None:
        key = (place(value, out),)
        content = text(value, streamed.member, "", out)
        if content is not None:
            out.append(Copy(0, key, "arguments_json", content, f"/{streamed.member}"))

    return done


def _command_added(value: Object, out: list[Delta]) -> None:
    """A shell command begins; commands after the first stand on lines of their own."""
    at = place(value, out)
    number = index(value, "command_index", "", out)
    command = text(value, "command", "", out)
    if command is not None and (command or number):
        begun = f"\n{command}" if number else command
        kind = Kind.SERVER_TOOL_CALL
        out.append(Append(0, (at,), kind, begun, "/command", PLAIN))


def _annotation(value: Object, out: list[Delta]) -> None:
    key = _key(value, None, out)
    annotation = object_of(value, "annotation", "", out)
    if annotation is not None:
        out.append(Assign(0, key, Kind.TEXT, "citation", annotation, "/annotation"))


def _transcript(value: Object, out: list[Delta]) -> None:
    """What is spoken. The event names no output; the sound itself is not kept."""
    piece = text(value, "delta", "", out)
    if piece is not None:
        out.append(Append(0, None, Kind.TEXT, piece, "/delta", "transcript"))


def _raw(key: items.Key) -> int | None:
    return at if isinstance(at := key[0], int) else None


def _readers() -> Mapping[str, Reader]:
    found: dict[str, Reader] = {
        "error": _error,
        "response.output_item.added": _item_added,
        "response.output_item.done": _item_done,
        "response.content_part.added": _part_added(None),
        "response.content_part.done": _part_done(None),
        "response.reasoning_part.added": _part_added(None),
        "response.reasoning_part.done": _part_done(None),
        "response.reasoning_summary_part.added": _part_added("summary"),
        "response.reasoning_summary_part.done": _part_done("summary"),
        "response.output_text.annotation.added": _annotation,
        "response.shell_call_command.added": _command_added,
        "response.audio.transcript.delta": _transcript,
    }
    for stem, streamed in TEXTS.items():
        found[f"{stem}.delta"] = _text_delta(streamed)
        found[f"{stem}.done"] = _text_done(streamed)
    for stem, streamed in ARGUMENTS.items():
        found[f"{stem}.delta"] = _arguments_delta(streamed)
        if streamed.member:
            found[f"{stem}.done"] = _arguments_done(streamed)
    return found


_READERS = _readers()

KNOWN = frozenset(_READERS) | RESPONSES | SILENT
"""Every event type that reading understands."""
