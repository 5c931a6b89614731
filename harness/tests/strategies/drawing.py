"""What the tests of strategies share: a look for an example, and a judge of what was drawn."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning

from streamgauge.exchange import Exchange
from streamgauge.message import Message
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.rules.finding import Level
from streamgauge.strategies import vendors
from streamgauge.strategies.exchanging import EXCHANGE_SIZE, exchanged
from streamgauge.strategies.lots import Lots, drawn

DIALECTS = ("anthropic-messages", "gemini", "openai-chat", "openai-responses")

_LOOK = settings(max_examples=1_000, database=None, deadline=None, phases=[Phase.generate])


def reaches(strategy: st.SearchStrategy[Any], wanted: Callable[[Any], Any]) -> Any:
    """An example that is wanted; the test fails where none is drawn."""
    with warnings.catch_warnings():
        # It warns that what it found is long to print; nothing is printed here.
        warnings.simplefilter("ignore", HypothesisWarning)
        return find(strategy, lambda drawn: bool(wanted(drawn)), settings=_LOOK)


def anyone(dialect: str) -> st.SearchStrategy[Any]:
    """(vendor, (exchange, message)) of any vendor of a dialect; now and then of nobody known."""
    known = ("unknown", *(one for one in vendors(dialect) if one != "unknown"))

    def made(lots: Lots) -> tuple[str, tuple[Exchange, Message]]:
        vendor = lots.among(known)
        return vendor, exchanged(lots, dialect, vendor)

    return drawn(made, EXCHANGE_SIZE + 1)


def judged(exchange: Exchange, dialect: str, vendor: str, *, exact: bool = False) -> Judgement:
    return judge_exchange(exchange, Options(dialect=dialect, vendor=vendor, exact=exact))


def faults(judgement: Judgement) -> list[str]:
    """What must or should be otherwise."""
    found = judgement.outcome.findings
    return [f"{one.rule}: {one.says} ({one.got})" for one in found if one.level is not Level.MAY]


def timeless(judgement: Judgement) -> dict[str, Any]:
    """What a judgement says, but for what follows from the times of arrival."""
    record = judgement.record
    told = {key: record[key] for key in ("dialect", "vendor", "ending", "message", "error")}
    kept = [one for one in record["findings"] if not one["rule"].startswith("timing/")]
    metadata = {**record["metadata"], "timings": None}
    return {**told, "findings": kept, "metadata": metadata}
