"""What choices and stops look like on the wire, for rules that ask about neighbours of a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from streamgauge.rules.case import Case
from streamgauge.transcript.chunk import Chunk


class Sent(NamedTuple):
    """One entry of `choices` in a chat chunk; it stands for its look-alikes too."""

    chunk: Chunk
    answer: int
    pointer: str
    members: dict[str, object]


def choices_of(case: Case) -> Iterator[Sent]:
    """Every entry of `choices`, with the index of its answer."""
    for chunk in case.transcript.chunks:
        found = chunk.value.get("choices") if isinstance(chunk.value, dict) else None
        for position, choice in enumerate(found if isinstance(found, list) else ()):
            if isinstance(choice, dict):
                index = choice.get("index", 0)
                whole = isinstance(index, int) and not isinstance(index, bool)
                yield Sent(chunk, index if whole else position, f"/choices/{position}", choice)


def chunks_at(case: Case) -> dict[int, Chunk]:
    """The exactly read chunks by the index of their event."""
    return {chunk.event.index: chunk for chunk in case.transcript.chunks}
