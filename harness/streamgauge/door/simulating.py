"""The simulator behind a server: it gets the time from here, and faults where they are wanted."""

from __future__ import annotations

import time
from collections.abc import Sequence

from streamgauge.dialects.catalogue import DIALECTS, by_path
from streamgauge.exchange import Exchange, Request
from streamgauge.faults.catalogue import Chosen
from streamgauge.faults.fault import Setting
from streamgauge.replay.connection import Answer
from streamgauge.replay.simulator import Settings, Simulator
from streamgauge.vendors.profile import Profile


def answers(
    profile: Profile, settings: Settings | None = None, spoiling: Sequence[Chosen] = ()
) -> Answer:
    """What a server answers as this vendor, from now on."""
    simulator = Simulator(profile, DIALECTS, settings=settings)
    began = time.monotonic()

    def answer(request: Request) -> Exchange:
        exchange = simulator.answer(request, (time.monotonic() - began) * 1000)
        return _spoiled(exchange, request, profile, spoiling)

    return answer


def _spoiled(
    exchange: Exchange, request: Request, profile: Profile, spoiling: Sequence[Chosen]
) -> Exchange:
    dialect = by_path(request.url.partition("?")[0])
    if dialect is None:
        return exchange
    setting = Setting(dialect=dialect, facts=profile.narrowed(dialect.name).facts)
    for fault in spoiling:
        exchange = fault(exchange, setting)
    return exchange
