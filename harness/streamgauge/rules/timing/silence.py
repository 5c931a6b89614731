"""Rules of silence: how long nothing may come."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Authority, Need, rule
from streamgauge.rules.timing.arrived import own_error, silences, stalls

_DEEPSEEK = Authority(
    name="Streams that stall until clients give up",
    url="https://github.com/deepseek-ai/DeepSeek-V3/issues/1608",
)
_NOTES = Authority(
    name="WHATWG HTML, server-sent events: authoring notes",
    url="https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes",
)

_STALL = 60_000.0
"""Milliseconds: the idle time that widespread proxies and clients allow."""
_SILENCE = 20_000.0
"""Milliseconds: the fifteen seconds of the standard's advice, and some delay."""


@rule(
    "timing/no-long-stall",
    Level.SHOULD,
    _DEEPSEEK,
    needs=(Need.STREAM, Need.ARRIVALS, Need.SEAM, Need.CHUNKS),
)
def no_long_stall(case: Case) -> Iterator[Evidence]:
    """Once an answer has begun, no minute passes without an event that says something.

    Why it matters: clients and proxies take a minute of nothing for a dead connection. Comments
    and pings keep the connection but say nothing of the answer: a client that counts them waits for
    ever.

    How it breaks in the world: DeepSeek's long turns that go silent without an end
    (deepseek-ai/DeepSeek-V3#1608); upstreams that die in their thinking and cannot be told from
    slow ones (tombii/better-ccflare#348); a stall that a proxy then ends as if it were done
    (vava-nessa/free-coding-models#137).

    References:

    - [deepseek-ai/DeepSeek-V3#1608](https://github.com/deepseek-ai/DeepSeek-V3/issues/1608)
    - [UKGovernmentBEIS/inspect_ai#2915](https://github.com/UKGovernmentBEIS/inspect_ai/issues/2915)
    """
    arrivals = case.transcript.exchange.arrivals or ()
    if not arrivals or arrivals[-1][1] - arrivals[0][1] <= _STALL:
        return
    least = _STALL + own_error(case.transcript)
    for gap in stalls(case.transcript):
        if gap.lasted > least:
            got = f"{gap.lasted / 1000:.1f} s before event {gap.event}"
            yield Evidence("The answer stalls", "at most 60 s between two events", got, gap.event)


@rule(
    "timing/keepalive-during-silence",
    Level.MAY,
    _NOTES,
    needs=(Need.STREAM, Need.ARRIVALS, Need.SEAM),
)
def keepalive_during_silence(case: Case) -> Iterator[Evidence]:
    """While there is nothing to say, a comment or a ping comes at least every twenty seconds.

    Why it matters: load balancers and proxies close connections on which nothing moves, many after
    a minute, some after thirty seconds. The standard advises a comment about every fifteen.

    How it breaks in the world: gateways that wait silently for the first token, until an
    intermediary cuts the connection at 100 to 125 seconds (mozilla-ai/otari#528). OpenRouter,
    DeepSeek and llama.cpp send comments, Anthropic sends pings.

    References:

    - [WHATWG HTML, authoring notes](https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes)
    - [mozilla-ai/otari#528](https://github.com/mozilla-ai/otari/issues/528)
    """
    least = _SILENCE + own_error(case.transcript)
    for gap in silences(case.transcript):
        if gap.lasted > least:
            got = f"{gap.lasted / 1000:.1f} s before event {gap.event}"
            yield Evidence(
                "Nothing came for a long time", "at most 20 s of silence", got, gap.event
            )
