"""The rule of the gaps between pieces: an answer flows, it does not come in clumps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median_low

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Authority, Need, rule
from streamgauge.rules.timing.arrived import Moment, moments, own_error, spread

_AZURE = Authority(
    name="Streams that arrive in big chunks", url="https://github.com/vercel/ai/issues/1066"
)

_TOGETHER = 2.0
"""Milliseconds between two pieces of one clump, at most."""
_CLUMPS = 4
"""Clumps from which on there is a habit."""
_SIZE = 8
"""Pieces of a clump; models that write several tokens at once write fewer."""
_WAIT = 250.0
"""Milliseconds between two clumps, at least; a reader sees the jump."""


@rule(
    "timing/pieces-flow-evenly",
    Level.MAY,
    _AZURE,
    needs=(Need.STREAM, Need.ARRIVALS, Need.SEAM, Need.PRECISION, Need.PARTS),
)
def pieces_flow_evenly(case: Case) -> Iterator[Evidence]:
    """The gaps between the pieces of an answer are alike; it does not come in clumps.

    A clump is a row of pieces within 2 ms of one another, and the tool's own error. Broken where
    there are four clumps or more, the middle one of them (by size) holds eight pieces or more, and
    the middle one of the waits between them lasts 250 ms or more.

    Why it matters: the text jumps instead of flowing, speech that is made of it stutters, and a
    measure of tokens per second that looks at single gaps says nonsense: most are zero.

    How it breaks in the world: filters that look at a block of text before they let it pass, as
    Azure's do unless told otherwise (vercel/ai#1066), gateways that flush by size or by clock,
    bursty upstreams (BerriAI/litellm#37310).

    References:

    - [vercel/ai#1066](https://github.com/vercel/ai/issues/1066)
    - [BerriAI/litellm#37310](https://github.com/BerriAI/litellm/issues/37310)
    """
    whole = spread(case.transcript)
    least = _WAIT + own_error(case.transcript)
    if whole is None or whole.last - whole.first < (_CLUMPS - 1) * least / 2:
        return
    clumps = _clumps(moments(case.transcript), _TOGETHER + own_error(case.transcript))
    if len(clumps) < _CLUMPS:
        return
    size = median_low(len(clump) for clump in clumps)
    wait = median_low(after[0].at - before[-1].at for before, after in pairwise(clumps))
    if size >= _SIZE and wait >= least:
        got = f"{len(clumps)} clumps of about {size} pieces, about {wait:.1f} ms apart"
        yield Evidence("The answer comes in clumps", "pieces one by one", got, clumps[1][0].event)


def _clumps(pieces: Sequence[Moment], together: float) -> list[list[Moment]]:
    """The pieces in rows without a gap that is longer than `together`."""
    found: list[list[Moment]] = []
    for piece in pieces:
        if found and piece.at - found[-1][-1].at <= together:
            found[-1].append(piece)
        else:
            found.append([piece])
    return found
