"""Duties of the next request: what must be sent back, and what each vendor says where it was not.

Held here once, for three readers: the simulator refuses with these words, the rules `history/*`
make findings of the same lapses, and the runner builds its next turn with `next_turn`. Which duties
a vendor has, and in what words it refuses, are facts of its profile; what is not sourced there is
not enforced. Pure: turns and facts in, values out; no wire format is known here.
"""

from streamgauge.history.duty import Breach, Duty, Issued, Lapse, Unkept
from streamgauge.history.enforce import DUTIES, breaches, duties, lapses, refusal
from streamgauge.history.sending import next_turn, without

__all__ = [
    "DUTIES",
    "Breach",
    "Duty",
    "Issued",
    "Lapse",
    "Unkept",
    "breaches",
    "duties",
    "lapses",
    "next_turn",
    "refusal",
    "without",
]
