"""Where a vendor puts usage in a stream, given what was asked: which places, and what between.

The fact `usage-sent` names the places for a request with and without `include_usage`. Without it
the first of `usage-places` holds, and an own chunk is never sent unasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from streamgauge.dialects.dialect import Facts
from streamgauge.prompt import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Every place that counts in this answer; `beside` is the vendor's own member of a chunk."""

    choice: bool
    finish_chunk: bool
    after_finish: bool
    own_chunk: bool
    every_chunk: bool
    beside: str | None
    null_between: bool


def places_of(facts: Facts, asked: Asked) -> Places:
    """The places that the facts name."""
    wanted = asked.include_usage is True
    names = _names(facts, wanted=wanted)
    member = facts.get("usage-beside-member")
    between = facts.get("usage-between", "null-when-asked")
    return Places(
        choice="choice" in names,
        finish_chunk=not names.isdisjoint({"finish-chunk", "every-chunk"}),
        after_finish="after-finish" in names,
        own_chunk="own-chunk" in names,
        every_chunk="every-chunk" in names,
        beside=member if isinstance(member, str) and "beside" in names else None,
        null_between=between == "null" or (between == "null-when-asked" and wanted),
    )


def _names(facts: Facts, *, wanted: bool) -> frozenset[str]:
    sent = facts.get("usage-sent")
    if isinstance(sent, Mapping):
        named = sent.get("asked" if wanted else "unasked")
        return frozenset(map(str, named if isinstance(named, list) else ()))
    known = facts.get("usage-places")
    first = str(known[0]) if isinstance(known, list) and known else "own-chunk"
    if wanted or (facts.get("usage-unasked") is True and first != "own-chunk"):
        return frozenset({first})
    return frozenset()
