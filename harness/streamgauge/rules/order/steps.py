"""Which machines are those of parts, and which of their missteps mean a piece without a part.

Words of the grammars only; it judges nothing.
"""

from __future__ import annotations

from streamgauge.rules.order.walk import Misstep

PART_SCOPES = frozenset({"part", "item", "summary", "arguments", "command", "work", "call"})
"""The machines below the stream that follow one part each."""

_PIECES = frozenset({"delta", "body", "text_done", "annotation"})


def is_piece(miss: Misstep) -> bool:
    """Whether a misstep is a piece for a part that was never begun or that has ended."""
    outside = miss.state == miss.machine.start or miss.state in miss.machine.accepts
    return outside and miss.symbol.symbol in _PIECES
