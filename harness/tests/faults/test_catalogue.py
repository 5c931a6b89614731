"""Every fault breaks exactly what it declares, in every dialect, or nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults.catalogue import UnknownFault, chosen, faults
from streamgauge.faults.fault import DIALECTS, Breaks, Fault
from streamgauge.pipeline import Options, judge_exchange
from streamgauge.rules import catalogue as rules
from tests.faults.good import Good

EACH = pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)
Outcomes = dict[str, frozenset[str]]


@cache
def broken(exchange: Exchange, dialect: str, vendor: str) -> frozenset[str]:
    judged = judge_exchange(exchange, Options(dialect=dialect, vendor=vendor))
    return frozenset(judged.outcome.broken)


def outcomes(fault: Fault, goods: Iterable[Good]) -> dict[str, Outcomes]:
    """By dialect, what is newly broken in each good exchange in which there is something to spoil.

    Every exchange is judged once: both questions about it are asked in one test.
    """
    found: dict[str, Outcomes] = {dialect: {} for dialect in DIALECTS.values()}
    for one in goods:
        spoiled = fault(one.exchange, one.setting)
        if spoiled != one.exchange:
            dialect = one.setting.dialect.name
            before = broken(one.exchange, dialect, one.vendor)
            found[dialect][one.name] = broken(spoiled, dialect, one.vendor) - before
    return found


def undeclared(fault: Fault, found: Mapping[str, Outcomes]) -> Iterator[str]:
    """What breaks and is not declared, and what is declared and does not break."""
    for dialect, each in found.items():
        said = fault.declared.get(dialect)
        wanted = frozenset(said.rules) if isinstance(said, Breaks) else frozenset()
        allowed = wanted.union(said.perhaps) if isinstance(said, Breaks) else wanted
        if bool(each) is not (said is not None):
            yield f"{dialect}: spoils {len(each)} exchanges, declares {said}"
        for name, new in each.items():
            if not wanted <= new <= allowed:
                yield f"{dialect}: {name}: not {sorted(wanted - new)}, but {sorted(new - allowed)}"


def in_vain(fault: Fault, found: Mapping[str, Outcomes]) -> list[str]:
    """What a fault may break and does nowhere."""
    declared = [said for said in fault.declared.values() if isinstance(said, Breaks)]
    perhaps = {rule for said in declared for rule in said.perhaps}
    return sorted(perhaps.difference(*(new for each in found.values() for new in each.values())))


@EACH
def test_a_fault_breaks_exactly_what_it_declares(fault: Fault, goods: tuple[Good, ...]) -> None:
    found = outcomes(fault, goods)
    assert [*undeclared(fault, found), *in_vain(fault, found)] == []


@EACH
def test_a_fault_names_rules_that_exist_and_says_what_it_does(fault: Fault) -> None:
    declared = [said for said in fault.declared.values() if isinstance(said, Breaks)]
    named = {rule for said in declared for rule in (*said.rules, *said.perhaps)}
    assert named <= {rule.slug for rule in rules.rules()}
    assert fault.says


@EACH
def test_what_is_spoiled_can_be_played(fault: Fault, goods) -> None:
    for one in goods:
        spoiled = fault(one.exchange, one.setting)
        offsets = [offset for offset, _ in spoiled.arrivals or ()]
        times = [at for _, at in spoiled.arrivals or ()]
        assert offsets == sorted(set(offsets))
        assert times == sorted(times)
        assert offsets[0] == 0
        assert offsets[-1] <= len(spoiled.body)


def test_the_faults_are_those_that_the_project_promises() -> None:
    promised = {
        "pause", "stall", "reset", "half-close", "no-last-chunk", "trickle", "split-character",
        "split-line-end", "glue", "gzip", "wrong-type", "json-instead", "html-instead",
        "error-status", "error-in-stream", "cut-in-text", "cut-in-arguments", "no-end-marker",
    }  # fmt: skip
    assert promised <= {fault.name for fault in faults()}


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("stall", "stall", {}),
        ("stall:after=0.25,ms=9", "stall", {"after": 0.25, "ms": 9.0}),
        (
            "error-status:status=429,retry_after=2",
            "error-status",
            {"status": 429, "retry_after": 2},
        ),
        ("wrong-type:type=text/html", "wrong-type", {"type": "text/html"}),
    ],
)
def test_a_fault_is_chosen_by_name_and_options(
    text: str, name: str, options: dict[str, object]
) -> None:
    found = chosen(text)
    assert (found.fault.name, dict(found.options)) == (name, options)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing", "no fault 'nothing'; known: "),
        ("stall:for=9", "stall has no option 'for'; known: after=0.5, ms=61000.0"),
        ("stall:ms=long", "stall: ms='long' is not a number"),
        ("error-status:status=4.5", "error-status: status='4.5' is not a whole number"),
        ("gzip:level=1", "gzip has no option 'level'; known: none"),
        ("pause:after=2", "pause: after='2.0' is not between 0 and 1"),
        ("pause:ms=nan", "pause: ms='nan' is not a number"),
        ("html-instead:status=20", "html-instead: status='20' is no HTTP status"),
    ],
)
def test_what_cannot_be_chosen_is_one_line(text: str, says: str) -> None:
    with pytest.raises(UnknownFault) as refused:
        chosen(text)
    assert str(refused.value).startswith(says)
    assert "\n" not in str(refused.value)
