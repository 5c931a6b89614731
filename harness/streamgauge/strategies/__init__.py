"""Hypothesis strategies for streams of LLM APIs: lawful exchanges, and what happens to them.

What is drawn follows from each dialect's own `speak`, `tell` and `build` and from the facts of a
vendor's profile; nothing is listed by hand but texts that are known to break programs. Needs the
extra `proof`; nothing else of the package imports hypothesis. docs/strategies.md tells how to use
it.
"""

from streamgauge.strategies.arguments import objects
from streamgauge.strategies.cutting import any_bytes, arrivals, splits
from streamgauge.strategies.exchanging import exchanges, messages, prompts
from streamgauge.strategies.faulting import Faulted, faulted
from streamgauge.strategies.sampling import sample
from streamgauge.strategies.texts import texts
from streamgauge.strategies.voicing import vendors

__all__ = [
    "Faulted",
    "any_bytes",
    "arrivals",
    "exchanges",
    "faulted",
    "messages",
    "objects",
    "prompts",
    "sample",
    "splits",
    "texts",
    "vendors",
]
