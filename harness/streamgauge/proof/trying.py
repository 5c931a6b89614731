"""Puts one fault on one good stream, and holds what bites against what the fault declares.

Pure: the same fault and stream give the same answer. What raises is an answer too: a fault or a
rule that fails is our mistake, and must not hide the others.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from streamgauge.faults.fault import Breaks, Declared, Fault
from streamgauge.message import Ending
from streamgauge.pipeline import Judgement, judge_exchange
from streamgauge.proof.good import Good
from streamgauge.rules.finding import Outcome
from streamgauge.rules.rule import Need


class Spoiled(enum.Enum):
    """What came of a fault on a stream."""

    UNTOUCHED = "untouched"
    BITTEN = "bitten"
    INVISIBLE = "invisible"
    UNASKED = "unasked"
    SILENT = "silent"
    WRONG = "wrong"
    RAISED = "raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """A good stream as it is: the rules that bite, and whether there is a whole stream to spoil.

    `asked` are the rules that were asked of it and hold.
    """

    broken: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    whole: bool = False
    raised: str = ""

    @property
    def is_good(self) -> bool:
        """Whether no rule bites."""
        return not (self.broken or self.raised)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One fault on one stream.

    `bites` are all rules that bite; `missing` those that must and do not, though they were asked or
    could have been; `undeclared` those of which the fault says nothing; `unasked` those that must
    bite and cannot be asked of this stream (no arrivals, another vendor's habit).
    """

    result: Spoiled
    bites: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    raised: str = ""


def bare(good: Good) -> Bare:
    """What the rules say of a stream before anything is done to it."""
    try:
        judged = judge_exchange(good.exchange, good.options)
    except Exception as error:  # whatever it is, it is one line of the score
        return Bare(raised=_line(error))
    found = judged.transcript
    whole = found is not None and found.streamed and found.ending is Ending.COMPLETE
    outcome = judged.outcome
    return Bare(broken=outcome.broken, asked=frozenset(outcome.passed), whole=whole)


def tried(fault: Fault, good: Good) -> Tried:
    """What a fault does to a stream of which no rule finds anything."""
    try:
        exchange = fault(good.exchange, good.setting)
        if exchange == good.exchange:
            return Tried(result=Spoiled.UNTOUCHED)
        judged = judge_exchange(exchange, good.options)
    except Exception as error:  # as above
        return Tried(result=Spoiled.RAISED, raised=_line(error))
    return _weighed(fault.declared.get(good.dialect), judged, good)


def _weighed(said: Declared | None, judged: Judgement, good: Good) -> Tried:
    wanted, allowed = _declared(said)
    bites = judged.outcome.broken
    lacking = tuple(rule for rule in wanted if rule not in bites)
    unasked = _unaskable(judged, good) if lacking else frozenset()
    missing = tuple(rule for rule in lacking if rule not in unasked)
    undeclared = tuple(rule for rule in bites if rule not in allowed)
    return Tried(
        result=_result(said, bites, missing=missing, undeclared=undeclared, lacking=lacking),
        bites=bites,
        missing=missing,
        undeclared=undeclared,
        unasked=tuple(rule for rule in lacking if rule in unasked),
    )


def _declared(said: Declared | None) -> tuple[tuple[str, ...], frozenset[str]]:
    """The rules that must bite, and all that may."""
    if isinstance(said, Breaks):
        return said.rules, frozenset((*said.rules, *said.perhaps))
    return (), frozenset()


def _result(
    said: Declared | None,
    bites: tuple[str, ...],
    *,
    missing: tuple[str, ...],
    undeclared: tuple[str, ...],
    lacking: tuple[str, ...],
) -> Spoiled:
    if missing or undeclared or said is None:
        return Spoiled.WRONG
    if bites:
        return Spoiled.BITTEN
    if not isinstance(said, Breaks):
        return Spoiled.INVISIBLE
    return Spoiled.UNASKED if lacking else Spoiled.SILENT


_SURROUNDINGS = frozenset(
    {
        Need.REQUEST, Need.HISTORY, Need.HEAD, Need.STATUS, Need.HEADERS, Need.CLOSE, Need.STAYED,
        Need.ARRIVALS, Need.SEAM, Need.PRECISION, Need.SSE, Need.ARRAY, Need.USAGE_ASKED,
        Need.JSON_ASKED, Need.STOP_SEQUENCES,
    }
)  # fmt: skip
"""What a stream has or has not, whatever a fault does to what was said."""


def _unaskable(judged: Judgement, good: Good) -> frozenset[str]:
    """Rules that were asked of the stream neither before nor after, and no fault can mend that.

    The vendor's profile answers them, or what surrounds the stream is not known.
    """
    before = judge_exchange(good.exchange, good.options).outcome
    return frozenset(_not_askable(before) & _not_askable(judged.outcome))


def _not_askable(outcome: Outcome) -> set[str]:
    """Skipped rules, but for those that were skipped for what is said in the stream."""
    said = {need.value for need in Need if need not in _SURROUNDINGS}
    return {one.rule for one in outcome.skipped if one.reason not in said}


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
