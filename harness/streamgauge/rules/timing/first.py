"""The rule of the first token: how long a reader waits for anything of the answer."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Authority, Need, rule
from streamgauge.rules.timing.arrived import Spread, own_error, spread
from streamgauge.transcript.timing import CHANNELS

_CLIENTS = Authority(
    name="Clients that wait for a first token",
    url="https://github.com/getsentry/seer/pull/2005",
)

_PATIENCE = 60_000.0
"""Milliseconds: clients that bound the first token wait for 10 to 90 seconds."""


@rule(
    "timing/first-token-within-a-minute",
    Level.MAY,
    _CLIENTS,
    needs=(Need.STREAM, Need.ARRIVALS, Need.SEAM, Need.PARTS),
)
def first_token_within_a_minute(case: Case) -> Iterator[Evidence]:
    """The first token of an answer, in whatever channel, comes within a minute.

    Counted from the request to the first piece of reasoning, text or a call; a role, a comment or
    a ping is no token. The finding gives the first token of each channel.

    Why it matters: no reader sees anything until then, and clients that bound this wait give up,
    ask again and pay twice. Keepalives do not help them: they wait for a token.

    How it breaks in the world: models that think unseen before they say a word, and overloaded
    services that accept a request and then let it wait. Clients wait for 40 seconds
    (getsentry/seer#2005) or 90 (BlockRunAI/Franklin#74, too short for cold prompts of 60 to 120
    seconds); gateways are asked to move on after 10 (BerriAI/litellm#17991).

    References:

    - [getsentry/seer#2005](https://github.com/getsentry/seer/pull/2005)
    - [BlockRunAI/Franklin#74](https://github.com/BlockRunAI/Franklin/issues/74)
    - [BerriAI/litellm#17991](https://github.com/BerriAI/litellm/issues/17991)
    """
    found = spread(case.transcript)
    if found is None or found.first <= _PATIENCE + own_error(case.transcript):
        return
    firsts = {name: spread(case.transcript, *kinds) for name, kinds in CHANNELS.items()}
    got = ", ".join(_shown(name, first) for name, first in firsts.items() if first is not None)
    yield Evidence("The first token is late", "a token within 60 s", got, found.event)


def _shown(channel: str, first: Spread) -> str:
    return f"{channel} after {first.first / 1000:.1f} s"
