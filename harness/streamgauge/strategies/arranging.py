"""Events in an order that is as lawful as the one they were spoken in, saying the same.

Calls that a model makes side by side may come in turns, piece by piece: what `speak` says one
after the other is mixed here. It must never change what a call says, nor the order of its pieces.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from streamgauge.dialects.dialect import WireEvent
from streamgauge.strategies.lots import Lots

Piece = TypeVar("Piece")
Change = Callable[[list[Any]], list[Any]]


def changed(events: Sequence[WireEvent], change: Change) -> list[WireEvent]:
    """The events with the JSON of all of them changed at once; a sentinel stays where it is.

    `change` gives as many values as it takes.
    """
    spoken = [event for event in events if event.data.startswith("{")]
    told = iter(change([json.loads(event.data) for event in spoken]))
    return [
        _written(next(told), event.name) if event.data.startswith("{") else event
        for event in events
    ]


def _written(value: dict[str, object], name: str | None) -> WireEvent:
    """An event named for what it is now, where events have names."""
    named = None if name is None else str(value.get("type", name))
    return WireEvent(named, json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def mixed(lots: Lots, pieces: Sequence[Piece], key: Callable[[Piece], Hashable]) -> list[Piece]:
    """The pieces in turns: those of one key in their order, keys beginning in theirs."""
    rows: dict[Hashable, list[Piece]] = {}
    for piece in pieces:
        rows.setdefault(key(piece), []).append(piece)
    waiting, begun, told = [*rows.values()], 0, list[Piece]()
    while waiting:
        at = lots.below(min(begun + 1, len(waiting)))
        begun = max(begun, at + 1)
        told.append(waiting[at].pop(0))
        if not waiting[at]:
            del waiting[at]
            begun -= 1
    return told
