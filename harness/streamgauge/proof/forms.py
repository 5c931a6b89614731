"""How thorough a proof is; values only."""

from __future__ import annotations

from dataclasses import dataclass

from streamgauge.proof.matrix import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How far each fault is tried, and on which streams.

    `drawn` is how many exchanges hypothesis draws for each dialect; with `definers_only` the
    simulator plays those vendors alone that define a dialect. `cassettes`: every nth of them.
    """

    name: str
    reach: Reach
    drawn: int
    definers_only: bool = False
    cassettes: int = 1


QUICK = Form(name="quick", reach=Reach(enough=1, most=6), drawn=4, definers_only=True, cassettes=8)
USUAL = Form(name="usual", reach=Reach(enough=40, most=200), drawn=60)
FULL = Form(name="full", reach=Reach(), drawn=200)
