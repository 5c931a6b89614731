"""Who speaks: a dialect, a vendor's habits, and a voice that cuts texts in drawn pieces.

Ids follow from a seed and have the vendor's form. It must never name a vendor.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st

from streamgauge.dialects.catalogue import named
from streamgauge.dialects.dialect import Dialect, Facts, Voice
from streamgauge.dialects.openai_chat.ids import shaped
from streamgauge.pipeline import profiles
from streamgauge.prompt import Asked
from streamgauge.replay.simulator.ids import giver
from streamgauge.replay.simulator.tokens import cut
from streamgauge.strategies.lots import Lots, drawn
from streamgauge.vendors.profile import UNKNOWN, Narrowed, find

_MOST_PIECES = 16
_A_WORD = 4
_CREATED = 1_790_000_000
_OWN_FORMS = {
    "message": ("id-form", "chatcmpl-{alnum:24}"),
    "tool": ("tool-id-form", "call_{alnum:24}"),
}


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """A vendor of a dialect with the habits of one answer; `facts` may vary the profile's own.

    `rules` are those on which the profile has a word of its own. `scores` is how many alternatives
    a log probability has where they are asked for, else None.
    """

    dialect: Dialect
    vendor: str
    facts: Facts
    rules: frozenset[str] = frozenset()
    seed: str = "0"
    sizes: tuple[int, ...] = ()
    scores: int | None = None

    def ids(self, calls_before: int = 0) -> Callable[[str], str]:
        """Gives the next id of a kind, from the first on; formed as the vendor forms them."""
        return giver(self.dialect.name, self.facts, self.seed, calls_before)

    def id(self, kind: str, seed: str, *, name: object = None) -> str:
        """One id in the vendor's form, where the dialect shapes its ids from facts alone."""
        fact, form = _OWN_FORMS[kind]
        return shaped(self.facts.get(fact, form), f"{self.seed}-{seed}", name=name)

    def pieces(self, text: str) -> Sequence[str]:
        """A text in pieces of the drawn sizes, over and over; without sizes in words."""
        # A huge text in single letters would be megabytes of chunks, and show nothing more.
        least = len(text) // _MOST_PIECES + 1
        if not self.sizes and least <= _A_WORD:
            return cut(text)
        ends = itertools.accumulate(
            max(least, size) for size in itertools.cycle(self.sizes or (1,))
        )
        bounds = [0, *itertools.takewhile(lambda end: end < len(text), ends), len(text)]
        return [text[a:b] for a, b in itertools.pairwise(bounds)]

    def voice(self, asked: Asked) -> Voice:
        """A voice whose ids begin anew."""
        return Voice(
            facts=self.facts, asked=asked, created=_CREATED, pieces=self.pieces, ids=self.ids()
        )


def vendors(dialect: str) -> tuple[str, ...]:
    """Every vendor known to speak a dialect, the permissive `unknown` among them."""
    return tuple(sorted(one.slug for one in profiles() if dialect in one.dialects))


@cache
def narrowed(dialect: str, vendor: str) -> Narrowed:
    """What is known of a vendor in a dialect. ValueError where it does not speak it."""
    profile = find(profiles(), vendor)
    if profile is None or dialect not in profile.dialects:
        raise ValueError(f"no vendor {vendor!r} of {dialect}; known: {', '.join(vendors(dialect))}")
    return profile.narrowed(dialect)


def speakers(dialect: str, vendor: str | None = None) -> st.SearchStrategy[Speaker]:
    """Speakers of a dialect; without a vendor the dialect's plain form, known to nobody.

    ValueError where the vendor does not speak it.
    """
    narrowed(dialect, vendor or UNKNOWN)
    return drawn(lambda lots: voiced(lots, dialect, vendor), 24)


def voiced(lots: Lots, dialect: str, vendor: str | None) -> Speaker:
    """A speaker with its habits."""
    slug = vendor or UNKNOWN
    known = narrowed(dialect, slug)
    return Speaker(
        dialect=named(dialect),
        vendor=slug,
        facts={**known.facts, **_habit(lots, known.facts)},
        rules=frozenset(known.rules),
        seed=str(lots.below(2**31)),
        sizes=tuple(lots.between(1, 40) for _ in range(lots.below(5))),
        scores=lots.below(4) if lots.rarely(4) else None,
    )


def _habit(lots: Lots, facts: Facts) -> dict[str, object]:
    """What the same vendor does now and then: usage in any of the places that it is known for."""
    places = facts.get("usage-places")
    if "usage-sent" in facts or not isinstance(places, list):
        return {}
    named = [str(place) for place in places if place != "beside" or "usage-beside-member" in facts]
    place = lots.among(named)
    return {"usage-places": [place, *(p for p in places if p != place)]}
