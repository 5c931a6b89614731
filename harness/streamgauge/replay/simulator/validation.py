"""What is wrong with a request that was understood: the first thing that the vendor would say.

The duties of a history come from `history`, with the vendor's own words.
"""

from __future__ import annotations

from streamgauge.dialects.dialect import Facts
from streamgauge.history import breaches
from streamgauge.replay.simulator.heard import Heard
from streamgauge.replay.simulator.refusals import Refused, refused


def refusal_of(heard: Heard, facts: Facts) -> Refused | None:
    """Why the request is refused; None where it is served."""
    if not heard.turns:
        return refused("bad-request", facts, why="The request holds no messages.")
    for breach in breaches(heard.turns, heard.asked, facts):
        return Refused(breach.refusal, f"history-errors.{breach.duty.name}")
    return None
