"""Lawful exchanges that a fault has spoiled, beside what they were.

Which faults there are, and what they break, is known to `faults` alone. It must never judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hypothesis import strategies as st

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange
from streamgauge.faults.catalogue import Chosen, faults
from streamgauge.faults.fault import Fault, Setting, Value
from streamgauge.message import Message
from streamgauge.strategies.exchanging import EXCHANGE_SIZE, exchanged, exchanges
from streamgauge.strategies.lots import Lots, drawn
from streamgauge.strategies.voicing import narrowed
from streamgauge.vendors.profile import UNKNOWN


class Faulted(NamedTuple):
    """An exchange, the same spoiled, the fault with its options, and what the first one says."""

    exchange: Exchange
    spoiled: Exchange
    chosen: Chosen
    message: Message


def faulted(dialect: str, vendor: str | None = None) -> st.SearchStrategy[Faulted]:
    """A lawful exchange and a fault that finds something to spoil in it.

    ValueError for a dialect that there is none of, or a vendor that does not speak it.
    """
    # The plain strategy refuses what is not known, at once and in its own words.
    exchanges(dialect, vendor)
    return drawn(lambda lots: _spoiled(lots, dialect, vendor), EXCHANGE_SIZE + 8)


def _spoiled(lots: Lots, dialect: str, vendor: str | None) -> Faulted:
    rest = lots.apart(8)
    exchange, message = exchanged(lots, dialect, vendor)
    setting = Setting(dialect=named(dialect), facts=narrowed(dialect, vendor or UNKNOWN).facts)
    known = [fault for fault in faults() if dialect in fault.declared]
    first = rest.below(len(known))
    options = {"after": rest.among((0.5, 0.1, 0.9)), "seed": rest.below(8)}
    for fault in (*known[first:], *known[:first]):
        chosen = Chosen(fault=fault, options=dict(_fitting(fault, options)))
        spoiled = chosen(exchange, setting)
        if spoiled != exchange:
            return Faulted(exchange, spoiled, chosen, message)
    # Every answer has bytes, and faults that cut them find some; none is left without.
    raise AssertionError("no fault finds anything to spoil in a lawful exchange")


def _fitting(fault: Fault, options: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """Options that mean the same in every fault that has them; others stay as they are."""
    return ((name, value) for name, value in options.items() if name in fault.options)
