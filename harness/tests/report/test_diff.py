"""Does the difference of two runs tell what differs, by theme, and nothing that does not?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from streamgauge.report.diff import Difference, difference, scenarios_of
from streamgauge.report.traits import Theme
from tests.report.trial_runs import Record, line, refusal, text, tool, trials

PLAIN = text("Good ", "morning.")
JSON = "application/json"

# name, A's line, B's line (both of scenario `x`), the one contrast: theme, trait, A, B
CONTRASTS: list[tuple[str, Record, Record, tuple[Theme, str, str, str]]] = [
    (
        "another media type",
        line("x", PLAIN),
        line("x", PLAIN, content_type="text/event-stream;charset=UTF-8"),
        (
            Theme.FRAMING,
            "content type",
            "text/event-stream",
            "text/event-stream;charset=UTF-8",
        ),
    ),
    (
        "other line ends",
        line("x", PLAIN),
        line("x", text("Good ", "morning.", end="\r\n\r\n")),
        (Theme.FRAMING, "line end", "LF", "CR LF"),
    ),
    (
        "another HTTP framing",
        line("x", PLAIN),
        line("x", PLAIN, framing="until-close"),
        (Theme.FRAMING, "HTTP framing", "chunked", "until-close"),
    ),
    (
        "headers of its own",
        line("x", PLAIN, headers=[["X-Trace-Id", "1"], ["x-both", "1"]]),
        line("x", PLAIN, headers=[["x-request-id", "2"], ["x-both", "2"]]),
        (Theme.FRAMING, "headers", "x-trace-id", "x-request-id"),
    ),
    (
        "no end marker",
        line("x", PLAIN),
        line("x", PLAIN.replace(b"data: [DONE]\n\n", b"")),
        (Theme.ENDINGS, "end marker", "[DONE]", "none"),
    ),
    (
        "a word of its own for a stop",
        line("x", text("No", stop="content_filter")),
        line("x", text("No", stop="sensitive"), vendor="zhipu"),
        (Theme.STOPS, "finish reason", "content_filter", "sensitive (content_filter)"),
    ),
    (
        "usage elsewhere",
        line("x", PLAIN),
        line("x", text("Good ", "morning.", usage="with")),
        (
            Theme.USAGE,
            "place",
            "in a chunk of its own after the finish reason",
            "with the finish reason",
        ),
    ),
    (
        "another counter",
        line("x", PLAIN),
        line("x", PLAIN.replace(b'"total_tokens": 14', b'"total_tokens": 14, "cached_tokens": 3')),
        (Theme.USAGE, "counters", "none", "cached_tokens"),
    ),
    (
        "ids of another form",
        line("x", tool("look_0", '{"a"', ":1}")),
        line("x", tool("call_8b3cd40fb093439ddd57c858", '{"a"', ":1}")),
        (Theme.TOOLS, "id", "NAME_#", "call_<24 hex digits>"),
    ),
    (
        "arguments at once",
        line("x", tool("look_0", '{"a"', ":1}")),
        line("x", tool("look_0", '{"a":1}')),
        (Theme.TOOLS, "arguments come", "in several pieces", "in one piece"),
    ),
    (
        "another member for reasoning",
        line("x", PLAIN.replace(b'"content": "Good ', b'"reasoning_content": "Good ')),
        line("x", PLAIN.replace(b'"content": "Good ', b'"reasoning": "Good ')),
        (Theme.REASONING, "field", "reasoning_content", "reasoning"),
    ),
    (
        "an error in other words",
        line("x", refusal("No such model", type="not_found"), status=404, content_type=JSON),
        line("x", refusal("Unknown Model", code="1211"), status=400, content_type=JSON),
        (Theme.ERRORS, "answer", "404 · not_found · No such model", "400 · 1211 · Unknown Model"),
    ),
    (
        "refused by one alone",
        line("x", PLAIN),
        line("x", refusal("Busy"), status=529, content_type=JSON),
        (Theme.ERRORS, "answer", "200", "529 · Busy"),
    ),
]


def _found(difference: Difference) -> list[tuple[Theme, str, str, str]]:
    return [(one.theme, one.trait, one.a, one.b) for one in difference.contrasts]


@pytest.mark.parametrize("row", CONTRASTS, ids=[row[0] for row in CONTRASTS])
def test_one_habit_that_differs_is_one_contrast(row: Any) -> None:
    _, a, b, expected = row
    told = _found(difference(trials([a]), trials([b])))
    assert expected in told
    # An end that is missing is an ending too; nothing else comes along.
    assert [one for one in told if one != expected and one[1] != "ending"] == []


@pytest.mark.parametrize("row", CONTRASTS, ids=[row[0] for row in CONTRASTS])
def test_a_run_does_not_differ_from_itself(row: Any) -> None:
    for one in row[1:3]:
        assert difference(trials([one]), trials([one])).is_empty


def test_equal_things_are_counted() -> None:
    names = ["a", "b", "c"]
    a = [line(name, PLAIN) for name in names]
    b = [line(name, PLAIN) for name in names[:2]] + [line("c", text("No", stop="length"))]
    found = difference(trials(a), trials(b))
    assert found.compared[Theme.STOPS] == 3
    assert [(one.trait, one.where) for one in found.of(Theme.STOPS)] == [("finish reason", ("c",))]
    assert found.of(Theme.ENDINGS) == []


def test_trials_are_paired_whatever_the_targets_are_called() -> None:
    a = [line("x#0", PLAIN), line("x#1", PLAIN), line("x~whole", PLAIN), line("mine", PLAIN)]
    b = [line(name, PLAIN, target="glm") for name in ("x#0", "x#1", "x~whole", "yours")]
    found = difference(trials(a), trials(b, target="glm"))
    assert found.pairs == 3
    assert found.only == (("mine",), ("yours",))
    assert not found.is_empty


def test_runs_of_several_targets_are_paired_by_target_too() -> None:
    both = [line("x", PLAIN), line("x", text("No", stop="length"), target="glm")]
    assert difference(trials(both), trials(both)).is_empty
    found = difference(trials(both), trials(both[:1]))
    assert found.pairs == 1
    assert found.only == (("glm/x",), ())


def test_however_often_a_cache_was_tried_it_is_one_pair() -> None:
    a = [line(f"cache#{n:02}-{kind}", PLAIN) for n in range(3) for kind in ("cold", "warm")]
    found = difference(trials(a), trials(a[:2]))
    assert found.pairs == 2
    assert found.is_empty


def test_recordings_are_paired_by_source() -> None:
    lines = [line("x", PLAIN), line("y", PLAIN)]
    for one in lines:
        del one["result"]["metadata"]["live"]
    found = difference(trials(lines), trials(lines[1:]))
    assert (found.pairs, found.only) == (1, (("kimi/x",), ()))


def test_findings_are_lost_and_gained_by_rule() -> None:
    cut = PLAIN.split(b"data: [DONE]")[0]
    found = difference(trials([line("x", PLAIN)]), trials([line("x", cut, vendor="openai")]))
    assert [one.level for one in found.shifts] == sorted(
        (one.level for one in found.shifts), key=["must", "should", "may"].index
    )
    assert any(one.rule.startswith("ending/") and one.gained == ("x",) for one in found.shifts)
    turned = difference(trials([line("x", cut, vendor="openai")]), trials([line("x", PLAIN)]))
    assert [(one.rule, one.lost) for one in turned.shifts] == [
        (one.rule, one.gained) for one in found.shifts
    ]
    assert [(one.a, one.b) for one in found.verdicts] == [("pass", "fail")]


def test_what_one_run_skipped_is_told_with_its_reason() -> None:
    skip = {"target": "kimi", "scenario": "two-choices", "reason": "gives 1 choice at most"}
    a, b = trials([line("x", PLAIN)], skips=[skip]), trials([line("x", PLAIN)])
    assert difference(a, b).skips == (("two-choices", "gives 1 choice at most", None),)
    assert difference(a, a).skips == ()


def test_times_are_facts_and_no_difference() -> None:
    a, b = line("x", PLAIN), line("x", PLAIN)
    for one, ms in ((a, 100.0), (b, 250.0)):
        one["result"]["metadata"]["timings"] = {
            "first_ms": {"any": ms},
            "total_ms": 2 * ms,
            "max_gap_ms": 1.0,
        }
    found = difference(trials([a]), trials([b]))
    assert found.is_empty
    assert [(one.name, one.a, one.b) for one in found.facts][:1] == [("first token", 100.0, 250.0)]


def test_what_makes_it_unfair_is_noted() -> None:
    a = trials([line("x", PLAIN)], rules_digest="sha256:" + "1" * 64)
    bare = {**line("x", PLAIN), "body": None}
    notes = difference(a, replace(trials([bare]), footer=None)).notes
    assert [note.split()[0:2] for note in notes] == [["The", "two"], ["B", "was"], ["B", "keeps"]]


def test_bytes_that_are_not_kept_make_no_difference() -> None:
    bare = {**line("x", PLAIN), "body": None}
    assert difference(trials([line("x", PLAIN)]), trials([bare])).contrasts == ()


@pytest.mark.parametrize(
    "member", ["dialect", "vendor", "body"], ids=lambda name: f"a {name} that nobody knows"
)
def test_a_record_of_strangers_is_no_crash(member: str) -> None:
    odd = line("x", PLAIN)
    if member == "body":
        odd["body"]["data"] = "AAAA"
    else:
        odd["result"][member] = "martian"
    assert difference(trials([odd]), trials([line("x", PLAIN)])).pairs == 1


def test_labels_fold_into_scenarios() -> None:
    assert scenarios_of(["loop#0", "loop#1", "one~whole", "one"]) == ["loop", "one"]
