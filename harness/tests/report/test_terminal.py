"""What a person sees: wide, narrow, piped, without colour, and with a hostile stream."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from streamgauge.report import terminal
from streamgauge.report.run import Run
from streamgauge.report.terminal import Show, Terminal
from tests.report.trial_runs import line, text, trials

BuildRun = Callable[..., Run]
WIDE = """\
✓ pass  recordings/good.sse  openai-chat · moonshot · complete

! warn  recordings/quiet.sse  openai-chat · moonshot · complete
  should  usage/sent-when-asked  Usage was asked for and should be sent.
          expected  a usage object
          got       none
  may     1 note, folded here

✗ fail  recordings/kimi/cut-tool-call.sse  openai-chat · moonshot · truncated
  must    tools/arguments-are-json  The arguments of a tool call must parse as
          JSON.
          expected  one JSON value
          got       {"city": "Par
          at        event 7 · bytes 812–954 ·
                    /choices/0/delta/tool_calls/0/function/arguments
          at        event 7 · bytes 812–954 ·
                    /choices/0/delta/tool_calls/0/function/arguments
          at        event 7 · bytes 812–954 ·
                    /choices/0/delta/tool_calls/0/function/arguments
          … and 2 more of this rule
  must    stop/every-choice-stops  Every choice must end with a finish reason.
          expected  a finish_reason for choice 0
          got       none before the body ended
          at        bytes 812–954
  should  usage/sent-when-asked  Usage was asked for and should be sent.
          expected  a usage object
          got       none
  may     1 note, folded here

✓ pass  recordings/known.sse  openai-chat · moonshot · complete
  excused  stop/every-choice-stops  their gateway drops the last event, ticket
           12

– unsupported  page.html.txt  not-a-stream

? unreadable  broken.har
  not JSON: line 3, column 7

6 streams: 2 pass · 1 warn · 1 fail · 1 unsupported · 1 unreadable
findings: 6 must · 2 should · 2 may · 1 excused
stale deviation  usage/* at a/*.sse: sent no usage once
Look next: streamgauge rules tools/arguments-are-json
"""


def shown(run: Run, show: Show = Show.PROBLEMS, **options: Any) -> str:
    """What a console prints of a run."""
    file = io.StringIO()
    console = Console(file=file, width=80, markup=False, highlight=False, emoji=False, **options)
    view = Terminal(console=console, show=show)
    for record in run.records:
        view.result(record)
    view.close(run.footer)
    return file.getvalue()


def test_eighty_columns(sample_run: Run) -> None:
    assert terminal.render(sample_run) == WIDE


@pytest.mark.parametrize("width", [20, 40, 59, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(sample_run: Run, hostile_run: Run, width: int) -> None:
    for run in (sample_run, hostile_run):
        lines = terminal.render(run, width).splitlines()
        assert max(map(cell_len, lines)) <= width
        assert not any(line.endswith(" ") for line in lines)


def test_forty_columns_keep_every_word(sample_run: Run) -> None:
    squeezed = "".join(terminal.render(sample_run, 40).split())
    assert squeezed == "".join(WIDE.split())


def test_passing_streams_are_folded_into_the_counts(sample_run: Run) -> None:
    text = shown(sample_run)
    assert "good.sse" not in text
    assert "known.sse" not in text
    assert "6 streams: 2 pass" in text


def test_many_passing_streams_are_folded_by_themselves(
    build_run: BuildRun, sample_records: list[dict[str, Any]]
) -> None:
    text = terminal.render(build_run(*sample_records[:1] * 50, exit=0))
    assert text == "50 streams: 50 pass\nfindings: none\n"


def test_notes_and_repeats_are_shown_when_asked(sample_run: Run) -> None:
    text = shown(sample_run, Show.NOTES | Show.REPEATS)
    assert "framing/has-retry  A retry time may be sent." in text
    assert "folded" not in text
    assert "more of this rule" not in text
    assert text.count("event 7 · bytes 812–954") == 5 + 2


def test_a_run_cut_short_says_so(sample_run: Run) -> None:
    text = terminal.render(replace(sample_run, footer=None))
    assert text.endswith("\nthe run was cut short: no counts were written\n")


def test_no_control_character_reaches_the_terminal(hostile_run: Run) -> None:
    """On a colour terminal, only the colours are ours."""
    styled = shown(hostile_run, force_terminal=True, color_system="truecolor", _environ={})
    plain = shown(hostile_run, color_system=None)
    for said in (plain, *(part.partition("m")[2] for part in styled.split("\x1b["))):
        assert all(char == "\n" or char.isprintable() for char in said)
    assert "[bold red]x[/]" in plain
    assert r"\x1b[2J" in plain


@pytest.mark.parametrize(
    ("environ", "terminal", "coloured"),
    [
        ({"TERM": "xterm-256color"}, True, True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True, False),
        ({"TERM": "xterm-256color"}, False, False),
    ],
    ids=["terminal", "NO_COLOR", "pipe"],
)
def test_colour_is_for_terminals_that_want_it(
    sample_run: Run, environ: dict[str, str], terminal: bool, coloured: bool
) -> None:
    text = shown(sample_run, force_terminal=terminal, _environ=environ)
    assert ("\x1b[1;31m" in text) is coloured


def test_a_terminal_without_our_signs_gets_plainer_ones(sample_run: Run) -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    view = Terminal(console=terminal.console_for(file, width=80), show=Show.PASSING)
    for record in sample_run.records:
        view.result({**record, "vendor": "größe"})
    view.close(sample_run.footer)
    file.flush()
    lines = raw.getvalue().decode("ascii").splitlines()
    assert lines[0] == r"+ pass  recordings/good.sse  openai-chat | gr\xf6\xdfe | complete"
    assert any(line.startswith("x fail") for line in lines)


SKIP = {"target": "kimi", "scenario": "two-choices", "reason": "kimi gives 1 choice at most"}
TRIED = """\
✓ pass  kimi/cache-pair#00-warm  openai-chat · unknown · complete
  cache   hit: 10 of 10 warm requests were read.
  time    first token 34 ms · whole 35 ms · own error 0.2 ms

1 stream: 1 pass
findings: none
skipped  kimi gives 1 choice at most: kimi/two-choices
"""


def _cached() -> dict[str, Any]:
    found = line("cache-pair#00-warm", text("a"))
    found["result"]["metadata"] |= {
        "cache": {"verdict": "hit", "says": "10 of 10 warm requests were read."},
        "timings": {"first_ms": {"any": 34.2}, "total_ms": 35, "own_error_ms": 0.2},
    }
    return found


def test_a_trial_shows_its_cache_verdict_its_times_and_the_own_error() -> None:
    assert terminal.render(trials([_cached()], skips=[SKIP])) == TRIED


def test_a_cache_verdict_is_told_among_however_many_passing_streams() -> None:
    others = [line(f"plain#{number}", text("a")) for number in range(9)]
    told = terminal.render(trials([*others, _cached()]))
    assert "cache   hit: 10 of 10" in told
    assert "kimi/plain" not in told
