"""One content block → the deltas that begin its part.

The same block stands in a `content_block_start`, in the pre-filled `content` of a
`message_start`, and in a non-streamed answer; only the pointer differs. Nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from streamgauge.delta import Append, Assign, Delta, Kind, Malformed, Open, Unknown
from streamgauge.dialects.anthropic_messages.words import BLOCKS, kind_of

_TEXT = frozenset({"type", "text", "citations"})
_THINKING = frozenset({"type", "thinking", "signature"})
_CALL = frozenset({"type", "id", "name", "input"})
_RESULT = frozenset({"type", "tool_use_id", "content"})


class Place(NamedTuple):
    """Where a block stands: its index, which is its key, and its JSON pointer."""

    key: int | str | None
    pointer: str

    def at(self, member: str) -> str:
        """The pointer of a member of the block."""
        return f"{self.pointer}/{member.replace('~', '~0').replace('/', '~1')}"


def key_of(index: object) -> int | str | None:
    """The key that an index makes: whole numbers and, for lack of better, strings."""
    if isinstance(index, bool):
        return None
    return index if isinstance(index, (int, str)) else None


def begin(block: Mapping[str, object], place: Place) -> Iterator[Delta]:
    """`Open` and whatever the block already holds."""
    block_type = block.get("type")
    if not isinstance(block_type, str):
        yield Malformed("the type of the block is not a string", place.at("type"))
    elif block_type not in BLOCKS:
        yield Unknown("block type", block_type, place.at("type"))
    match kind_of(block_type):
        case Kind.TEXT:
            yield from _text(block, place)
        case Kind.REASONING:
            yield from _reasoning(block, place)
        case Kind.TOOL_CALL | Kind.SERVER_TOOL_CALL as kind:
            yield from _call(block, place, kind)
        case Kind.SERVER_TOOL_CALL_RESPONSE:
            yield from _result(block, place)
        case _:
            yield from _other(block, place)


def _text(block: Mapping[str, object], place: Place) -> Iterator[Delta]:
    yield Open(0, place.key, Kind.TEXT, place.pointer, place.key)
    yield from _initial(block, place, "text", Kind.TEXT, None)
    citations = block.get("citations")
    if isinstance(citations, list):
        for number, citation in enumerate(citations):
            pointer = f"{place.at('citations')}/{number}"
            yield Assign(0, place.key, Kind.TEXT, "citation", citation, pointer)
    elif citations is not None:
        yield Malformed("citations is not an array", place.at("citations"))
    yield from _extras(block, place, Kind.TEXT, _TEXT)


def _reasoning(block: Mapping[str, object], place: Place) -> Iterator[Delta]:
    """A redacted block holds opaque `data` and no text; a thinking block may be signed at once."""
    redacted = block.get("type") == "redacted_thinking"
    field = None if redacted else "thinking"
    yield Open(
        0, place.key, Kind.REASONING, place.pointer, place.key, field=field, redacted=redacted
    )
    if redacted:
        yield from _extras(block, place, Kind.REASONING, frozenset({"type"}))
        return
    yield from _initial(block, place, "thinking", Kind.REASONING, field)
    signature = block.get("signature")
    if isinstance(signature, str):
        if signature:
            pointer = place.at("signature")
            yield Assign(0, place.key, Kind.REASONING, "signature", signature, pointer)
    elif signature is not None:
        yield Malformed("signature is not a string", place.at("signature"))
    yield from _extras(block, place, Kind.REASONING, _THINKING)


def _call(block: Mapping[str, object], place: Place, kind: Kind) -> Iterator[Delta]:
    """`input` is `{}` where deltas follow, and the whole value where none do."""
    yield Open(
        0,
        place.key,
        kind,
        place.pointer,
        place.key,
        id=block.get("id"),
        name=block.get("name"),
    )
    yield from _strings(block, place, ("id", "name"))
    if block.get("type") == "mcp_tool_use":
        yield Assign(0, place.key, kind, "extra:type", "mcp_tool_use", place.at("type"))
    value = block.get("input")
    if isinstance(value, dict):
        if value:
            yield Assign(0, place.key, kind, "arguments", value, place.at("input"))
    elif value is not None:
        yield Malformed("input is not an object", place.at("input"))
    yield from _extras(block, place, kind, _CALL)


def _result(block: Mapping[str, object], place: Place) -> Iterator[Delta]:
    """A result of a server tool: whole in its start; the block type is kept as its name."""
    kind = Kind.SERVER_TOOL_CALL_RESPONSE
    yield Open(
        0,
        place.key,
        kind,
        place.pointer,
        place.key,
        id=block.get("tool_use_id"),
        name=block.get("type"),
    )
    yield from _strings(block, place, ("tool_use_id",))
    if "content" in block:
        yield Assign(0, place.key, kind, "response", block["content"], place.at("content"))
    yield from _extras(block, place, kind, _RESULT)


def _other(block: Mapping[str, object], place: Place) -> Iterator[Delta]:
    name = block.get("type")
    yield Open(0, place.key, Kind.GENERIC, place.pointer, place.key, name=name)
    yield Assign(0, place.key, Kind.GENERIC, "raw", dict(block), place.pointer)


def _initial(
    block: Mapping[str, object], place: Place, member: str, kind: Kind, field: str | None
) -> Iterator[Delta]:
    """Text that the start already holds; usually it is empty."""
    text = block.get(member)
    if isinstance(text, str):
        if text:
            yield Append(0, place.key, kind, text, place.at(member), field)
    elif text is not None:
        yield Malformed(f"{member} is not a string", place.at(member))


def _strings(
    block: Mapping[str, object], place: Place, members: tuple[str, ...]
) -> Iterator[Delta]:
    for member in members:
        if member in block and not isinstance(block[member], str):
            yield Malformed(f"{member} is not a string", place.at(member))


def _extras(
    block: Mapping[str, object], place: Place, kind: Kind, known: frozenset[str]
) -> Iterator[Delta]:
    """Opaque members are kept word for word: they may have to be sent back."""
    for member, value in block.items():
        if member not in known:
            yield Assign(0, place.key, kind, f"extra:{member}", value, place.at(member))
