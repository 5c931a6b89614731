"""Rules of pace: a stream that is one, and does not merely look like one."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM
from streamgauge.rules.rule import Authority, Need, rule
from streamgauge.rules.timing.arrived import Spread, spread

_BUFFERED = Authority(
    name="WHATWG HTML, server-sent events: authoring notes",
    url="https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes",
)

_ENOUGH = 16
"""Pieces from which on their pace tells anything."""
_PER_MS = 2
"""Pieces in a millisecond that no model writes: the fastest services reach half of that."""
_WAIT = 250.0
"""Milliseconds of waiting before which a burst means nothing."""
_LATE = 0.9
"""The part of the whole time after which everything came late."""


@rule(
    "timing/stream-is-not-buffered",
    Level.SHOULD,
    _BUFFERED,
    needs=(Need.STREAM, Need.ARRIVALS, Need.PARTS),
)
def stream_is_not_buffered(case: Case) -> Iterator[Evidence]:
    """The bytes of a stream arrive while they are made, not all at once at the end.

    Broken where nothing came for at least 250 ms and then the whole body within a time in which no
    model writes so many pieces (16 or more, over two in a millisecond).

    Why it matters: buffering takes away all that streaming is for. The reader waits as long as for
    a document, idle timers fire, and a cancelled request is paid for in full.

    How it breaks in the world: proxies without `X-Accel-Buffering: no`, compression that fills its
    window first (Wei-Shaw/sub2api#4691, Mng-dev-ai/agentrove#869; with `curl` it looks well,
    lfnovo/open-notebook#750), proxies that read the body before they pass it on
    (elazarl/goproxy#475), test servers that replay a recording at once (CopilotKit/aimock#125).

    References:

    - [WHATWG HTML, authoring notes](https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes)
    - [Wei-Shaw/sub2api#4691](https://github.com/Wei-Shaw/sub2api/issues/4691)
    - [CopilotKit/aimock#125](https://github.com/CopilotKit/aimock/pull/125)
    """
    begun, ended = _times(case)
    found = spread(case.transcript)
    if found is None or begun < _WAIT or not _at_once(found.pieces, ended - begun):
        return
    got = f"{found.pieces} pieces within {ended - begun:.1f} ms, after {begun:.1f} ms of nothing"
    yield Evidence("The whole body arrives at once", "pieces while they are made", got, found.event)


@rule(
    "timing/pieces-arrive-over-time",
    Level.SHOULD,
    CHAT_STREAM,
    needs=(Need.STREAM, Need.ARRIVALS, Need.PARTS),
)
def pieces_arrive_over_time(case: Case) -> Iterator[Evidence]:
    """The pieces of an answer arrive over the time of the answer, not together in its last moment.

    Broken where the stream opens early (a role, a comment, a ping) and then all pieces, 16 or
    more, come together in the last tenth of the time, faster than any model writes.

    Why it matters: it is a document in the clothes of a stream. The first bytes come soon, so
    simple measures of latency look good, while the reader waits for the whole answer. Time to the
    first token must be taken at the first piece of any channel, never at the first byte.

    How it breaks in the world: back ends that cannot stream with tools and cut the finished answer
    into pieces (open-webui/open-webui#14221), filters that hold everything until it was looked at
    (Azure's default for each block of text), bursty upstreams (BerriAI/litellm#37310). One call's
    arguments in one piece are not counted, many vendors send them so.

    References:

    - [OpenAI API reference, chat streaming](https://platform.openai.com/docs/api-reference/chat-streaming)
    - [open-webui/open-webui#14221](https://github.com/open-webui/open-webui/issues/14221)
    - [BerriAI/litellm#37310](https://github.com/BerriAI/litellm/issues/37310)
    """
    begun, ended = _times(case)
    found = spread(case.transcript)
    if found is None or not _is_faked(found, begun, ended):
        return
    got = f"{found.pieces} pieces from {found.first:.1f} to {found.last:.1f} of {ended:.1f} ms"
    expected = "pieces while they are made"
    yield Evidence("All pieces arrive in one moment at the end", expected, got, found.event)


def _is_faked(found: Spread, begun: float, ended: float) -> bool:
    late = found.first - begun >= _WAIT and found.first >= _LATE * ended
    return late and _at_once(found.pieces, found.last - found.first)


def _at_once(pieces: int, took: float) -> bool:
    """Whether so many pieces came faster than they can have been made."""
    return pieces >= _ENOUGH and pieces > took * _PER_MS


def _times(case: Case) -> tuple[float, float]:
    """When the first and the last segment arrived."""
    arrivals = case.transcript.exchange.arrivals or ((0, 0.0),)
    return arrivals[0][1], arrivals[-1][1]
