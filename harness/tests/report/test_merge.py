"""Is a merged run what its parts are, and a run like any other?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from streamgauge.report import terminal
from streamgauge.report.merge import merged
from streamgauge.report.plain_json import dumps
from streamgauge.report.run import Run, read
from tests.report.trial_runs import line, text, trials

GOOD = line("good", text("a"))
CUT = line("cut", text("a").split(b"data: [DONE]")[0], vendor="openai")
SKIP = {"target": "kimi", "scenario": "two-choices", "reason": "one at most"}
RULE = {"family": "tools", "level": "must", "title": "t", "authority": {}, "says": "s"}


def _merged(*runs: Run) -> Run:
    return merged(runs, version="0.2.0", created="2025-02-02T00:00:00Z")


def _sources(run: Run) -> list[str]:
    return [one["source"] for one in run.records]


def test_results_counts_exit_and_skips_are_of_all() -> None:
    one = _merged(trials([GOOD], skips=[SKIP]), trials([CUT], exit=1, skips=[SKIP]))
    assert _sources(one) == ["kimi/good", "kimi/cut"]
    assert one.footer is not None
    assert (one.footer["counts"]["pass"], one.footer["counts"]["fail"]) == (1, 1)
    assert one.footer["exit"] == 1
    assert one.skips == (SKIP,)


def test_a_merged_run_is_read_and_shown_like_any_other() -> None:
    one = _merged(trials([GOOD]), trials([CUT]))
    lines = [one.header, *one.results, one.footer]
    again = read("".join(dumps(value) + "\n" for value in lines))
    assert terminal.render(again) == terminal.render(one)


def test_targets_and_rules_are_united() -> None:
    a = trials([GOOD], rules={"tools/a": RULE})
    b = trials([GOOD], target="glm", rules={"tools/b": RULE, "tools/a": RULE})
    one = _merged(a, b)
    assert [target["name"] for target in one.header["options"]["targets"]] == ["kimi", "glm"]
    assert list(one.header["rules"]) == ["tools/a", "tools/b"]


def test_the_very_same_result_is_kept_once() -> None:
    assert _sources(_merged(trials([GOOD]), trials([GOOD, CUT]))) == ["kimi/good", "kimi/cut"]


def test_two_of_one_name_are_told_apart() -> None:
    other, third = line("good", text("b")), line("good", text("c"))
    one = _merged(trials([GOOD]), trials([other]), trials([third]))
    assert _sources(one) == ["kimi/good", "kimi/good (run 2)", "kimi/good (run 3)"]
    assert one.results[1]["body"] == other["body"]


def test_two_of_one_name_in_one_run_are_told_apart() -> None:
    others = [line("good", text(word)) for word in "bc"]
    one = _merged(trials([GOOD]), trials(others))
    assert _sources(one)[1:] == ["kimi/good (run 2)", "kimi/good (run 2, 2)"]


OPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any], object]] = {
    "the same stays": ({"vendor": "auto"}, {"vendor": "auto"}, "auto"),
    "what differs is various": ({"vendor": "auto"}, {"vendor": "openai"}, "various"),
    "what one has stays": ({"vendor": "auto"}, {}, "auto"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_options(name: str) -> None:
    a, b, expected = OPTIONS[name]
    runs = [trials([GOOD], options={"fail_on": "must", **one}) for one in (a, b)]
    assert _merged(*runs).header["options"]["vendor"] == expected


def test_rules_of_another_digest_get_a_digest_of_both() -> None:
    a, b = trials([GOOD]), trials([CUT], rules_digest="sha256:" + "1" * 64)
    digest = _merged(a, b).header["rules_digest"]
    assert digest.startswith("sha256:")
    assert len(digest) == 71
    assert digest not in (a.header["rules_digest"], b.header["rules_digest"])
    assert _merged(a, a).header["rules_digest"] == a.header["rules_digest"]


EXITS = {
    "both conform": ([GOOD], 0, [GOOD], 0, 0),
    "one does not": ([GOOD], 0, [CUT], 1, 1),
    "one was interrupted": ([GOOD], 0, [CUT], 2, 2),
    "one judged nothing": ([GOOD], 0, [], 2, 0),
}


@pytest.mark.parametrize("name", EXITS)
def test_the_exit_code_is_made_anew(name: str) -> None:
    first, one, second, other, expected = EXITS[name]
    footer = _merged(trials(first, exit=one), trials(second, exit=other)).footer
    assert footer is not None
    assert footer["exit"] == expected


REFUSED = {
    "nothing": ([], "no run to merge"),
    "a part of a run": ([trials([GOOD]), replace(trials([CUT]), footer=None)], "run 2 was cut"),
    "other levels": (
        [trials([GOOD], options={"fail_on": level}) for level in ("must", "should")],
        "fail on different levels: must, should",
    ),
    "an unknown level": ([trials([GOOD], options={"fail_on": "x"})] * 2, "do not know"),
    "another rule of that name": (
        [trials([GOOD], rules={"tools/a": {**RULE, "says": says}}) for says in ("a", "b")],
        "do not mean the same by rule tools/a",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_one_run_is_refused_in_words(name: str) -> None:
    runs, words = REFUSED[name]
    with pytest.raises(ValueError, match=words) as caught:
        _merged(*runs)
    assert "\n" not in str(caught.value)
