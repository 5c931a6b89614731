"""Who speaks: a dialect, a vendor's habits, and a voice that cuts texts in drawn pieces.

Ids follow from a seed and have the vendor's form. It must never name a vendor.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from streamgauge.dialects.catalogue import named
from streamgauge.dialects.dialect import Dialect, Facts, Voice
from streamgauge.dialects.openai_chat.ids import shaped
from streamgauge.pipeline import profiles
from streamgauge.prompt import Asked
from streamgauge.replay.simulator.ids import giver
from streamgauge.replay.simulator.tokens import cut
from streamgauge.vendors.profile import UNKNOWN, Narrowed, find

_MOST_PIECES = 24
_CREATED = 1_790_000_000
_OWN_FORMS = {
    "message": ("id-form", "chatcmpl-{alnum:24}"),
    "tool": ("tool-id-form", "call_{alnum:24}"),
}


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """A vendor of a dialect with the habits of one answer; `facts` may vary the profile's own.

    `rules` are those on which the profile has a word of its own.
    """

    dialect: Dialect
    vendor: str
    facts: Facts
    rules: frozenset[str] = frozenset()
    seed: str = "0"
    sizes: tuple[int, ...] = ()

    def ids(self, calls_before: int = 0) -> Callable[[str], str]:
        """Gives the next id of a kind, from the first on; formed as the vendor forms them."""
        return giver(self.dialect.name, self.facts, self.seed, calls_before)

    def id(self, kind: str, seed: str, *, name: object = None) -> str:
        """One id in the vendor's form, where the dialect shapes its ids from facts alone."""
        fact, form = _OWN_FORMS[kind]
        return shaped(self.facts.get(fact, form), f"{self.seed}-{seed}", name=name)

    def pieces(self, text: str) -> Sequence[str]:
        """A text in pieces of the drawn sizes, over and over; without sizes in words."""
        if not self.sizes:
            return cut(text)
        # A huge text in single letters would be megabytes of chunks, and show nothing more.
        least = len(text) // _MOST_PIECES + 1
        ends = itertools.accumulate(max(least, size) for size in itertools.cycle(self.sizes))
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


def narrowed(dialect: str, vendor: str) -> Narrowed:
    """What is known of a vendor in a dialect. ValueError where it does not speak it."""
    profile = find(profiles(), vendor)
    if profile is None or dialect not in profile.dialects:
        raise ValueError(f"no vendor {vendor!r} of {dialect}; known: {', '.join(vendors(dialect))}")
    return profile.narrowed(dialect)


@st.composite
def speakers(draw: st.DrawFn, dialect: str, vendor: str | None = None) -> Speaker:
    """A speaker of a dialect; without a vendor the dialect's plain form, known to nobody."""
    slug = vendor or UNKNOWN
    known = narrowed(dialect, slug)
    facts = {**known.facts, **draw(_habits(known.facts))}
    sizes = st.lists(st.integers(1, 40), max_size=5).map(tuple)
    return Speaker(
        dialect=named(dialect),
        vendor=slug,
        facts=facts,
        rules=frozenset(known.rules),
        seed=str(draw(st.integers(0, 2**31))),
        sizes=draw(sizes),
    )


def _habits(facts: Facts) -> st.SearchStrategy[dict[str, object]]:
    """What the same vendor does now and then: usage in any of the places that it is known for."""
    places = facts.get("usage-places")
    if "usage-sent" in facts or not isinstance(places, list):
        return st.just({})
    named = [str(place) for place in places if place != "beside" or "usage-beside-member" in facts]
    return st.sampled_from(named).map(
        lambda place: {"usage-places": [place, *(p for p in places if p != place)]}
    )
