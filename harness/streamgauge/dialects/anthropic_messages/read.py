"""One event of a Messages stream → its deltas.

Total over any JSON value, stateless, and uniform: two events that differ only in a text differ
only in the text of one delta. It must never decide what an event is worth; rules do that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from streamgauge.delta import (
    Append,
    Assign,
    Delta,
    Ended,
    Failure,
    Identity,
    Kind,
    Malformed,
    Role,
    ShutPart,
    Stop,
    Unknown,
    Usage,
)
from streamgauge.dialects.anthropic_messages.blocks import Place, begin, key_of
from streamgauge.dialects.anthropic_messages.words import FINISH, TEXT_DELTAS

Event = Mapping[str, object]


def read(name: str | None, value: object) -> Sequence[Delta]:
    """The deltas of one event; `name` counts only where the JSON has no `type` that is known."""
    if not isinstance(value, dict):
        return (Malformed("the event is not an object", ""),)
    kind = value.get("type")
    if isinstance(kind, str):
        reader = _READERS.get(kind)
        if reader is not None:
            return [*reader(value)]
        return (_bare_error(value) if name == "error" else Unknown("event type", kind, "/type"),)
    return [*_untyped(name, value)]


def _bare_error(value: Event) -> Failure:
    """The data of an event named `error` that is the error itself, its type that of the error:
    llama.cpp's server leaves the envelope out (recorded)."""
    return Failure(value["type"], value.get("code"), value.get("message"), value, "")


def _untyped(name: str | None, value: Event) -> Iterator[Delta]:
    """Without a type the event's name, or a lone `error` member, says what it is."""
    yield Malformed("type is missing or not a string", "/type" if "type" in value else "")
    guess = "error" if name is None and "error" in value else name
    reader = None if guess is None else _READERS.get(guess)
    if reader is not None:
        yield from reader(value)


def message(value: Event, base: str) -> Iterator[Delta]:
    """A message object: the head of a stream, or a whole answer. Its blocks are complete."""
    yield from _identity(value, base)
    if value.get("role") is not None:
        yield Role(0, value["role"], f"{base}/role")
    yield from _content(value.get("content"), f"{base}/content")
    yield from _stop(value, base)
    yield from _usage(value, f"{base}/usage")


def _identity(value: Event, base: str) -> Iterator[Delta]:
    known: dict[str, str | None] = {"id": None, "model": None}
    for member in known:
        found = value.get(member)
        if isinstance(found, str):
            known[member] = found
        elif found is not None:
            yield Malformed(f"{member} is not a string", f"{base}/{member}")
    yield Identity(known["id"], known["model"])


def _content(content: object, base: str) -> Iterator[Delta]:
    if not isinstance(content, list):
        if content is not None:
            yield Malformed("content is not an array", base)
        return
    for index, block in enumerate(content):
        place = Place(index, f"{base}/{index}")
        if isinstance(block, dict):
            yield from begin(block, place)
            yield ShutPart(0, place.key, place.pointer)
        else:
            yield Malformed("the block is not an object", place.pointer)


def _stop(value: Event, base: str) -> Iterator[Delta]:
    raw = value.get("stop_reason")
    if isinstance(raw, str):
        yield Stop(0, FINISH.get(raw, "unknown"), raw, f"{base}/stop_reason")
    elif raw is not None:
        yield Malformed("stop_reason is not a string", f"{base}/stop_reason")


def _usage(value: Event, pointer: str) -> Iterator[Delta]:
    usage = value.get("usage")
    if isinstance(usage, dict):
        yield Usage(usage, pointer)
    elif usage is not None:
        yield Malformed("usage is not an object", pointer)


def _message_start(value: Event) -> Iterator[Delta]:
    head = value.get("message")
    if isinstance(head, dict):
        yield from message(head, "/message")
    else:
        yield Malformed("message is not an object", "/message" if "message" in value else "")


def _message_delta(value: Event) -> Iterator[Delta]:
    delta = value.get("delta")
    if isinstance(delta, dict):
        yield from _stop(delta, "/delta")
    else:
        yield Malformed("delta is not an object", "/delta" if "delta" in value else "")
    yield from _usage(value, "/usage")


def _message_stop(_: Event) -> Iterator[Delta]:
    yield Ended("message_stop")


