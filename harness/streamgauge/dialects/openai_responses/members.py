"""Reads one known member of a chunk, or says what is wrong with it.

Every function takes the object, the member's name, the JSON pointer of the object and the list
of deltas to add to. A wrong type adds `Malformed` and gives a value that is safe to go on with.
It must never raise, whatever the JSON holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.delta import Delta, Malformed

Object = Mapping[str, object]


def escape(member: str) -> str:
    """A member's name as a token of a JSON pointer (RFC 6901, section 3)."""
    return member.replace("~", "~0").replace("/", "~1")


def text(value: Object, member: str, at: str, out: list[Delta]) -> str | None:
    """A string that the chunk is about; missing is malformed, for then it says nothing."""
    found = value.get(member)
    if type(found) is str:
        return found
    why = f"{member} is not a string" if member in value else f"{member} is missing"
    out.append(Malformed(why, f"{at}/{member}" if member in value else at))
    return None


def optional_text(value: Object, member: str, at: str, out: list[Delta]) -> str | None:
    """A string that may be missing or null."""
    found = value.get(member)
    if found is None or type(found) is str:
        return found
    out.append(Malformed(f"{member} is not a string", f"{at}/{member}"))
    return None


def index(value: Object, member: str, at: str, out: list[Delta]) -> int | None:
    """An index; one that is missing reads as 0, one of a wrong type as None.

    Servers written in Go leave zeros out (`omitempty`; sub2api PR #7129, OmniRoute #13964). That
    the member is required is for the schema to say. None keeps a part of its own.
    """
    found = value.get(member, 0)
    if type(found) is int:
        return found
    out.append(Malformed(f"{member} is not an integer", f"{at}/{member}"))
    return None


def place(value: Object, out: list[Delta]) -> int | str | None:
    """Which item an event is for: its output index or, where that is missing, the item's id.

    llama.cpp's server names its items by id alone (recorded); as 0 they would all be one.
    """
    if "output_index" not in value:
        item = value.get("item")
        id = item.get("id") if isinstance(item, dict) else value.get("item_id")
        if type(id) is str and id:
            return id
    return index(value, "output_index", "", out)


def object_of(value: Object, member: str, at: str, out: list[Delta]) -> Object | None:
    """An object that the chunk is about; missing or null is malformed."""
    found = value.get(member)
    if isinstance(found, dict):
        return found
    why = f"{member} is not an object" if member in value else f"{member} is missing"
    out.append(Malformed(why, f"{at}/{member}" if member in value else at))
    return None


def list_of(value: Object, member: str, at: str, out: list[Delta]) -> list[object]:
    """An array; missing or null reads as empty (sparse snapshots of gateways, opencodex #893)."""
    found = value.get(member)
    if isinstance(found, list):
        return found
    if found is not None:
        out.append(Malformed(f"{member} is not an array", f"{at}/{member}"))
    return []


def objects_of(value: Object, member: str, at: str, out: list[Delta]) -> list[tuple[int, Object]]:
    """The objects of an array with their positions; anything else in it is malformed."""
    found: list[tuple[int, Object]] = []
    for position, entry in enumerate(list_of(value, member, at, out)):
        if isinstance(entry, dict):
            found.append((position, entry))
        else:
            why = f"an entry of {member} is not an object"
            out.append(Malformed(why, f"{at}/{member}/{position}"))
    return found
