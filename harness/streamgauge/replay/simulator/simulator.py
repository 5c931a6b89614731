"""A provider that needs no key: it answers requests as its vendor's profile says that one does.

It holds what a provider holds between requests: what it has read (the prefix cache), what it has
signed, how many came. It must never read a clock, open a socket or know a vendor's name; the
caller hands in the time, a server sends what comes out.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from urllib.parse import urlsplit

from streamgauge.dialects.catalogue import DIALECTS
from streamgauge.dialects.dialect import Dialect, Facts
from streamgauge.exchange import Exchange, Request
from streamgauge.replay.simulator import admission, heads
from streamgauge.replay.simulator.answering import Answering, answered, refusing
from streamgauge.replay.simulator.heard import Heard, dialect_of, json_of, understand
from streamgauge.replay.simulator.ids import giver
from streamgauge.replay.simulator.memory import Memory
from streamgauge.replay.simulator.plan import plan
from streamgauge.replay.simulator.prefix import PrefixCache, terms_of
from streamgauge.replay.simulator.refusals import Refused, refused
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
        self._facts = {d.name: profile.narrowed(d.name).facts for d in dialects}
        self._caches: dict[str, PrefixCache] = {
            name: PrefixCache(
                terms_of(facts) if self._settings.cache else None, self._settings.cache_life_ms
            )
            for name, facts in self._facts.items()
        }
        self._numbers = itertools.count(1)
        self._memory = Memory()

    def answer(self, request: Request, now_ms: float = 0.0) -> Exchange:
        """The exchange for a request that came `now_ms` after the run began.

        Its arrivals are the times, in milliseconds after the request, at which to send.
        """
        number = next(self._numbers)
        dialect = dialect_of(request, self._dialects)
        if dialect is None:
            path = urlsplit(request.url).path
            words = refused("unknown-path", {}, path=path)
            return self._refuse(request, self._dialects[0], words, number)
        facts = self._facts[dialect.name]
        heard = self._heard(request, dialect, facts, number)
        if isinstance(heard, Refused):
            return self._refuse(request, dialect, heard, number)
        broken = refused("broken", facts) if self._breaks(request, heard, number) else None
        if broken is not None and not heard.asked.stream:
            return self._refuse(request, dialect, broken, number)
        return self._answered(request, heard, number, now_ms, broken)

    def _answered(
        self, request: Request, heard: Heard, number: int, now_ms: float, broken: Refused | None
    ) -> Exchange:
        facts, name = self._facts[heard.dialect.name], heard.dialect.name
        answering = Answering(
            request=request, heard=heard, planned=plan(heard, facts), facts=facts,
            reading=self._caches[name].read(heard, now_ms), settings=self._settings,
            number=number, now_ms=now_ms, broken=None if broken is None else broken.refusal,
        )  # fmt: skip
        exchange, told = answered(answering)
        self._memory.keep(told, heard.dialect, facts)
        return exchange

    def _heard(
        self, request: Request, dialect: Dialect, facts: Facts, number: int
    ) -> Heard | Refused:
        """What is asked, or the first reason not to answer it."""
        if request.method.upper() != "POST":
            return refused("method", facts)
        if (why := admission.keyless(request, facts, self._settings)) is not None:
            return why
        value = json_of(request)
        if value is None:
            return refused("bad-json", facts)
        heard = understand(request, dialect, value)
        return (
            admission.modelless(heard, facts, self._settings)
            or refusal_of(heard, facts, self._memory.issued)
            or admission.due(number, facts, self._settings)
            or heard
        )

    def _breaks(self, request: Request, heard: Heard, number: int) -> bool:
        return admission.breaks(request, heard, number, self._settings)

    def _refuse(self, request: Request, dialect: Dialect, why: Refused, number: int) -> Exchange:
        facts = self._facts[dialect.name]
        id = giver(dialect.name, facts, f"refused-{number}", 0)("request")
        unverified = None if why.source else why.refusal.type
        head = heads.refusing(why.refusal, facts, id, unverified)
        return refusing(request, dialect, why.refusal, head, facts)
