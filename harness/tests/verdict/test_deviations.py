"""Excuses: where they hold, how they are read and written, and when they are stale."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.rules.finding import Finding, Level, Outcome, Skipped
from streamgauge.verdict import deviations
from streamgauge.verdict.deviations import Excuse, Exercise, Place

RULE = "tools/arguments-are-json"


def excuse(**members: Any) -> Excuse:
    given: dict[str, Any] = {"rule": RULE, "reason": "known", "link": "", "since": "2025-01-02"}
    return Excuse(**{**given, "source": "*.sse", **members})


def outcome(
    passed: tuple[str, ...] = (), broken: tuple[str, ...] = (), skipped: str = ""
) -> Outcome:
    return Outcome(
        passed=passed,
        broken=broken,
        skipped=(Skipped(rule=skipped, reason="not asked"),) if skipped else (),
        findings=(),
    )


def finding(rule: str = RULE, says: str = "It must parse.") -> Finding:
    return Finding(rule=rule, level=Level.MUST, says=says, expected="a", got="b")


@pytest.mark.parametrize(
    ("source", "pattern", "matches"),
    [
        ("a.sse", "a.sse", True),
        ("logs/a.sse", "a.sse", True),
        ("/srv/logs/a.sse", "logs/a.sse", True),
        ("./logs/a.sse", "logs/*.sse", True),
        ("logs/a.sse", "logs/*", True),
        ("logs/day/a.sse", "logs/*", False),
        ("logs/day/a.sse", "logs/**", True),
        ("logs/a.sse", "logs/**/a.sse", True),
        ("logs/day/hour/a.sse", "logs/**/a.sse", True),
        ("logs/day/b.sse", "logs/**/a.sse", False),
        ("anything/at/all", "**", True),
        ("logs/a.sse", "./a.sse", False),
        ("logs/a.sse", "./logs/a.sse", True),
        ("logs/a.sse", "/logs/a.sse", False),
        ("/logs/a.sse", "/logs/a.sse", True),
        ("/x/logs/a.sse", "/logs/a.sse", False),
        ("a.har#2", "a.har", True),
        ("a.har#2", "a.har#2", True),
        ("a.har#3", "a.har#2", False),
        ("-", "-", True),
        ("A.sse", "a.sse", False),
        ("a[1].sse", "a[[]1].sse", True),
        ("", "a.sse", False),
        ("a/b/c/d/e/f/g/h/i/j/k" * 40, "**/".join("a" * 40), False),
    ],
)
def test_a_source_answers_to_a_pattern(source: str, pattern: str, matches: bool) -> None:
    assert deviations.path_matches(source, pattern) is matches


@pytest.mark.parametrize(
    ("selectors", "covers"),
    [
        ({"source": "*.sse"}, True),
        ({"source": "*.har"}, False),
        ({"source": None, "target": "kimi"}, True),
        ({"source": None, "target": "glm"}, False),
        ({"source": None, "scenario": "tools"}, True),
        ({"source": None, "scenario": "plain"}, False),
        ({"source": "*.sse", "target": "glm"}, False),
        ({"source": "*.sse", "target": "kimi", "scenario": "tools"}, True),
    ],
    ids=str,
)
def test_every_given_selector_must_match(selectors: dict[str, Any], covers: bool) -> None:
    place = Place(source="a.sse", target="kimi", scenario="tools")
    assert excuse(**selectors).covers(place) is covers


@pytest.mark.parametrize(
    ("pattern", "excuses"),
    [(RULE, True), ("tools/*", True), ("*", True), ("stop/*", False), ("tools", False)],
)
def test_a_rule_may_be_a_pattern(pattern: str, excuses: bool) -> None:
    assert excuse(rule=pattern).excuses(RULE) is excuses


def test_the_first_fitting_excuse_speaks() -> None:
    other, first, second = excuse(rule="stop/*"), excuse(reason="first"), excuse(reason="second")
    chosen = deviations.excuse_for(finding(), Place(source="a.sse"), (other, first, second))
    assert chosen is first


def test_a_file_is_read() -> None:
    text = """
        [[deviation]]
        target = "kimi"
        rule = "stop/*"
        reason = "their gateway"
        link = "https://example.com/12"
        since = 2025-01-02
        flaky = true
    """
    assert deviations.read(text, "d.toml") == (
        Excuse(
            target="kimi",
            rule="stop/*",
            reason="their gateway",
            link="https://example.com/12",
            since="2025-01-02",
            flaky=True,
        ),
    )
    assert deviations.read("", "d.toml") == ()


GOOD = {
    "source": '"*.sse"',
    "rule": '"stop/*"',
    "reason": '"known"',
    "link": '""',
    "since": '"2025-01-02"',
}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rule": None}, "d.toml: deviation 2: `rule` is missing"),
        ({"reason": None}, "d.toml: deviation 2: `reason` is missing"),
        ({"link": None}, "d.toml: deviation 2: `link` is missing"),
        ({"since": None}, "d.toml: deviation 2: `since` is missing"),
        ({"reason": '" "'}, "d.toml: deviation 2: `reason` is empty"),
        ({"rule": "7"}, "d.toml: deviation 2: `rule` must be a string"),
        ({"flaky": '"yes"'}, "d.toml: deviation 2: `flaky` must be true or false"),
        ({"since": '"lately"'}, "d.toml: deviation 2: `since` must be a date such as 2025-06-30"),
        ({"rules": '"*"'}, "d.toml: deviation 2: unknown key 'rules'"),
        (
            {"source": None},
            "d.toml: deviation 2: say where it holds: `source`, `target` or `scenario`",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_entry_is_named_in_one_line(changes: dict[str, str | None], says: str) -> None:
    def entry(members: dict[str, Any]) -> str:
        pairs = (f"{key} = {value}\n" for key, value in members.items() if value is not None)
        return "[[deviation]]\n" + "".join(pairs)

    with pytest.raises(ValueError) as error:
        deviations.read(entry(GOOD) + entry({**GOOD, **changes}), "d.toml")
    assert str(error.value) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[deviation", "d.toml: not TOML: "),
        ("deviation = 7", "d.toml: `deviation` must be a list: write [[deviation]]"),
        ("deviation = [7]", "d.toml: deviation 1: not a table"),
        ("[excuse]", "d.toml: unknown key 'excuse'; entries are [[deviation]] tables"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(ValueError) as error:
        deviations.read(text, "d.toml")
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)


NEEDED = outcome(broken=(RULE,))
IDLE = outcome(passed=(RULE,))
NOT_ASKED = outcome(skipped=RULE)


@pytest.mark.parametrize(
    ("known", "outcomes", "stale", "unexercised"),
    [
        (excuse(), [("a.sse", NEEDED)], False, False),
        (excuse(), [("a.sse", IDLE)], True, False),
        (excuse(), [("a.sse", IDLE), ("b.sse", NEEDED)], False, False),
        (excuse(), [("a.sse", IDLE), ("b.har", NEEDED)], True, False),
        (excuse(), [("a.sse", NOT_ASKED)], False, True),
        (excuse(), [("a.sse", NOT_ASKED), ("b.sse", IDLE)], True, False),
        (excuse(), [("a.har", IDLE)], False, True),
        (excuse(), [], False, True),
        (excuse(flaky=True), [("a.sse", IDLE)], False, False),
        (excuse(rule="tools/*"), [("a.sse", outcome((RULE,), ("tools/x",)))], False, False),
        (excuse(rule="tools/*"), [("a.sse", IDLE)], True, False),
    ],
    ids=[
        "needed",
        "idle",
        "needed elsewhere",
        "needed only where it does not speak",
        "only skipped",
        "skipped here, idle there",
        "nothing matches",
        "no stream",
        "flaky",
        "pattern needed by one rule",
        "pattern idle",
    ],
)
def test_only_what_was_tried_and_never_needed_is_stale(
    known: Excuse, outcomes: list[tuple[str, Outcome]], stale: bool, unexercised: bool
) -> None:
    tried = Exercise()
    for source, one in outcomes:
        tried |= deviations.exercise((known,), Place(source=source), one)
    assert bool(deviations.stale((known,), tried)) is stale
    assert bool(deviations.unexercised((known,), tried)) is unexercised


def test_an_update_keeps_what_holds_drops_what_is_stale_and_adds_what_is_new() -> None:
    needed, idle = excuse(reason="ours"), excuse(rule="stop/*")
    unasked = excuse(rule="usage/*", reason="not tried today")
    known = (idle, needed, unasked)
    seen = outcome(passed=("stop/x",), broken=(RULE, "order/x"))
    tried = deviations.exercise(known, Place(source="a.sse"), seen)
    accepted = [
        (Place(source="z.sse"), finding("order/x", "First.")),
        (Place(source="a.sse"), finding("order/x", "First.")),
        (Place(source="a.sse"), finding("order/x", "Second of the same rule.")),
        (Place(source="live", target="kimi", scenario="plain"), finding("order/x")),
    ]
    found = deviations.updated(known, tried, accepted, "2025-03-04")
    assert found[:2] == (needed, unasked)
    assert [(one.target, one.scenario, one.source, one.reason) for one in found[2:]] == [
        (None, None, "./a.sse", "accepted on 2025-03-04: First."),
        (None, None, "./z.sse", "accepted on 2025-03-04: First."),
        ("kimi", "plain", None, "accepted on 2025-03-04: It must parse."),
    ]


def test_an_update_does_not_depend_on_the_order_of_streams() -> None:
    accepted = [(Place(source=name), finding(rule)) for name in "cab" for rule in ("b/x", "a/x")]
    forward = deviations.updated((), Exercise(), accepted, "2025-03-04")
    assert forward == deviations.updated((), Exercise(), accepted[::-1], "2025-03-04")


@pytest.mark.parametrize(
    "source",
    ["a.sse", "./a.sse", "/logs/a.sse", "../a.sse", "a[1]*?.sse", "a.har#3", "-", "\udcff.sse"],
)
def test_a_written_excuse_covers_its_own_stream(source: str) -> None:
    place = Place(source=source)
    text = deviations.write(deviations.updated((), Exercise(), [(place, finding())], "2025-03-04"))
    (known,) = deviations.read(text, "d.toml")
    assert known.covers(place)
    assert not known.covers(Place(source=f"other/{source.removeprefix('/')}"))


def test_hostile_words_stay_within_their_string() -> None:
    says = 'a"\n[[deviation]]\nrule = "*"\\ \u202e \x7f \ud800 \U000e0041'
    text = deviations.write([excuse(reason=says, flaky=True)])
    assert text == (
        '[[deviation]]\nsource = "*.sse"\nrule = "tools/arguments-are-json"\n'
        r'reason = "a\"\u000A[[deviation]]\u000Arule = \"*\"\\ \u202E \u007F \uFFFD \U000E0041"'
        '\nlink = ""\nsince = "2025-01-02"\nflaky = true\n'
    )


@given(st.text(min_size=1).filter(str.strip))
def test_what_is_written_is_read_back(reason: str) -> None:
    known = excuse(reason=reason)
    text = deviations.write([known, known])
    assert len(tomllib.loads(text)["deviation"]) == 2
    assert deviations.read(text, "d.toml") == (known, known)
