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
    def knob(self) -> Mapping[str, object]:
        """The request's own `thinking` member, where the dialect kept one."""
        knob = self.asked.extra.get("thinking")
        return knob if isinstance(knob, Mapping) else {}

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


def of_model(pattern: object, asked: Asked) -> bool:
    """Whether a pattern of model names fits; no pattern fits every model, an unknown model none."""
    if not isinstance(pattern, str):
        return True
    return asked.model is not None and re.search(pattern, asked.model) is not None
