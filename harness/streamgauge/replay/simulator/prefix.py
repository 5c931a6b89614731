"""The prefix cache of a simulated provider: what it has read before, in order of arrival.

A prompt is cut into blocks of tokens; each block is known by the hash of everything up to its end.
Time is handed in; it must never read a clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.prompt import Turn
from streamgauge.replay.simulator import tokens
from streamgauge.replay.simulator.heard import Heard

_MOST_ENTRIES = 200_000


class Terms(NamedTuple):
    """How a vendor caches: the shortest prefix that counts and the step of a hit, in tokens, how
    long an entry lives (None where that is not known), and whether it must be asked for."""

    least: int
    block: int
    explicit: bool
    life_ms: float | None = None


class Reading(NamedTuple):
    """What a prompt costs: its tokens, those read from the cache, those written to it."""

    tokens: int
    read: int
    written: int


def terms_of(facts: Facts) -> Terms | None:
    """The terms that the fact `cache` states; None where the vendor is known to have none.

    Where nothing is known the commonest hold: automatic, 1,024 tokens at least, steps of 128.
    """
    told = facts.get("cache")
    if told is False or told == "none":
        return None
    stated = told if isinstance(told, Mapping) else {}
    return Terms(
        least=_count(stated.get("min"), 1024),
        block=max(_count(stated.get("block"), 128), 1),
        explicit=stated.get("mode") == "explicit",
        life_ms=1000.0 * ttl if (ttl := _count(stated.get("ttl"), 0)) else None,
    )


class PrefixCache:
    """What was read in this run; `life_ms` holds where the vendor's own is not known."""

    def __init__(self, terms: Terms | None, life_ms: float) -> None:
        """Empty."""
        self._terms = terms
        stated = None if terms is None else terms.life_ms
        self._life_ms = life_ms if stated is None else stated
        self._known: dict[bytes, float] = {}

    def read(self, heard: Heard, now_ms: float) -> Reading:
        """Read a prompt: what the cache had of it, and from now on has.

        A request that names another key is taken to another machine, which knows nothing of it.
        """
        pieces = list(_pieces(heard))
        total = sum(map(len, pieces))
        if self._terms is None:
            return Reading(total, 0, 0)
        joined = [one for piece in pieces for one in piece]
        marks = list(_marks(joined, self._terms.block, heard.cache_key))
        most = _breakpoint(heard, pieces) if self._terms.explicit else total
        # The last token is always read anew, or there would be nothing to answer from.
        usable = [m for m in marks if m[0] <= min(most, total - 1)]
        read = max((end for end, mark in usable if self._is_known(mark, now_ms)), default=0)
        read = read if read >= self._terms.least else 0
        keeps = most >= self._terms.least
        for _, mark in usable if keeps else ():
            self._keep(mark, now_ms)
        written = max((end for end, _ in usable), default=0) - read if keeps else 0
        return Reading(total, read, max(written, 0) if self._terms.explicit else 0)

    def _is_known(self, mark: bytes, now_ms: float) -> bool:
        until = self._known.get(mark)
        return until is not None and until >= now_ms

    def _keep(self, mark: bytes, now_ms: float) -> None:
        self._known.pop(mark, None)
        self._known[mark] = now_ms + self._life_ms
        while len(self._known) > _MOST_ENTRIES:
            del self._known[next(iter(self._known))]


def _pieces(heard: Heard) -> Iterator[list[str]]:
    """The tokens of a prompt, turn by turn: tools first, as vendors lay it out."""
    tools = [[tool.name, tool.description, tool.parameters] for tool in heard.asked.tools]
    yield tokens.cut(json.dumps([heard.asked.model, tools] if tools else [heard.asked.model]))
    for turn in heard.turns:
        yield tokens.cut(_written(turn))


def _written(turn: Turn) -> str:
    said = [turn.text]
    for part in turn.parts:
        calls = part.kind is Kind.TOOL_CALL
        said.append(f"{part.name} {part.arguments_json}" if calls else part.content)
    return f"\n{turn.role.value}: {' '.join(said)}"


def _marks(pieces: Sequence[str], block: int, key: str) -> Iterator[tuple[int, bytes]]:
    """The end and the hash of each prefix that is a whole number of blocks."""
    running = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16)
    for end in range(block, len(pieces) + 1, block):
        running.update("\0".join(pieces[end - block : end]).encode("utf-8", "surrogatepass"))
        yield end, running.digest()


def _breakpoint(heard: Heard, pieces: Sequence[Sequence[str]]) -> int:
    """How many tokens stand before the last mark of the request that asks for caching."""
    if heard.value.get("cache_control") is not None:
        return sum(map(len, pieces))
    turns = max(_marked(heard), default=-1) + 1
    if not turns and not _holds(heard.value.get("tools")):
        return 0
    return sum(map(len, pieces[: turns + 1]))


def _marked(heard: Heard) -> set[int]:
    """Which turns hold such a mark, counted from 0."""
    messages = heard.value.get("messages")
    listed = messages if isinstance(messages, list) else []
    positions = {n for n, message in enumerate(listed) if _holds(message)}
    system = _holds(heard.value.get("system"))
    return {
        at
        for at, turn in enumerate(heard.turns)
        if turn.position in positions or (system and turn.position is None)
    }


def _holds(value: object) -> bool:
    """Whether `cache_control` stands anywhere inside a value."""
    match value:
        case dict():
            return value.get("cache_control") is not None or any(map(_holds, value.values()))
        case list():
            return any(map(_holds, value))
    return False


def _count(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
