"""Reads the items of an answer: what an item opens, what it says, and what it is when done.

The streamed `output_item` events, the snapshots of the terminal events and the non-streamed
answer hold the same items, so all three read them here. Keys of parts: `(output_index, n)` for
text, refusal and raw reasoning, `(output_index, "summary", n)` for summaries, `(output_index,)`
for calls, outputs of calls and anything else that has no parts of its own, and
`(output_index, "output")` or `(output_index, "image")` for what a hosted call gave.

It keeps no state: an item that is done says everything again, so that a part that never began
can still begin there. It never decides which of two differing texts is right.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from streamgauge.delta import (
    Assign,
    Copy,
    Delta,
    Kind,
    Malformed,
    Open,
    Role,
    Unknown,
)
from streamgauge.dialects.openai_responses.members import (
    Object,
    list_of,
    object_of,
    objects_of,
    text,
)
from streamgauge.dialects.openai_responses.words import (
    CALLS,
    OPAQUE,
    OUTPUTS,
    PARTS,
    Call,
    Shape,
)

Index = int | str | None
"""The item's output index, its id where no index came, or None for an index of a wrong type."""
Key = tuple[Hashable, ...]


class Said(NamedTuple):
    """A text that an item holds: the part it belongs to, and where it stands."""

    key: Key
    kind: Kind
    field: str | None
    what: str
    text: str
    pointer: str


def begin(item: Object, at: Index, pointer: str, out: list[Delta]) -> None:
    """What an item that is added opens. Messages and reasoning open with their parts."""
    match item.get("type"):
        case "message":
            if "role" in item:
                out.append(Role(0, item["role"], f"{pointer}/role"))
        case "reasoning":
            pass
        case str(type) if type in CALLS:
            call = CALLS[type]
            name = item.get("name", type)
            out.append(Open(0, (at,), call.kind, pointer, at, call_id(item), name, call.field))
            item_id(item, (at,), call.kind, pointer, out)
        case str(type) if type in OUTPUTS:
            kind = Kind.SERVER_TOOL_CALL_RESPONSE
            out.append(Open(0, (at,), kind, pointer, at, call_id(item), type))
        case str(type):
            if type not in OPAQUE:
                out.append(Unknown(type, item, pointer))
            out.append(Open(0, (at,), Kind.GENERIC, pointer, at, item.get("id"), type))
        case _:
            out.append(Malformed("type of an item is not a string", f"{pointer}/type"))


def said(item: Object, at: Index, pointer: str, out: list[Delta]) -> list[Said]:
    """Every text that the item holds, in order of its parts."""
    match item.get("type"):
        case "message":
            return _texts(item, "content", (at,), pointer, out)
        case "reasoning":
            summary = _texts(item, "summary", (at, "summary"), pointer, out)
            return summary + _texts(item, "content", (at,), pointer, out)
        case str(type) if type in CALLS:
            return _arguments(item, CALLS[type], at, pointer, out)
        case _:
            return []


def copy(texts: list[Said], out: list[Delta]) -> None:
    """The texts as the redundancy that they are beside the pieces streamed before."""
    out.extend(Copy(0, entry.key, entry.what, entry.text, entry.pointer) for entry in texts)


def call_of(item: Object) -> Call | None:
    """How this item calls a tool, or None if it calls none."""
    return CALLS.get(found) if isinstance(found := item.get("type"), str) else None


def call_id(item: Object) -> object:
    """The id that an answer to the call must name; hosted calls have only the item's."""
    return item["call_id"] if item.get("call_id") is not None else item.get("id")


def item_id(item: Object, key: Key, kind: Kind, pointer: str, out: list[Delta]) -> None:
    """The item's own id, where the call goes by another."""
    if item.get("id") is not None and item["id"] != call_id(item):
        out.append(Assign(0, key, kind, "extra:item_id", item["id"], f"{pointer}/id"))


def _texts(item: Object, member: str, stem: Key, pointer: str, out: list[Delta]) -> list[Said]:
    found = []
    for position, part in objects_of(item, member, pointer, out):
        shape = shape_of(part)
        if shape is None:
            continue
        where = f"{pointer}/{member}/{position}"
        content = text(part, shape.member, where, out)
        if content is not None:
            key, at = (*stem, position), f"{where}/{shape.member}"
            found.append(Said(key, shape.kind, shape.field, "content", content, at))
    return found


def _arguments(item: Object, call: Call, at: Index, pointer: str, out: list[Delta]) -> list[Said]:
    """The text that a call is called with, where it has one; an absent one says nothing."""
    if not call.path:
        return []
    *stem, last = call.path
    holder = item
    for member in stem:
        inner = object_of(holder, member, pointer, out) if member in holder else None
        holder, pointer = inner or {}, f"{pointer}/{member}"
    if holder.get(last) is None:
        return []
    lines = last == "commands"
    content = _lines(holder, pointer, out) if lines else text(holder, last, pointer, out)
    if content is None:
        return []
    return [Said((at,), call.kind, call.field, "arguments_json", content, f"{pointer}/{last}")]


def _lines(action: Object, pointer: str, out: list[Delta]) -> str:
    """Several shell commands as one text, a line each."""
    commands = list_of(action, "commands", pointer, out)
    return "\n".join(command for command in commands if isinstance(command, str))


def shape_of(part: Object) -> Shape | None:
    """How a content part says its text, or None if its type is not known."""
    return PARTS.get(found) if isinstance(found := part.get("type"), str) else None


def keep_part(part: Object, key: Key, pointer: str, out: list[Delta]) -> None:
    """Keeps a content part of an unknown type whole, and says that it is unknown."""
    type = part.get("type")
    if isinstance(type, str):
        out.append(Unknown(type, part, pointer))
    else:
        out.append(Malformed("type of a part is not a string", f"{pointer}/type"))
    out.append(Assign(0, key, Kind.GENERIC, "raw", part, pointer))
