"""Rules of pace: a stream that is one, and does not merely look like one."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM
from streamgauge.rules.rule import Authority, Need, rule
from streamgauge.rules.timing.arrived import Spread, moments, own_error, spread
from streamgauge.transcript.timing import CHANNELS

_BUFFERED = Authority(
    name="WHATWG HTML, server-sent events: authoring notes",
    url="https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes",
)

_ARGUMENTS = Authority(
    name="Calls that are kept until they are finished",
    url="https://github.com/peonist-ai/halogen-flash-server/issues/36",
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
    needs=(Need.STREAM, Need.ARRIVALS, Need.SEAM, Need.PRECISION, Need.PARTS),
)
def stream_is_not_buffered(case: Case) -> Iterator[Evidence]:
    """The bytes of a stream arrive while they are made, not all at once at the end.

    Broken where nothing came for at least 250 ms and then the whole body within a time in which no
    model writes so many pieces: 16 or more, over two in a millisecond. A shorter answer is never
    called buffered. The time is lengthened by the tool's own error first, so that a reader that
    was late for once is not taken for a buffer.

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
    late = own_error(case.transcript)
    if found is None or begun - late < _WAIT or not _at_once(found.pieces, ended - begun + late):
        return
    got = f"{found.pieces} pieces within {ended - begun:.1f} ms, after {begun:.1f} ms of nothing"
    yield Evidence("The whole body arrives at once", "pieces while they are made", got, found.event)


@rule(
    "timing/pieces-arrive-over-time",
    Level.SHOULD,
    CHAT_STREAM,
    needs=(Need.STREAM, Need.ARRIVALS, Need.SEAM, Need.PRECISION, Need.PARTS),
)
def pieces_arrive_over_time(case: Case) -> Iterator[Evidence]:
    """The pieces of an answer arrive over the time of the answer, not together in its last moment.

    Broken where the stream opens early (a role, a comment, a ping) and then, at least 250 ms later,
    all pieces, 16 or more, come together in the last tenth of the time, faster than any model
    writes. The tool's own error is allowed for, and a shorter answer is never called faked.

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
    if found is None or not _is_faked(found, begun, ended, own_error(case.transcript)):
        return
    got = f"{found.pieces} pieces from {found.first:.1f} to {found.last:.1f} of {ended:.1f} ms"
    expected = "pieces while they are made"
    yield Evidence("All pieces arrive in one moment at the end", expected, got, found.event)


def _is_faked(found: Spread, begun: float, ended: float, own_error: float) -> bool:
    late = found.first - begun - own_error >= _WAIT and found.first >= _LATE * ended
    return late and _at_once(found.pieces, found.last - found.first + own_error)


@rule(
    "timing/channels-arrive-over-time",
    Level.SHOULD,
    _ARGUMENTS,
    needs=(Need.STREAM, Need.ARRIVALS, Need.SEAM, Need.PRECISION, Need.PARTS),
)
def channels_arrive_over_time(case: Case) -> Iterator[Evidence]:
    """No channel (reasoning, content, tool calls) is held back while the others stream.

    Broken where a channel has 16 pieces or more, all of them come together, faster than any model
    writes, and nothing of the answer came for at least 250 ms before them. The other channels must
    stream: where the whole answer comes at once, another rule says so. The tool's own error is
    allowed for.

    Why it matters: each channel has its own first token, and a reader waits for one of them. A
    thought that streams for twenty seconds makes the first token look well while the answer, or
    the call, is kept until it is finished.

    How it breaks in the world: parsers of tool calls and of reasoning that collect until the end
    and then flush (peonist-ai/halogen-flash-server#36 measured 7.8 s without a byte;
    waybarrios/vllm-mlx#742 holds calls back for one integer in any tool's schema). Arguments in
    one piece are not counted, many vendors send them so.

    References:

    - [peonist-ai/halogen-flash-server#36](https://github.com/peonist-ai/halogen-flash-server/issues/36)
    - [waybarrios/vllm-mlx#742](https://github.com/waybarrios/vllm-mlx/pull/742)
    """
    late = own_error(case.transcript)
    whole = spread(case.transcript)
    if whole is None or _at_once(whole.pieces, whole.last - whole.first + late):
        return
    for channel, kinds in CHANNELS.items():
        found = spread(case.transcript, *kinds)
        if found is None or not _at_once(found.pieces, found.last - found.first + late):
            continue
        before = _piece_before(case, found.event)
        if found.first - before - late >= _WAIT:
            yield Evidence(
                f"The {channel} channel is held back",
                "pieces while they are made",
                f"{found.pieces} pieces from {found.first:.1f} to {found.last:.1f} ms, "
                f"after {found.first - before:.1f} ms without any",
                found.event,
            )


def _piece_before(case: Case, event: int) -> float:
    """When the last piece of any channel before an event came; 0 where there was none."""
    earlier = [moment.at for moment in moments(case.transcript) if moment.event < event]
    return earlier[-1] if earlier else 0.0


def _at_once(pieces: int, took: float) -> bool:
    """Whether so many pieces came faster than they can have been made."""
    return pieces >= _ENOUGH and pieces > took * _PER_MS


def _times(case: Case) -> tuple[float, float]:
    """When the first and the last segment arrived."""
    arrivals = case.transcript.exchange.arrivals or ((0, 0.0),)
    return arrivals[0][1], arrivals[-1][1]
