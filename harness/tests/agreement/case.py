"""What a cause of a difference is, and what it may look at to prove itself.

A cause explains a difference only where it can show it: it rebuilds what the client says from the
bytes, or finds in them the very thing that the client's source trips over. A difference that is
our own fault never gets a cause: it is mended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.agreement.said import Answer, Difference, Said
from tests.agreement.streams import Stream

if TYPE_CHECKING:
    from tests.agreement.readers import Reader

CHAT = ("openai chat, chunks", "openai chat, helper")
CHAT_CHUNKS, CHAT_HELPER = CHAT
RESPONSES = ("openai responses, events", "openai responses, helper")
EVENTS, RESPONSES_HELPER = RESPONSES
ANTHROPIC = "anthropic, helper"
GEMINI = "google-genai, chunks"

SAID = ("text", "reasoning", "refusal", "calls", "finish", "usage")
_ERRORS = ("APIError", "APIStatusError", "ClientError", "ServerError")
ANYWHERE = (*SAID, "raises")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One difference with what it takes to explain it."""

    stream: Stream
    reader: Reader
    difference: Difference

    @cached_property
    def chunks(self) -> list[Any]:
        """The payloads of the stream."""
        return self.stream.chunks()

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        """The payloads that are objects."""
        return [chunk for chunk in self.chunks if isinstance(chunk, dict)]

    @property
    def choices(self) -> Iterator[dict[str, Any]]:
        """Every choice of every chunk, where it is an object."""
        for chunk in self.objects:
            for choice in chunk.get("choices") or ():
                if isinstance(choice, dict):
                    yield choice

    @property
    def deltas(self) -> Iterator[dict[str, Any]]:
        """Every delta of every choice."""
        for choice in self.choices:
            if isinstance(choice.get("delta"), dict):
                yield choice["delta"]

    @property
    def calls(self) -> Iterator[dict[str, Any]]:
        """Every piece of a tool call."""
        for delta in self.deltas:
            yield from delta.get("tool_calls") or ()

    def raised(self, kind: str, *words: str) -> bool:
        """Whether the client raised an exception of this type that says these words."""
        theirs = self.difference.theirs
        return type(theirs).__name__ == kind and all(word in str(theirs) for word in words)

    @property
    def raised_what_was_stated(self) -> bool:
        """Whether the exception is of a kind that passes an error of the provider on."""
        return type(self.difference.theirs).__name__ in _ERRORS

    def is_ours_of(self, body: bytes) -> bool:
        """Whether the client says of the stream what we say of this other body."""
        return bool(_at(self.reader.ours(body), self.difference) == self.difference.theirs)

    def is_ours_of_chunks(self, chunks: list[Any]) -> bool:
        """The same, of other chunks in the order given."""
        return self.is_ours_of(b"".join(b"data: %s\n\n" % json.dumps(c).encode() for c in chunks))


def _at(said: Said, difference: Difference) -> Any:
    if difference.choice is None:
        return said.usage
    return getattr(said.answers.get(difference.choice, Answer()), difference.where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A name, the readers and places that it is about, its proof, and a stream that shows it."""

    name: str
    readers: tuple[str, ...]
    where: tuple[str, ...]
    proof: Callable[[Case], bool]
    witness: str

    def explains(self, case: Case) -> bool:
        """Whether this is why they differ there. A proof that stumbles over the bytes is none."""
        if case.reader.name not in self.readers or case.difference.where not in self.where:
            return False
        try:
            return self.proof(case)
        except Exception:  # a client that is asked again raises whatever it likes
            return False


def is_json(text: str | bytes) -> bool:
    """Whether a text is one JSON document."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
