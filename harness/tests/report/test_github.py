"""Annotations that GitHub reads as we mean them."""

from __future__ import annotations

from dataclasses import replace

from streamgauge.report import github
from streamgauge.report.run import Run
from tests.report.trial_runs import line, text, trials


def test_one_annotation_per_stream_and_rule(sample_run: Run) -> None:
    place = "/choices/0/delta/tool_calls/0/function/arguments"
    assert github.render(sample_run).splitlines() == [
        "::warning file=recordings/quiet.sse,title=usage/sent-when-asked::"
        "Usage was asked for and should be sent.%0Aexpected: a usage object%0Agot: none",
        "::error file=recordings/kimi/cut-tool-call.sse,title=tools/arguments-are-json::"
        "The arguments of a tool call must parse as JSON.%0Aexpected: one JSON value"
        f'%0Agot: {{"city": "Par%0Aevent 7 · bytes 812–954 · {place}'
        "%0A4 more of this rule in this stream.",
        "::error file=recordings/kimi/cut-tool-call.sse,title=stop/every-choice-stops::"
        "Every choice must end with a finish reason.%0Aexpected: a finish_reason for choice 0"
        "%0Agot: none before the body ended%0Abytes 812–954",
        "::warning file=recordings/kimi/cut-tool-call.sse,title=usage/sent-when-asked::"
        "Usage was asked for and should be sent.%0Aexpected: a usage object%0Agot: none",
        "::error file=broken.har,title=unreadable::not JSON: line 3, column 7",
        "::error title=stale deviation::usage/* at a/*.sse: sent no usage once",
        "6 streams: 2 pass · 1 warn · 1 fail · 1 unsupported · 1 unreadable; "
        "findings: 6 must · 2 should · 2 may · 1 excused",
    ]


def test_no_stream_begins_or_ends_a_command(hostile_run: Run) -> None:
    lines = github.render(hostile_run).split("\n")
    assert [line.partition(" ")[0] for line in lines] == [
        "::error",
        "::warning",
        "::error",
        "::error",
        "2",
        "",
    ]
    for annotation in lines[:3]:
        head, properties, _ = annotation.split("::", 2)
        assert head == ""
        assert properties.count(",") == 1
        assert ":" not in properties
    assert all(char.isprintable() for annotation in lines for char in annotation)


def test_the_file_is_named_without_the_number_of_the_exchange(sample_run: Run) -> None:
    record = {**sample_run.records[5], "source": "a,b:100%.har#3"}
    (line,) = github.commands(record)
    assert line.startswith("::error file=a%2Cb%3A100%25.har,title=unreadable::")


def test_standard_input_is_no_file(sample_run: Run) -> None:
    (line,) = github.commands({**sample_run.records[5], "source": "-"})
    assert line.startswith("::error title=unreadable::")


def test_a_run_cut_short_is_an_error(sample_run: Run) -> None:
    last = github.render(replace(sample_run, footer=None)).splitlines()[-1]
    assert last == "::error title=the run was cut short::The run file has no footer."


def test_what_was_not_tried_is_a_notice_for_each_reason() -> None:
    skips = [
        {"target": "kimi", "scenario": name, "reason": "one choice\n::error::at most"}
        for name in ("two-choices", "three")
    ]
    told = github.render(trials([line("plain", text("a"))], skips=skips)).splitlines()
    assert told == [
        r"::notice title=not tried::one choice\n::error::at most: kimi/two-choices, kimi/three",
        "1 stream: 1 pass; findings: none",
    ]
