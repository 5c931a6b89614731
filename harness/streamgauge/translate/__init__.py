"""Reference translators between dialects; docs/translate.md tells how they are used.

Pure values and folds: what comes over a socket, and when, is the business of whoever asks.
"""

from streamgauge.translate.ledger import Bounds, Ledger, Use
from streamgauge.translate.round_trip import Change, verify_round_trip
from streamgauge.translate.schemas import differences
from streamgauge.translate.translator import Answering, Translator, Untranslatable

__all__ = [
    "Answering",
    "Bounds",
    "Change",
    "Ledger",
    "Translator",
    "Untranslatable",
    "Use",
    "differences",
    "verify_round_trip",
]
