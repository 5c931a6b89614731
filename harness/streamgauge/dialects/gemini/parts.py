"""One part of a candidate's content → its deltas.

Parts have no key. Text goes on in the next chunk, so it is appended; every other part is whole
where it stands: `Open` without a key and its `Assign`s, or one `Fragment` for a function call.
A signed part is a part of its own too, for a signature must come back on the very part that
carried it, never on a merged one (ai.google.dev, "Thought signatures"). Nothing here raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from streamgauge.delta import Append, Assign, Delta, Fragment, Kind, Malformed, Open, Unknown
from streamgauge.dialects.gemini.words import CALL_MEMBERS, PART_MEMBERS, PAYLOADS

Json = Mapping[str, object]


class Spot(NamedTuple):
    """Where a part stands: the candidate's index and the part's JSON pointer."""

    choice: int
    pointer: str

    def at(self, member: str) -> str:
        """The pointer of a member of the part."""
        return f"{self.pointer}/{member.replace('~', '~0').replace('/', '~1')}"

    def into(self, member: str) -> Spot:
        """The spot of an object inside the part."""
        return Spot(self.choice, self.at(member))


class Whole(NamedTuple):
    """How a payload that arrives whole reads.

    `what` is set to the payload, or to one of its `member`s; the part's name is fixed, or else
    the payload's `toolType`.
    """

    kind: Kind
    what: str
    name: str | None = None
    member: str | None = None


def part(value: object, spot: Spot) -> Iterator[Delta]:
    """The deltas of one part; a part that nobody knows is kept raw and said to be unknown."""
    if not isinstance(value, dict):
        yield Malformed("the part is not an object", spot.pointer)
        return
    if len(value) == 1 and isinstance(value.get("text"), str):
        # Nearly every part is this; the long way says the same of it.
        yield from _plain(value["text"], spot)
        return
    if not isinstance(value.get("thought", False), bool):
        yield Malformed("thought is not a boolean", spot.at("thought"))
    payloads = [member for member in PAYLOADS if member in value]
    if len(payloads) > 1:
        yield Malformed("the part holds more than one payload", spot.pointer)
    for member in payloads:
        yield from _READERS[member](value, spot)
    if not payloads:
        yield from _bare(value, spot)


def _plain(text: str, spot: Spot) -> Iterator[Delta]:
    """Text and nothing else; empty text says nothing."""
    if text:
        yield Append(spot.choice, None, Kind.TEXT, text, f"{spot.pointer}/text", None)


def _bare(value: Json, spot: Spot) -> Iterator[Delta]:
    """No payload: a signature alone, nothing at all, or something new."""
    strange = [member for member in value if member not in PART_MEMBERS]
    if strange:
        yield Unknown("part", strange[0], spot.at(strange[0]))
        yield Open(spot.choice, None, Kind.GENERIC, spot.pointer, name=strange[0])
        yield Assign(spot.choice, None, Kind.GENERIC, "raw", dict(value), spot.pointer)
    elif "thoughtSignature" in value:
        yield from _text({**value, "text": ""}, spot)


def _text(value: Json, spot: Spot) -> Iterator[Delta]:
    """Unsigned text goes on with its neighbour; empty unsigned text says nothing."""
    kind, field = (Kind.REASONING, "thought") if value.get("thought") is True else (Kind.TEXT, None)
    text = value.get("text")
    if not isinstance(text, str):
        yield Malformed("text is not a string", spot.at("text"))
        return
    closing = [*_closing(value, spot, kind)]
    if closing:
        yield Open(spot.choice, None, kind, spot.pointer, field=field)
    if text:
        yield Append(spot.choice, None, kind, text, spot.at("text"), field)
    yield from closing


def _closing(value: Json, spot: Spot, kind: Kind) -> Iterator[Delta]:
    """What stands beside a payload: the signature, and opaque members."""
    for member, found in value.items():
        if member == "thoughtSignature" and not isinstance(found, str):
            yield Malformed("thoughtSignature is not a string", spot.at(member))
        elif member == "thoughtSignature":
            yield Assign(spot.choice, None, kind, "signature", found, spot.at(member))
        elif member not in PART_MEMBERS:
            yield Assign(spot.choice, None, kind, f"extra:{member}", found, spot.at(member))
        elif member == "thought" and found is True and kind is not Kind.REASONING:
            yield Assign(spot.choice, None, kind, "extra:thought", True, spot.at(member))


def _call(value: Json, spot: Spot) -> Iterator[Delta]:
    """A function call: whole, or a piece of one whose arguments are streamed."""
    call = value["functionCall"]
    if not isinstance(call, dict):
        yield Malformed("functionCall is not an object", spot.at("functionCall"))
        return
    inner = spot.into("functionCall")
    yield from _wrong_members(call, inner)
    arguments = call.get("args")
    yield Fragment(
        spot.choice,
        None,
        call.get("id"),
        call.get("name"),
        arguments,
        inner.pointer if arguments is None else inner.at("args"),
        {**_call_extra(value, call), **_streaming(call)} or None,
    )


def _streaming(call: Json) -> dict[str, object]:
    """What says that arguments are streamed: whether they go on, and the pieces so far.

    A call without a name and arguments is a piece; the empty `{}` is the last one.
    """
    goes_on = call.get("willContinue") is True
    pieces = call.get("partialArgs")
    if ("name" in call or "args" in call) and "partialArgs" not in call:
        return {"willContinue": True} if goes_on else {}
    return {"partialArgs": pieces if isinstance(pieces, list) else [], "willContinue": goes_on}


def _wrong_members(call: Json, spot: Spot) -> Iterator[Delta]:
    """Members of a call that have the wrong type."""
    wanted: dict[str, tuple[type, str]] = {
        "name": (str, "a string"),
        "id": (str, "a string"),
        "args": (dict, "an object"),
        "partialArgs": (list, "an array"),
        "willContinue": (bool, "a boolean"),
    }
    for member, (kind, noun) in wanted.items():
        if call.get(member) is not None and not isinstance(call[member], kind):
            yield Malformed(f"{member} is not {noun}", spot.at(member))


def _call_extra(value: Json, call: Json) -> dict[str, object]:
    """The signature and opaque members of a call and of the part around it."""
    extra: dict[str, object] = {}
    if "thoughtSignature" in value:
        extra["signature"] = value["thoughtSignature"]
    if value.get("thought") is True:
        extra["thought"] = True
    extra.update({key: found for key, found in value.items() if key not in PART_MEMBERS})
    extra.update({key: found for key, found in call.items() if key not in CALL_MEMBERS})
    return extra


def _inline(value: Json, spot: Spot) -> Iterator[Delta]:
    """An image or a sound, as base64 text."""
    blob = value["inlineData"]
    if not isinstance(blob, dict) or not isinstance(blob.get("data"), str):
        yield Malformed("inlineData is not an object with data", spot.at("inlineData"))
        return
    mime = blob.get("mimeType")
    if mime is not None and not isinstance(mime, str):
        yield Malformed("mimeType is not a string", spot.at("inlineData") + "/mimeType")
        mime = None
    yield Open(spot.choice, None, Kind.BLOB, spot.pointer)
    pair = (mime, blob["data"])
    yield Assign(spot.choice, None, Kind.BLOB, "blob", pair, spot.at("inlineData"))
    yield from _closing(value, spot, Kind.BLOB)


def _raw(value: Json, spot: Spot) -> Iterator[Delta]:
    """A part that has no neutral word: kept as it is."""
    name = next(member for member in PAYLOADS if member in value)
    yield Open(spot.choice, None, Kind.GENERIC, spot.pointer, name=name)
    yield Assign(spot.choice, None, Kind.GENERIC, "raw", dict(value), spot.pointer)


def _whole(payload_member: str, shape: Whole) -> Callable[[Json, Spot], Iterator[Delta]]:
    """A reader of a payload object that arrives whole."""

    def reader(value: Json, spot: Spot) -> Iterator[Delta]:
        payload = value[payload_member]
        if not isinstance(payload, dict):
            yield Malformed(f"{payload_member} is not an object", spot.at(payload_member))
            return
        name = shape.name or payload.get("toolType")
        yield Open(spot.choice, None, shape.kind, spot.pointer, id=payload.get("id"), name=name)
        inner = spot.into(payload_member)
        if shape.member is None:
            yield Assign(spot.choice, None, shape.kind, shape.what, dict(payload), inner.pointer)
        elif payload.get(shape.member) is not None:
            found, pointer = payload[shape.member], inner.at(shape.member)
            yield Assign(spot.choice, None, shape.kind, shape.what, found, pointer)
        yield from _closing(value, spot, shape.kind)

    return reader


_CODE = Whole(Kind.SERVER_TOOL_CALL, "arguments", name="executableCode")
_CODE_RESULT = Whole(Kind.SERVER_TOOL_CALL_RESPONSE, "response", name="codeExecutionResult")
_TOOL_CALL = Whole(Kind.SERVER_TOOL_CALL, "arguments", member="args")
_TOOL_RESPONSE = Whole(Kind.SERVER_TOOL_CALL_RESPONSE, "response", member="response")

_READERS: dict[str, Callable[[Json, Spot], Iterator[Delta]]] = {
    "text": _text,
    "functionCall": _call,
    "executableCode": _whole("executableCode", _CODE),
    "codeExecutionResult": _whole("codeExecutionResult", _CODE_RESULT),
    "toolCall": _whole("toolCall", _TOOL_CALL),
    "toolResponse": _whole("toolResponse", _TOOL_RESPONSE),
    "inlineData": _inline,
    "fileData": _raw,
    "functionResponse": _raw,
}
