"""Looks into parsed chunks: values by JSON pointer, the choices of a chat chunk, who a chunk says
it is. Total over any JSON; it never judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from streamgauge.delta import Failure
from streamgauge.transcript.chunk import Chunk


class Absent:
    """Stands for a member that is not there."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT = Absent()


class ChatChoice(NamedTuple):
    """One entry of a chat chunk's `choices`: its pointer, its index and itself."""

    pointer: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody calls here
    value: dict[str, object]

    @property
    def delta(self) -> dict[str, object]:
        """The delta; empty where there is none that can be read."""
        delta = self.value.get("delta")
        return delta if isinstance(delta, dict) else {}


def at(value: object, pointer: str) -> object:
    """The value at a JSON pointer (RFC 6901), or ABSENT.

    >>> at({"a": [{"b": 1}]}, "/a/0/b")
    1
    """
    for name in _names(pointer):
        if isinstance(value, dict):
            value = value.get(name, ABSENT)
        elif isinstance(value, list) and name.isascii() and name.isdigit():
            number = int(name) if len(name) < 10 else len(value)
            value = value[number] if number < len(value) else ABSENT
        else:
            return ABSENT
    return value


@lru_cache(maxsize=64)
def _names(pointer: str) -> tuple[str, ...]:
    """The steps of a pointer; rules ask for the same few at every chunk."""
    steps = pointer.split("/")[1:]
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def choices(chunk: Chunk) -> Iterator[ChatChoice]:
    """The choices of a chat chunk that are objects, numbered as readers number them."""
    found = chunk.value.get("choices") if isinstance(chunk.value, dict) else None
    for position, choice in enumerate(found if isinstance(found, list) else ()):
        if isinstance(choice, dict):
            index = choice.get("index", 0)
            number = index if isinstance(index, int) and not isinstance(index, bool) else position
            yield ChatChoice(f"/choices/{position}", number, choice)


def failed(chunk: Chunk) -> bool:
    """Whether a chunk states an error."""
    return any(isinstance(delta, Failure) for delta in chunk.deltas)


class Names(NamedTuple):
    """Where the chunks of a dialect say which answer, and which model, they are of."""

    id: str
    model: str


NAMES = {
    "openai-chat": Names("/id", "/model"),
    "openai-responses": Names("/response/id", "/response/model"),
    "anthropic-messages": Names("/message/id", "/message/model"),
    "gemini": Names("/responseId", "/modelVersion"),
}
