"""Values of the duties: what is asked of a history, and one way in which it was not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Refusal
from streamgauge.history.talk import Talk
from streamgauge.message import Choice


class Unkept(NamedTuple):
    """What a check saw: the turn's place among the turns, what stood there, and which words fill
    the vendor's template (beside `index`, which is always there)."""

    place: int
    got: str
    words: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One thing that the next request owes.

    `name` is its key in the fact `history-errors`, `like` that of a duty whose words do as well;
    `rule` is the slug that judges it. A `general` duty holds whoever serves the dialect; any other
    only where the vendor's facts state it.
    """

    name: str
    rule: str
    says: str
    expected: str
    check: Callable[[Talk], Iterator[Unkept]]
    general: bool = False
    like: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """One duty that one turn did not keep; `place` counts turns, `index` is the vendor's count."""

    duty: Duty
    place: int
    index: int
    got: str
    words: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A lapse that the vendor refuses, with its own refusal.

    `index` is the position of the turn as the vendor counts (`Turn.position`).
    """

    duty: Duty
    index: int
    refusal: Refusal
    rule: str
    says: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a provider has said so far in its answers, as far as it must come back unchanged.

    `signed` gives the thoughts or call that each signature stands for.
    """

    signed: Mapping[object, str] = field(default_factory=dict)

    def plus(self, choices: Iterable[Choice]) -> Issued:
        """With the answers of one more message."""
        parts = (part for choice in choices for part in choice.parts)
        new: dict[object, str] = {
            part.signature: part.content if part.kind is Kind.REASONING else ""
            for part in parts
            if isinstance(part.signature, str)
        }
        return Issued(signed={**self.signed, **new})
