"""Where in a chat stream a usage object stands, and how to read counts by JSON pointer."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from streamgauge.delta import Usage
from streamgauge.transcript.chunk import Chunk
from streamgauge.transcript.transcript import Transcript


class Place(enum.Enum):
    """The places at which vendors put usage (words of the fact `usage-places`)."""

    OWN_CHUNK = "own-chunk"
    FINISH_CHUNK = "finish-chunk"
    AFTER_FINISH = "after-finish"
    EVERY_CHUNK = "every-chunk"
    CHOICE = "choice"
    BESIDE = "beside"


class Placed(NamedTuple):
    """One usage object, where it stands and the chunk that brought it."""

    place: Place
    chunk: Chunk
    usage: Usage


def placed(transcript: Transcript) -> Iterator[Placed]:
    """Every usage object of a chat stream; `beside` is one in a vendor's own member.

    Of several choices one may finish long before another: a chunk comes after the finish where
    each choice that it speaks of, or each that was seen, has finished.
    """
    seen: set[object] = set()
    finished: set[object] = set()
    for chunk in transcript.chunks:
        choices = choices_of(chunk.value)
        reasons = [bool(choice.get("finish_reason")) for choice in choices]
        here = {str(choice.get("index")) for choice in choices}
        after = bool(finished) and (here <= finished or seen <= finished)
        for delta in chunk.deltas:
            if isinstance(delta, Usage):
                yield Placed(_place(delta, reasons, after), chunk, delta)
        seen |= here
        finished |= {str(c.get("index")) for c in choices if c.get("finish_reason")}


def _place(usage: Usage, reasons: list[bool], finished: bool) -> Place:
    if usage.pointer.startswith("/choices/"):
        return Place.CHOICE
    if usage.pointer != "/usage":
        return Place.BESIDE
    if not reasons:
        return Place.OWN_CHUNK
    if any(reasons):
        return Place.FINISH_CHUNK
    return Place.AFTER_FINISH if finished else Place.EVERY_CHUNK


def spent(transcript: Transcript) -> Iterator[tuple[Chunk, Usage]]:
    """Every usage object with its chunk, in any dialect."""
    for chunk, delta in transcript.deltas():
        if isinstance(delta, Usage):
            yield chunk, delta


def last_spent(transcript: Transcript) -> tuple[int | None, str | None]:
    """(event, pointer) of the usage that came last."""
    found: tuple[int | None, str | None] = (None, None)
    for chunk, usage in spent(transcript):
        found = (chunk.last_event, usage.pointer)
    return found


def choices_of(value: object) -> list[Mapping[str, object]]:
    """The choices of a chat chunk that are objects."""
    choices = value.get("choices") if isinstance(value, dict) else None
    found = choices if isinstance(choices, list) else []
    return [choice for choice in found if isinstance(choice, dict)]


def count(raw: Mapping[str, object], pointer: str) -> int | None:
    """The whole number at a pointer such as `/prompt_tokens_details/cached_tokens`, or None."""
    value: object = raw
    for step in pointer.strip("/").split("/"):
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
