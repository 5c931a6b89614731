"""A provider that needs no key: it answers requests as its vendor's profile says that one does.

It holds what a provider holds between requests: what it has read (the prefix cache), what it has
signed, how many came. It must never read a clock, open a socket or know a vendor's name; the
caller hands in the time, a server sends what comes out.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from streamgauge.dialects.catalogue import DIALECTS
from streamgauge.dialects.dialect import Dialect
from streamgauge.exchange import Exchange, Request
from streamgauge.replay.simulator import admission, heads
from streamgauge.replay.simulator.answering import Answering, answered, refusing
from streamgauge.replay.simulator.heard import Heard, dialect_of, json_of, understand
from streamgauge.replay.simulator.ids import giver
from streamgauge.replay.simulator.memory import Memory
from streamgauge.replay.simulator.plan import filtered, plan
from streamgauge.replay.simulator.prefix import PrefixCache, terms_of
from streamgauge.replay.simulator.refusals import DOUBTFUL, Phrasebook, Refused
from streamgauge.replay.simulator.settings import Settings
from streamgauge.replay.simulator.validation import refusal_of
from streamgauge.vendors.profile import Profile


class Simulator:
    """One vendor, for one run.

    `answer` may be called for several requests at once; what they share (the cache, the count of
    requests) changes in the order of the calls.
    """

    def __init__(
        self,
        profile: Profile,
        dialects: Sequence[Dialect] = DIALECTS,
        *,
        settings: Settings | None = None,
    ) -> None:
        """A provider that has seen nothing yet and speaks these dialects."""
        self._settings = settings or Settings()
        self._dialects = tuple(dialects)
        self._words = {d.name: _phrasebook(profile, d.name) for d in dialects}
        life = self._settings.cache_life_ms
        self._caches = {
            name: PrefixCache(terms_of(words.facts) if self._settings.cache else None, life)
            for name, words in self._words.items()
        }
        self._numbers = itertools.count(1)
        self._memory = Memory()

    @property
    def unverified(self) -> Mapping[str, tuple[str, ...]]:
        """By dialect, the facts of the profile that rest on reports alone or are not known.

        Words that no profile has at all are marked in the head of the refusal that uses them.
        """
        return {name: tuple(sorted(words.doubtful)) for name, words in self._words.items()}

    def answer(self, request: Request, now_ms: float = 0.0) -> Exchange:
        """The exchange for a request that came `now_ms` after the run began.

        Its arrivals are the times, in milliseconds after the request, at which to send.
        """
        number = next(self._numbers)
        dialect = dialect_of(request, self._dialects)
        if dialect is None:
            dialect = self._dialects[0]
            path = urlsplit(request.url).path
            why = self._words[dialect.name].refused("unknown-path", path=path)
            return self._refuse(request, dialect, why, number)
        heard = self._heard(request, dialect, number)
        if isinstance(heard, Refused):
            return self._refuse(request, dialect, heard, number)
        return self._answered(request, heard, number, now_ms)

    def _heard(self, request: Request, dialect: Dialect, number: int) -> Heard | Refused:
        """What is asked, or the first reason not to answer it."""
        words = self._words[dialect.name]
        if request.method.upper() != "POST":
            return words.refused("method")
        if (why := admission.keyless(request, words, self._settings)) is not None:
            return why
        value = json_of(request)
        if value is None:
            return words.refused("bad-json")
        heard = understand(request, dialect, value, words.facts)
        return (
            admission.modelless(heard, words, self._settings)
            or refusal_of(heard, words, self._memory.issued)
            or filtered(heard, words)
            or admission.due(number, words, self._settings)
            or heard
        )

    def _answered(self, request: Request, heard: Heard, number: int, now_ms: float) -> Exchange:
        dialect, words = heard.dialect, self._words[heard.dialect.name]
        breaks = admission.breaks(request, heard, number, self._settings)
        broken = words.refused("broken") if breaks else None
        if broken is not None and not heard.asked.stream:
            return self._refuse(request, dialect, broken, number)
        answering = Answering(
            request=request, heard=heard, planned=plan(heard, words.facts), facts=words.facts,
            reading=self._caches[dialect.name].read(heard, now_ms), settings=self._settings,
            number=number, now_ms=now_ms, broken=None if broken is None else broken.refusal,
        )  # fmt: skip
        exchange, told = answered(answering)
        self._memory.keep(told, dialect, words.facts)
        return exchange

    def _refuse(self, request: Request, dialect: Dialect, why: Refused, number: int) -> Exchange:
        facts = self._words[dialect.name].facts
        id = giver(dialect.name, facts, f"refused-{number}", 0)("request")
        head = heads.refusing(why.refusal, facts, id, why.unverified)
        return refusing(request, dialect, why.refusal, head, facts)


def _phrasebook(profile: Profile, dialect: str) -> Phrasebook:
    inner = profile.by_dialect.get(dialect)
    facts = {**profile.facts, **(inner.facts if inner is not None else {})}
    doubtful = frozenset(name for name, fact in facts.items() if fact.confidence in DOUBTFUL)
    return Phrasebook(dialect=dialect, facts=profile.narrowed(dialect).facts, doubtful=doubtful)