def _ping(_: Event) -> Iterator[Delta]:
    return iter(())


def _place(value: Event, pointer: str) -> tuple[Place, tuple[Malformed, ...]]:
    """Where an event belongs, and what is wrong with its index."""
    index = value.get("index")
    if isinstance(index, int) and not isinstance(index, bool):
        return Place(index, pointer), ()
    where = "/index" if "index" in value else ""
    return Place(key_of(index), pointer), (Malformed("index is not a whole number", where),)


def _block_start(value: Event) -> Iterator[Delta]:
    place, wrong = _place(value, "/content_block")
    yield from wrong
    block = value.get("content_block")
    if isinstance(block, dict):
        yield from begin(block, place)
    else:
        where = "/content_block" if "content_block" in value else ""
        yield Malformed("content_block is not an object", where)


def _block_stop(value: Event) -> Iterator[Delta]:
    place, wrong = _place(value, "/index")
    yield from wrong
    yield ShutPart(0, place.key, "/index")


def _block_delta(value: Event) -> Iterator[Delta]:
    place, wrong = _place(value, "/delta")
    yield from wrong
    delta = value.get("delta")
    if not isinstance(delta, dict):
        yield Malformed("delta is not an object", "/delta" if "delta" in value else "")
        return
    kind = delta.get("type")
    if not isinstance(kind, str):
        yield Malformed("the type of the delta is not a string", "/delta")
    elif kind in TEXT_DELTAS:
        yield _append(delta, place, kind)
    elif kind in _SETTERS:
        yield from _SETTERS[kind](delta, place)
    else:
        yield Unknown("delta type", kind, "/delta/type")


def _append(delta: Event, place: Place, delta_type: str) -> Delta:
    member, kind, field = TEXT_DELTAS[delta_type]
    text = delta.get(member)
    if isinstance(text, str):
        return Append(0, place.key, kind, text, f"/delta/{member}", field)
    where = f"/delta/{member}" if member in delta else "/delta"
    return Malformed(f"{member} is not a string", where)


def _signature(delta: Event, place: Place) -> Iterator[Delta]:
    signature = delta.get("signature")
    if isinstance(signature, str):
        pointer = "/delta/signature"
        yield Assign(0, place.key, Kind.REASONING, "signature", signature, pointer)
    else:
        where = "/delta/signature" if "signature" in delta else "/delta"
        yield Malformed("signature is not a string", where)


def _citation(delta: Event, place: Place) -> Iterator[Delta]:
    citation = delta.get("citation")
    if isinstance(citation, dict):
        yield Assign(0, place.key, Kind.TEXT, "citation", citation, "/delta/citation")
    else:
        where = "/delta/citation" if "citation" in delta else "/delta"
        yield Malformed("citation is not an object", where)


def _compaction(delta: Event, place: Place) -> Iterator[Delta]:
    """A summary arrives whole and has to be sent back as it is; null content is a failed one."""
    for member, value in delta.items():
        if member != "type":
            where = place.at(member)
            yield Assign(0, place.key, Kind.GENERIC, f"extra:{member}", value, where)


def error(value: Event) -> Iterator[Delta]:
    """An `error` event or error document. `code` is the finer code in `details`."""
    stated = value.get("error")
    if not isinstance(stated, dict):
        yield Malformed("error is not an object", "/error" if "error" in value else "")
        text = stated if isinstance(stated, str) else None
        yield Failure(None, None, text, stated, "/error" if "error" in value else "")
        return
    details = stated.get("details")
    code = details.get("error_code") if isinstance(details, dict) else None
    yield Failure(stated.get("type"), code, stated.get("message"), stated, "/error")


_SETTERS: dict[str, Callable[[Event, Place], Iterator[Delta]]] = {
    "signature_delta": _signature,
    "citations_delta": _citation,
    "compaction_delta": _compaction,
}

_READERS: dict[str, Callable[[Event], Iterator[Delta]]] = {
    "message_start": _message_start,
    "content_block_start": _block_start,
    "content_block_delta": _block_delta,
    "content_block_stop": _block_stop,
    "message_delta": _message_delta,
    "message_stop": _message_stop,
    "ping": _ping,
    "error": error,
}
