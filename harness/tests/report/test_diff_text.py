"""Is a difference readable: what matters first, narrow enough, and harmless?"""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from streamgauge.report import diff_text
from streamgauge.report.diff import difference
from tests.report.trial_runs import Record, line, refusal, text, tool, trials

SKIP = {"target": "kimi", "scenario": "two-choices", "reason": "kimi gives 1 choice at most"}


def _busy() -> list[list[Record]]:
    """Two runs that differ in many ways."""
    a = [
        line("plain-text", text("Good ", "morning.")),
        line("one-tool", tool("look_0", '{"a"', ":1}")),
        line("bad-key", refusal("Invalid Authentication", type="auth"), status=401),
    ]
    b = [
        line("plain-text", text("Good ", "morning.", usage="with")),
        line("one-tool", tool("call_0123456789abcdef", '{"a":1}')),
        line("bad-key", refusal("Authentication Failed", code="1000"), status=401),
        line("two-choices", text("a")),
    ]
    return [a, b]


TEXT = """\
A  kimi · openai-chat · m, 3 streams
B  kimi · openai-chat · m, 4 streams

pairs           3 compared, 1 only in B
findings        the same
errors          answer differs, in 1 of 3
endings         the same in all 3
stop reasons    the same in all 2
usage           place differs, in 1 of 2
tool calls      id and arguments come differ, in 1 of 2
reasoning       the same in all 2
framing         the same in all 3
skips           1 scenario tried on one side only

errors
  answer, in 1: bad-key
    A  401 · auth · Invalid Authentication
    B  401 · 1000 · Authentication Failed

usage
  place, in 1: plain-text
    A  in a chunk of its own after the finish reason
    B  with the finish reason

tool calls
  id, in 1: one-tool
    A  NAME_#
    B  call_<16 hex digits>
  arguments come, in 1: one-tool
    A  in several pieces
    B  in one piece

skips
  two-choices, not tried in A: kimi gives 1 choice at most

only in B       two-choices

medians over 2 streams, which are no difference
                           A           B
  chunks                   4           3
"""


def test_it_says_first_what_matters_and_lists_no_equal_thing() -> None:
    a, b = _busy()
    told = diff_text.render(difference(trials(a, skips=[SKIP]), trials(b)))
    assert told.startswith(TEXT)


def test_the_same_is_one_line() -> None:
    a, _ = _busy()
    told = diff_text.render(difference(trials(a), trials(a)))
    assert "\nthe same in all 3 pairs\n" in told
    assert "errors" not in told


@pytest.mark.parametrize("width", [40, 80, 100])
def test_no_line_is_wider_than_asked(width: int, hostile_text: str) -> None:
    a, b = _busy()
    odd = line("odd", refusal(hostile_text.encode("ascii", "replace").decode()), status=500)
    told = diff_text.render(
        difference(trials([*a, line("odd", text("a"))]), trials([*b, odd])), width
    )
    assert max(map(cell_len, told.splitlines())) <= width


def test_wide_letters_count_twice() -> None:
    a, b = (line("x", refusal(says * 60), status=500) for says in "忙乱")
    told = diff_text.render(difference(trials([a]), trials([b])))
    assert max(map(cell_len, told.splitlines())) <= 80


def test_a_stream_cannot_speak_to_the_terminal() -> None:
    a, b = (line("x", refusal(says), status=500) for says in ("a", "\x1b[2Jb\u202e\r"))
    told = diff_text.render(difference(trials([a]), trials([b])))
    assert not any(sign in told for sign in "\x1b\u202e\r")
    assert r"\x1b[2Jb" in told


def test_markdown_has_a_table_for_each_theme_and_no_markup_of_a_stream() -> None:
    a, b = _busy()
    b[2] = line("bad-key", refusal("<img src=x> | @all"), status=401)
    told = diff_text.markdown(difference(trials(a, skips=[SKIP]), trials(b)))
    assert [one for one in told.splitlines() if one.startswith("## ")] == [
        "## errors", "## usage", "## tool calls", "## skips", "## medians, which are no difference",
    ]  # fmt: skip
    assert "- **tool calls**: id and arguments come differ, in 1 of 2" in told
    assert "<img" not in told
    rows = [one for one in told.splitlines() if one.startswith("| answer")]
    assert [row.count("|") for row in rows] == [5]
