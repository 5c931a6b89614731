"""What an item that is done adds to what was streamed: ids, opaque members, results, the end.

An item that is done says everything again, so that a part that never began can still begin here.
Texts are repeated as copies for rules to compare; it never decides which of two is right.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from streamgauge.delta import Assign, Delta, Kind, Malformed, Open, ShutPart, Unknown
from streamgauge.dialects.openai_responses.items import (
    Index,
    Key,
    Said,
    call_id,
    call_of,
    copy,
    item_id,
    keep_part,
    shape_of,
)
from streamgauge.dialects.openai_responses.members import (
    Object,
    escape,
    objects_of,
    optional_text,
)
from streamgauge.dialects.openai_responses.words import CALLS, COMMON, OPAQUE, OUTPUTS, Call


class Spot(NamedTuple):
    """The part that something is set of, and the kind it begins with if it never began."""

    key: Key
    kind: Kind


def finish(item: Object, at: Index, pointer: str, texts: list[Said], out: list[Delta]) -> None:
    """What an item that is done adds: ids and opaque members, copies of its texts, the end."""
    match item.get("type"):
        case "message":
            for entry in texts:
                _keep(item, Spot(entry.key, entry.kind), ("id", "phase"), pointer, out)
            _generic_parts(item, at, pointer, out)
        case "reasoning":
            _finish_reasoning(item, at, pointer, texts, out)
        case str(type) if type in CALLS:
            _finish_call(item, CALLS[type], at, pointer, out)
        case str(type) if type in OUTPUTS:
            _finish_output(item, OUTPUTS[type], at, pointer, out)
        case str(type):
            if type not in OPAQUE:
                out.append(Unknown(type, item, pointer))
            out.append(Assign(0, (at,), Kind.GENERIC, "raw", item, pointer))
            out.append(ShutPart(0, (at,), pointer))
        case _:
            out.append(Malformed("type of an item is not a string", f"{pointer}/type"))
    copy(texts, out)
    out.extend(ShutPart(0, entry.key, pointer) for entry in texts)
    if call_of(item) is not None and not texts:
        out.append(ShutPart(0, (at,), pointer))
    _results(item, at, pointer, out)


def _keep(item: Object, spot: Spot, members: Sequence[str], pointer: str, out: list[Delta]) -> None:
    """Members of an item that its parts keep: what the next request has to send back."""
    for member in members:
        if item.get(member) is not None:
            what = "extra:item_id" if member == "id" else f"extra:{member}"
            where = f"{pointer}/{member}"
            out.append(Assign(0, spot.key, spot.kind, what, item[member], where))


def _generic_parts(item: Object, at: Index, pointer: str, out: list[Delta]) -> None:
    """Content parts of a type that is not known are kept whole."""
    said_before: list[Delta] = []
    for position, part in objects_of(item, "content", pointer, said_before):
        if shape_of(part) is None:
            keep_part(part, (at, position), f"{pointer}/content/{position}", out)


def _finish_reasoning(
    item: Object, at: Index, pointer: str, texts: list[Said], out: list[Delta]
) -> None:
    """The signature goes to the first text of the item; without any text it is a redacted part.

    `encrypted_content` of the added item may be incomplete, so only this one counts
    (openai-responses wire facts, O15).
    """
    for entry in texts:
        _keep(item, Spot(entry.key, entry.kind), ("id",), pointer, out)
    signature = optional_text(item, "encrypted_content", pointer, out)
    if signature is None:
        return
    key: Key = texts[0].key if texts else (at,)
    if not texts:
        out.append(Open(0, key, Kind.REASONING, pointer, at, redacted=True))
    where = f"{pointer}/encrypted_content"
    out.append(Assign(0, key, Kind.REASONING, "signature", signature, where))
    if not texts:
        _keep(item, Spot(key, Kind.REASONING), ("id",), pointer, out)
        out.append(ShutPart(0, key, pointer))


def _finish_call(item: Object, call: Call, at: Index, pointer: str, out: list[Delta]) -> None:
    key, kind = (at,), call.kind
    out.append(Assign(0, key, kind, "name", item.get("name", item.get("type")), pointer))
    if call_id(item) is not None:
        out.append(Assign(0, key, kind, "id", call_id(item), pointer))
    item_id(item, key, kind, pointer, out)
    if call.value is not None and item.get(call.value) is not None:
        where = f"{pointer}/{call.value}"
        out.append(Assign(0, key, kind, "arguments", item[call.value], where))
    _extras(item, Spot(key, kind), call.read, pointer, out)


def _finish_output(item: Object, member: str, at: Index, pointer: str, out: list[Delta]) -> None:
    key, kind = (at,), Kind.SERVER_TOOL_CALL_RESPONSE
    if call_id(item) is not None:
        out.append(Assign(0, key, kind, "id", call_id(item), pointer))
    item_id(item, key, kind, pointer, out)
    response, where = (item[member], f"{pointer}/{member}") if member in item else (item, pointer)
    out.append(Assign(0, key, kind, "response", response, where))
    _extras(item, Spot(key, kind), COMMON | {member}, pointer, out)
    out.append(ShutPart(0, key, pointer))


def _extras(item: Object, spot: Spot, read: Set[str], pointer: str, out: list[Delta]) -> None:
    """Members that are not read are kept verbatim; null says nothing."""
    for member, value in item.items():
        if value is not None and member not in read:
            where = f"{pointer}/{escape(member)}"
            out.append(Assign(0, spot.key, spot.kind, f"extra:{member}", value, where))


def _results(item: Object, at: Index, pointer: str, out: list[Delta]) -> None:
    """What a hosted call gave, where its own item holds it: a response, or an image."""
    call = call_of(item)
    if call is None or call.result is None or item.get(call.result) is None:
        return
    where = f"{pointer}/{call.result}"
    if call.result == "result":
        _image(item, (at, "image"), where, out)
        return
    key, kind = (at, "output"), Kind.SERVER_TOOL_CALL_RESPONSE
    out.append(Open(0, key, kind, where, at, call_id(item)))
    out.append(Assign(0, key, kind, "response", item[call.result], where))
    out.append(ShutPart(0, key, where))


def _image(item: Object, key: Key, where: str, out: list[Delta]) -> None:
    data = item["result"]
    if not isinstance(data, str):
        out.append(Malformed("result is not a string", where))
        return
    form = item.get("output_format")
    mime = f"image/{form}" if isinstance(form, str) else None
    out.append(Open(0, key, Kind.BLOB, where, key[0] if isinstance(key[0], int) else None))
    out.append(Assign(0, key, Kind.BLOB, "blob", (mime, data), where))
    out.append(ShutPart(0, key, where))
