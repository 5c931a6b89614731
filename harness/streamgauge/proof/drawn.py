"""Good streams that hypothesis draws: lawful exchanges of every dialect, as every vendor speaks it.

Needs the extra `proof`; ImportError where it is not installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from streamgauge import strategies
from streamgauge.exchange import Exchange, Seam
from streamgauge.faults.edits import transcript
from streamgauge.proof.good import Good, Kind

_FIRST_MS = 100.0
_GAP_MS = 20.0


def drawn(dialects: Sequence[str], count: int, seed: int) -> Iterator[Good]:
    """`count` exchanges of each dialect, its vendors in turn; the same seed draws the same."""
    for dialect in dialects:
        vendors = strategies.vendors(dialect)
        for number, vendor in enumerate(vendors):
            share = len(range(number, count, len(vendors)))
            yield from _of_vendor(dialect, vendor, share, seed)


def _of_vendor(dialect: str, vendor: str, count: int, seed: int) -> Iterator[Good]:
    if count == 0:
        return
    strategy = strategies.exchanges(dialect, vendor)
    for number, (exchange, _) in enumerate(strategies.sample(strategy, count, seed)):
        name = f"{Kind.DRAWN.value}/{vendor}/{dialect}/{number}"
        good = Good(
            name=name, kind=Kind.DRAWN, dialect=dialect, vendor=vendor,
            exchange=replace(exchange, source=name),
        )  # fmt: skip
        yield replace(good, exchange=_timed(good))


def _timed(good: Good) -> Exchange:
    """The exchange with one event in each segment, evenly: what is drawn has no times."""
    starts = transcript(good.exchange, good.setting).bounds[:-1]
    arrivals = tuple((start, _FIRST_MS + _GAP_MS * n) for n, start in enumerate(starts))
    return replace(good.exchange, arrivals=arrivals, seam=Seam.CLIENT)
