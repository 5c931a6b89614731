"""What a translator remembers of its conversations: each tool use, and each answer as it came.

A client's dialect may have no place for what the upstream must get back: a thought's signature,
an id of another form, no id at all. So it is kept here, and found again by what the client does
send. Memory is bounded: the conversation that was silent longest goes first. It reads no clock;
the caller says the time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from streamgauge.delta import Kind
from streamgauge.message import Part

View = tuple[object, ...]
"""What a client's history shows of an answer, whatever its dialect: text and calls."""


class Given(NamedTuple):
    """An answer that was given: after how many turns, and its parts as the upstream sent them."""

    place: int
    parts: tuple[Part, ...]


_PORTABLE = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
"""Ids that every dialect takes; an API with a shorter limit is not known to us."""

_PREFIXES: Mapping[str, str] = {"anthropic-messages": "toolu_"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of a tool, as the upstream called it.

    `id` is the client's, `original_id` the upstream's (None where it gave none). `time` is in
    milliseconds, as the caller counts; `request_index` counts requests of the conversation from 0.
    """

    id: str
    original_id: object
    name: str
    arguments: object
    arguments_json: str
    signature: object
    time: float
    request_index: int
    conversation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is kept: conversations, of each of them uses and answers, and of answers that look the
    same to a client the last ones."""

    conversations: int = 1000
    uses: int = 10_000
    answers: int = 2000
    alike: int = 100


@dataclass(slots=True)
class _Conversation:
    requests: int = 0
    uses: OrderedDict[str, Use] = field(default_factory=OrderedDict)
    originals: set[object] = field(default_factory=set)
    answers: OrderedDict[View, list[Given]] = field(default_factory=OrderedDict)


class Ledger:
    """All conversations of one translator, kept apart."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        """Nothing is remembered yet."""
        self._bounds = bounds or Bounds()
        self._all: OrderedDict[str, _Conversation] = OrderedDict()

    @property
    def conversations(self) -> tuple[str, ...]:
        """The ids of the conversations that are remembered, longest silent first."""
        return tuple(self._all)

    def begin_request(self, conversation: str) -> int:
        """The index of a request that came just now."""
        here = self._at(conversation)
        here.requests += 1
        return here.requests - 1

    def uses(self, conversation: str) -> tuple[Use, ...]:
        """Every use of a conversation, in the order of requests and calls."""
        here = self._all.get(conversation)
        return () if here is None else tuple(here.uses.values())

    def find(self, conversation: str, id: object) -> Use | None:
        """The use that the client knows by that id."""
        here = self._all.get(conversation)
        return here.uses.get(id) if here is not None and isinstance(id, str) else None

    def client_id(
        self, conversation: str, original: object, request_index: int, position: int, dialect: str
    ) -> str:
        """The id that the client is given for a call: the upstream's own where it can serve.

        It cannot where it is missing, of a form that some dialect refuses, or taken already.
        """
        here = self._at(conversation)
        usable = isinstance(original, str) and _PORTABLE.match(original) is not None
        if usable and original not in here.originals:
            here.originals.add(original)
            return str(original)
        return minted(_PREFIXES.get(dialect, "call_"), conversation, request_index, position)

    def record(self, use: Use) -> None:
        """Remember a use."""
        here = self._at(use.conversation_id)
        here.uses[use.id] = use
        _trim(here.uses, self._bounds.uses)

    def remember(self, conversation: str, view: View, given: Given) -> None:
        """Remember an answer by what the client will show of it."""
        here = self._at(conversation)
        alike = here.answers.setdefault(view, [])
        alike.append(given)
        del alike[: -self._bounds.alike]
        here.answers.move_to_end(view)
        _trim(here.answers, self._bounds.answers)

    def recall(
        self, conversation: str, view: View, place: int, thought: str = ""
    ) -> tuple[Part, ...] | None:
        """The parts of the answer that looks so to the client.

        Of several that look alike it is the one of that place, else the one that thought the same,
        else the last. A history must not change behind a client's back: what is kept in a cache
        upstream would be lost.
        """
        here = self._all.get(conversation)
        alike = [] if here is None else here.answers.get(view, [])
        placed = [given for given in alike if given.place == place]
        same = [given for given in alike if thought and thought_of(given.parts) == thought]
        best = placed or same or alike
        return best[-1].parts if best else None

    def _at(self, conversation: str) -> _Conversation:
        here = self._all.setdefault(conversation, _Conversation())
        self._all.move_to_end(conversation)
        _trim(self._all, self._bounds.conversations)
        return here


def minted(prefix: str, *seed: str | int) -> str:
    """An id that follows from a seed; other seeds, other ids."""
    digest = hashlib.sha256(json.dumps(seed).encode("utf-8", "replace")).digest()
    return prefix + base64.b32encode(digest)[:24].decode().lower()


def _trim(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def view_of(parts: Iterable[Part], ids: Mapping[int, str] | None = None) -> View:
    """How an answer looks in a history. `ids` gives calls, by their number, the client's ids."""
    said = [part for part in parts if part.kind in (Kind.TEXT, Kind.REFUSAL)]
    calls = [part for part in parts if part.kind is Kind.TOOL_CALL]
    seen = (
        (
            _named(part.id if ids is None else ids.get(number)),
            _named(part.name),
            _canonical(part.arguments),
        )
        for number, part in enumerate(calls)
    )
    return ("".join(part.content for part in said), *seen)


def thought_of(parts: Iterable[Part]) -> str:
    """The reasoning of an answer, as one text."""
    return "".join(part.content for part in parts if part.kind is Kind.REASONING)


def _named(name: object) -> str:
    return name if isinstance(name, str) else _canonical(name)


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)
