"""Whether a vendor's prefix cache works: pairs of cold and warm requests in, a verdict out."""

from streamgauge.verdict.cache.latency import LOOKS
from streamgauge.verdict.cache.pair import MOST, CacheFacts, Counters, Pair, Token
from streamgauge.verdict.cache.ruling import (
    Answer,
    CacheRuling,
    Reason,
    Witness,
    enough,
    rule_on,
    too_short,
)

__all__ = [
    "LOOKS",
    "MOST",
    "Answer",
    "CacheFacts",
    "CacheRuling",
    "Counters",
    "Pair",
    "Reason",
    "Token",
    "Witness",
    "enough",
    "rule_on",
    "too_short",
]
