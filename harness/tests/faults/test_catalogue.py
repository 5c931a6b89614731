"""Every fault breaks exactly what it declares, in every dialect, or nobody can tell."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2b

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults.catalogue import Chosen, UnknownFault, by_name, chosen, faults
from streamgauge.faults.fault import DIALECTS, Breaks, Fault
from streamgauge.pipeline import Options, judge_exchange
from streamgauge.rules import catalogue as rules
from streamgauge.rules.finding import Level
from tests.faults.good import Good

EACH = pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)
Outcomes = dict[str, frozenset[str]]
HEAVY = frozenset(("huge-line", "over-limit"))
LONG = os.environ.get("STREAMGAUGE_LONG") == "1"


def broken(exchange: Exchange, dialect: str, vendor: str) -> frozenset[str]:
    judged = judge_exchange(exchange, Options(dialect=dialect, vendor=vendor))
    return frozenset(judged.outcome.broken)


@cache
def before(one: Good) -> frozenset[str]:
    """What a good exchange breaks as it is: notes at most."""
    return broken(one.exchange, one.setting.dialect.name, one.vendor)


def shuffled(fault: Fault, goods: Iterable[Good]) -> list[Good]:
    """The goods in an order of the fault's own, so that each of them is tried by some."""
    return sorted(goods, key=lambda one: blake2b(f"{fault.name} {one.name}".encode()).digest())


def enough(fault: Fault) -> int:
    """How many spoiled exchanges of a dialect are judged; all of them in long runs."""
    if LONG:
        return 1_000_000
    return 1 if fault.name in HEAVY else 5


def outcomes(fault: Fault, goods: Iterable[Good]) -> dict[str, Outcomes]:
    """By dialect, what is newly broken in good exchanges in which there is something to spoil.

    Goods are tried until there are enough, and all that the fault may break was seen broken.
    """
    found: dict[str, Outcomes] = {dialect: {} for dialect in DIALECTS.values()}
    unseen = may_break(fault)
    for one in shuffled(fault, goods):
        dialect = one.setting.dialect.name
        said = fault.declared.get(dialect)
        waits = isinstance(said, Breaks) and not unseen.isdisjoint(said.perhaps)
        if len(found[dialect]) >= enough(fault) and not waits:
            continue
        spoiled = fault(one.exchange, one.setting)
        if spoiled != one.exchange:
            require_playable(spoiled)
            found[dialect][one.name] = broken(spoiled, dialect, one.vendor) - before(one)
            unseen -= found[dialect][one.name]
    return found


def may_break(fault: Fault) -> set[str]:
    """Every rule that the fault may break in some dialect, and need not."""
    declared = [said for said in fault.declared.values() if isinstance(said, Breaks)]
    return {rule for said in declared for rule in said.perhaps}


def require_playable(spoiled: Exchange) -> None:
    """What a server can play: segments and times in order, from the first byte on."""
    offsets = [offset for offset, _ in spoiled.arrivals or ()]
    times = [at for _, at in spoiled.arrivals or ()]
    assert offsets == sorted(set(offsets))
    assert times == sorted(times)
    assert offsets[0] == 0
    assert offsets[-1] <= len(spoiled.body)


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
    return sorted(
        may_break(fault).difference(*(new for one in found.values() for new in one.values()))
    )


def test_goods_are_good_and_have_names_of_their_own(goods: tuple[Good, ...]) -> None:
    notes = {rule.slug for rule in rules.rules() if rule.level is Level.MAY}
    assert {one.name: found for one in goods if (found := before(one) - notes)} == {}
    assert len({one.name for one in goods}) == len(goods)


@EACH
def test_a_fault_breaks_exactly_what_it_declares(fault: Fault, goods: tuple[Good, ...]) -> None:
    found = outcomes(fault, goods)
    assert [*undeclared(fault, found), *in_vain(fault, found)] == []


@EACH
def test_a_fault_names_rules_that_exist_and_says_what_it_does(fault: Fault) -> None:
    assert declared(fault) <= {rule.slug for rule in rules.rules()}
    assert fault.says


def test_every_rule_is_reached_by_a_fault() -> None:
    reached = frozenset[str]().union(*map(declared, faults()))
    assert sorted({rule.slug for rule in rules.rules()} - reached) == []


def declared(fault: Fault) -> set[str]:
    """Every rule that a fault breaks or may break."""
    said = [said for said in fault.declared.values() if isinstance(said, Breaks)]
    return {rule for each in said for rule in each.rules}.union(may_break(fault))


def test_the_faults_are_those_that_the_project_promises() -> None:
    promised = {
        "pause", "stall", "reset", "half-close", "no-last-chunk", "trickle", "split-character",
        "split-line-end", "glue", "gzip", "wrong-type", "json-instead", "html-instead",
        "error-status", "error-in-stream", "cut-in-text", "cut-in-arguments", "no-end-marker",
    }  # fmt: skip
    assert promised <= {fault.name for fault in faults()}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("stall", [("stall", {})]),
        ("stall:after=0.25,ms=9", [("stall", {"after": 0.25, "ms": 9.0})]),
        (
            "error-status:status=429,retry_after=2",
            [("error-status", {"status": 429, "retry_after": 2})],
        ),
        ("wrong-type:type=text/html", [("wrong-type", {"type": "text/html"})]),
        ("cut-in-text:after=0.3+crlf", [("cut-in-text", {"after": 0.3}), ("crlf", {})]),
        ("crlf+bom+gzip", [("crlf", {}), ("bom", {}), ("gzip", {})]),
        ("wrong-type:type=a/b+json+crlf", [("wrong-type", {"type": "a/b+json"}), ("crlf", {})]),
        ("reset_peer:after=0.1", [("reset", {"after": 0.1})]),
    ],
)
def test_a_fault_is_chosen_by_name_and_options(text: str, wanted: list[object]) -> None:
    one: Chosen | None = chosen(text)
    found = []
    while one is not None:
        found.append((one.fault.name, dict(one.options)))
        one = one.then
    assert found == wanted


def test_faults_that_are_joined_spoil_one_after_the_other(goods: tuple[Good, ...]) -> None:
    one = goods[0]
    both = chosen("no-end-marker+crlf")(one.exchange, one.setting)
    first = chosen("no-end-marker")(one.exchange, one.setting)
    assert both.body == first.body.replace(b"\n", b"\r\n") != one.exchange.body


def test_no_two_faults_have_a_name_in_common() -> None:
    named = [name for fault in faults() for name in (fault.name, *fault.also)]
    assert len(named) == len(set(named)) == len(by_name())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing", "no fault 'nothing'; known: "),
        ("crlf+nothing", "no fault 'crlf+nothing'; known: "),
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
