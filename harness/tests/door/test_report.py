"""`streamgauge report`: stored runs shown, compared, merged; mistakes in one line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def runs(run: Run, streams: dict[str, bytes], tmp_path: Path) -> Path:
    """A folder with the runs `good` and `both`, made by `check` of `good.sse` and `cut.sse`."""
    for name in ("good", "cut"):
        (tmp_path / f"{name}.sse").write_bytes(streams[name])
    for folder, paths in (("good", ["good.sse"]), ("both", ["good.sse", "cut.sse"])):
        run("check", *paths, "--vendor", "openai", "--report", "json", "--report-dir", folder)
    return tmp_path


@pytest.mark.parametrize("path", ["both", "both/run.jsonl", "packed.gz", "packed"])
def test_a_run_is_shown_as_it_was(path: str, runs: Path, run: Run) -> None:
    (runs / "packed").mkdir()
    packed = gzip.compress((runs / "both/run.jsonl").read_bytes())
    for place in ("packed.gz", "packed/run.jsonl.gz"):
        (runs / place).write_bytes(packed)
    done = run("report", "render", path)
    assert done.exit_code == 0
    assert done.output == run("check", "good.sse", "cut.sse", "--vendor", "openai").output


def test_views_are_written(runs: Path, run: Run) -> None:
    done = run(
        "report", "render", "both", "--report", "html,json,junit,markdown", "--report-dir", "out"
    )
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "report: " in done.stderr
    assert "<!doctype html>" in (runs / "out/report.html").read_text().lower()
    assert json.loads((runs / "out/report.json").read_text())["footer"]["exit"] == 1
    assert ET.parse(runs / "out/junit.xml").getroot().get("failures") != "0"
    assert "cut.sse" in (runs / "out/report.md").read_text()


@pytest.mark.parametrize(
    ("name", "begins"), [("json", '{\n  "header"'), ("jsonl", '{"schema":1'), ("github", "::error")]
)
def test_a_format_is_printed(name: str, begins: str, runs: Path, run: Run) -> None:
    assert runs
    assert run("report", "render", "both", "--format", name).stdout.startswith(begins)


def test_several_are_shown_as_one(runs: Path, run: Run) -> None:
    assert runs
    assert "2 streams: 1 pass · 1 fail" in run("report", "render", "good", "both").output


def test_a_difference_is_told_and_ends_with_1(runs: Path, run: Run) -> None:
    assert runs
    done = run("report", "diff", "good", "both")
    assert done.exit_code == 1
    assert "1 compared, 1 only in B" in done.output
    assert max(map(len, done.output.splitlines())) <= 80


def test_the_same_ends_with_0(runs: Path, run: Run) -> None:
    assert runs
    done = run("report", "diff", "both", "both/run.jsonl")
    assert done.exit_code == 0
    assert "the same in all 2 pairs" in done.output


def test_a_difference_is_json_or_markdown_too(runs: Path, run: Run) -> None:
    assert runs
    found = json.loads(run("report", "diff", "good", "both", "--format", "json").stdout)
    assert (found["same"], found["pairs"], found["only"]) == (False, 1, {"a": [], "b": ["cut.sse"]})
    told = run("report", "diff", "good", "both", "--format", "markdown").stdout
    assert told.startswith("# streamgauge: two runs compared\n")
    assert run("report", "diff", "good", "both", "-q").output == ""


def test_runs_of_nothing_in_common_cannot_be_compared(
    runs: Path, run: Run, streams: dict[str, bytes]
) -> None:
    (runs / "other.sse").write_bytes(streams["good"])
    run("check", "other.sse", "--report", "json", "--report-dir", "other")
    done = run("report", "diff", "good", "other")
    assert done.exit_code == 2
    assert "nothing in common" in done.stderr


@pytest.mark.parametrize("out", ["all.jsonl", "all.jsonl.gz"])
def test_a_merged_run_is_a_run(out: str, runs: Path, run: Run) -> None:
    done = run("report", "merge", "good", "both", "-o", out)
    assert (done.exit_code, done.stderr) == (0, f"run: {out}, 2 streams\n")
    assert run("report", "diff", out, "both").exit_code == 0
    written = (runs / out).read_bytes()
    again = run("report", "merge", "good", "both", "-o", out)
    assert (again.exit_code, again.stderr) == (
        2,
        f"streamgauge: {out}: exists; --force writes over it\n",
    )
    assert run("report", "merge", "good", "both", "-o", out, "--force").exit_code == 0
    assert (runs / out).read_bytes() == written


MISTAKES = {
    "no such run": (["render", "nowhere"], "nowhere: no such run"),
    "a folder without a run": (["render", "."], "run.jsonl: no such run"),
    "a stream": (["diff", "good", "good.sse"], "good.sse: line 1: "),
    "a broken gzip": (["render", "broken.gz"], "broken.gz: "),
    "a cut gzip": (["render", "cut.gz"], "cut.gz: "),
    "an unknown view": (["render", "good", "--report", "pdf"], "--report pdf: no such view"),
    "no place to write": (["merge", "good", "both", "-o", "no/where"], "no/where: "),
    "a run that was cut": (["merge", "good", "cut", "-o", "x"], "run 2 was cut short"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_ends_with_2(name: str, runs: Path, run: Run) -> None:
    whole = (runs / "both/run.jsonl").read_bytes()
    (runs / "broken.gz").write_bytes(b"\x1f\x8b no")
    (runs / "cut.gz").write_bytes(gzip.compress(whole)[:-20])
    (runs / "cut").write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    arguments, words = MISTAKES[name]
    done = run("report", *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stderr.startswith("streamgauge: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("member", "value"), [("metadata", {}), ("metadata", []), ("message", []), ("message", "x")]
)
@pytest.mark.parametrize("command", ["diff", "render"])
def test_a_run_that_somebody_edited_is_told_by_its_line(
    member: str, value: object, command: str, runs: Path, run: Run
) -> None:
    first, second, *rest = (runs / "both/run.jsonl").read_text().splitlines(keepends=True)
    edited = json.loads(second)
    edited["result"][member] = value
    (runs / "edited.jsonl").write_text("".join([first, json.dumps(edited) + "\n", *rest]))
    done = run("report", command, "edited.jsonl", *(["both"] if command == "diff" else []))
    # A view that does not need the member shows the rest.
    assert done.exit_code in ({2} if (command, value) == ("diff", "x") else {0, 1, 2})
    if done.exit_code == 2:
        assert done.stderr.startswith("streamgauge: edited.jsonl: line 2: /result/")
        assert done.stderr.count("\n") == 1
