"""A conversation as the duties look at it: who said what, in which step, thinking or not.

It reads turns and facts and judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.message import Part
from streamgauge.prompt import Asked, Role, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One request's turns, with what was asked and what is known of the vendor.

    `signed` holds what the provider issued (signature to the thoughts that it covers), or None
    where nobody kept it: then a signature can be missing, but not be wrong.
    """

    turns: tuple[Turn, ...]
    asked: Asked
    facts: Facts
    signed: Mapping[object, str] | None = None

    @property
    def thinking(self) -> bool:
        """Whether the model thinks: as asked, else as the vendor does unasked."""
        if self.asked.thinking is not None:
            return self.asked.thinking
        return self.facts.get("thinks-unasked") is True

    @property
    def keeps_all(self) -> bool:
        """Whether all earlier reasoning is to be kept: as asked, else as the model does unasked."""
        asked = self.asked.extra.get("thinking_keep")
        if asked is not None:
            return asked == "all"
        always = self.facts.get("keeps-all-unasked")
        return isinstance(always, str) and of_model(always, self.asked)

    @property
    def goes_on(self) -> bool:
        """Whether the provider holds an earlier part of the conversation that is not seen here."""
        return any(self.asked.extra.get(name) for name in ("previous_response_id", "conversation"))

    @property
    def answers_next(self) -> bool:
        """Whether results must stand right behind the turn that called."""
        return self.facts.get("tool-results") == "next"

    def index(self, place: int) -> int:
        """The vendor's index of a turn; of one that was never sent its place."""
        position = self.turns[place].position
        return place if position is None else position

    def spoken(self) -> Iterator[tuple[int, Turn]]:
        """The assistant's turns, with their places."""
        return ((at, turn) for at, turn in enumerate(self.turns) if turn.role is Role.ASSISTANT)

    def calling(self) -> Iterator[tuple[int, Turn]]:
        """The assistant's turns that call a tool, with their places."""
        return ((at, turn) for at, turn in self.spoken() if calls(turn))

    def last_spoken(self) -> int | None:
        """The place of the assistant's last turn."""
        return max((at for at, _ in self.spoken()), default=None)

    def behind(self, place: int) -> int:
        """The place behind the run of assistant turns in which a turn stands: some dialects make
        an item of each thought and call."""
        while place < len(self.turns) and self.turns[place].role is Role.ASSISTANT:
            place += 1
        return place

    def called_before(self, place: int) -> tuple[Part, ...]:
        """The calls that a result at a place may answer: some of the vendor's own tools are run by
        the client, and behind a part of no known kind may stand a call."""
        if not self.answers_next:
            spoken = (turn for at, turn in self.spoken() if at < place)
            return tuple(call for turn in spoken for call in _answerable(turn))
        while place > 0 and self.turns[place - 1].role is Role.TOOL:
            place -= 1
        asked: tuple[Part, ...] = ()
        while place > 0 and self.turns[place - 1].role is Role.ASSISTANT:
            place -= 1
            asked = (*_answerable(self.turns[place]), *asked)
        return asked

    def beside(self, place: int) -> int:
        """How many turns were read before this one from the same message."""
        position = self.turns[place].position
        same = (turn.position is not None and turn.position == position for turn in self.turns)
        return sum(found for at, found in enumerate(same) if at < place)

    def current(self) -> int:
        """The place where the current turn begins: behind the last words of the user."""
        places = (at for at, turn in enumerate(self.turns) if turn.role is Role.USER)
        return max(places, default=-1) + 1

    def thought(self, turn: Turn) -> bool:
        """Whether the turn carries its reasoning under a name that the vendor reads."""
        empty = self.facts.get("reasoning-replay-empty") == "accepted"
        return any(
            empty or part.content or part.redacted or part.signature is not None
            for part in self.thoughts(turn)
        )

    def thoughts(self, turn: Turn) -> Iterator[Part]:
        """The reasoning of a turn under the names that the vendor reads."""
        names = self.facts.get("reasoning-fields")
        read = names if isinstance(names, list) else None
        for part in turn.parts:
            known = read is None or part.field is None or part.field in read
            if part.kind is Kind.REASONING and known:
                yield part


def calls(turn: Turn) -> tuple[Part, ...]:
    """The client's tool calls of a turn."""
    return tuple(part for part in turn.parts if part.kind is Kind.TOOL_CALL)


_ANSWERABLE = frozenset({Kind.TOOL_CALL, Kind.SERVER_TOOL_CALL, Kind.GENERIC})


def _answerable(turn: Turn) -> Iterator[Part]:
    return (part for part in turn.parts if part.kind in _ANSWERABLE)


def of_model(pattern: object, asked: Asked) -> bool:
    """Whether a pattern of model names fits; no pattern fits every model, an unknown model none."""
    if not isinstance(pattern, str):
        return True
    return asked.model is not None and re.search(pattern, asked.model) is not None
