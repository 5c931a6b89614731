"""The run file: whatever a kill left of it can be gone on with, and each exchange is there once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.report import run as run_file
from streamgauge.report.run import Record, pack_body
from streamgauge.trials.run_log import RunLog
from streamgauge.verdict.judge import Counts

NAMES = [f"kimi/{name}" for name in ("a", "b#0", "b#1", "c", "größe-👋")]


def header() -> Record:
    return run_file.header(
        version="0", created="2026-11-22T00:00:00Z", rules_digest="d", rules={}, options={}
    )


def result(source: str, verdict: str = "pass", live: bool = True, tag: int = 0) -> Record:
    metadata = {"live": {"request": "hash", "tag": tag}} if live else None
    return {"source": source, "verdict": verdict, "findings": [], "metadata": metadata}


def body(text: str = "data: 1\n\n") -> Record:
    return pack_body(text.encode(), [0, len(text.encode())])


def write(path: Path, names: Iterable[str], *, resume: bool = False) -> RunLog:
    log = RunLog.open(path, header(), resume=resume)
    for name in names:
        if name not in log.kept:
            log.add(result(name), body())
    return log


def finish(log: RunLog) -> None:
    log.finish(header(), NAMES, run_file.footer(log.counts(), exit=0))


def sources(path: Path) -> list[str]:
    return [line["result"]["source"] for line in run_file.read(path.read_bytes()).results]


def test_results_are_put_in_the_order_of_the_plan(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    finish(write(path, reversed(NAMES)))
    assert sources(path) == NAMES
    assert run_file.read(path.read_bytes()).footer is not None
    assert [one.name for one in tmp_path.iterdir()] == ["run.jsonl"]


def test_every_result_is_on_disk_when_it_was_added(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    log = write(path, [])
    for number, name in enumerate(NAMES, start=1):
        log.add(result(name), None)
        assert len(sources(path)) == number
    log.close()


@given(st.data())
def test_any_prefix_of_a_run_can_be_gone_on_with(
    tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    folder = tmp_path_factory.mktemp("prefix")
    whole, cut = folder / "whole.jsonl", folder / "cut.jsonl"
    finish(write(whole, data.draw(st.permutations(NAMES))))
    text = whole.read_bytes()
    at = data.draw(st.integers(0, len(text)))
    cut.write_bytes(text[:at])
    log = write(cut, NAMES, resume=True)
    # What the cut left whole is kept; a line counts once its end is there.
    assert len(log.kept) == max(0, min(text[:at].count(b"\n") - 1, len(NAMES)))
    finish(log)
    assert cut.read_bytes() == text


def test_every_line_end_is_a_place_to_die(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    finish(write(path, NAMES))
    text = path.read_bytes()
    ends = [at for at, byte in enumerate(text) if byte == 0x0A]
    for at in [near for end in ends for near in (end - 1, end, end + 1)]:
        path.write_bytes(text[:at])
        finish(write(path, NAMES, resume=True))
        assert path.read_bytes() == text


def test_the_last_result_of_a_source_is_the_one_that_counts(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    log = RunLog.open(path, header(), resume=False)
    log.add(result(NAMES[0], "fail", tag=1), body())
    log.add(result(NAMES[0], "pass", tag=2), body())
    assert log.counts().record()["pass"] == 1
    finish(log)
    (line,) = run_file.read(path.read_bytes()).results
    assert line["result"]["metadata"]["live"]["tag"] == 2


def test_what_had_no_answer_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    log = RunLog.open(path, header(), resume=False)
    log.add(result(NAMES[0], "unreadable", live=False), None)
    log.add(result(NAMES[1]), body())
    log.close()
    again = RunLog.open(path, header(), resume=True)
    assert list(again.kept) == [NAMES[1]]
    again.add(result(NAMES[0]), body())
    finish(again)
    assert sources(path) == NAMES[:2]


def test_a_finished_run_can_be_gone_on_with_and_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    finish(write(path, NAMES))
    before = path.read_bytes()
    finish(write(path, NAMES, resume=True))
    assert path.read_bytes() == before


def test_without_results_the_counts_are_empty(tmp_path: Path) -> None:
    log = write(tmp_path / "run.jsonl", [])
    assert log.counts() == Counts()
    log.close()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no run to resume"),
        ("hello\nworld\n", "line 1: not JSON"),
        ("hello", "not a run"),
        ('{"kind":"footer"}\n', "the header is missing"),
        ('{"kind":"header","schema":99}\n', "a run of schema 99"),
        (json.dumps(header(), separators=(",", ":")) + "\nnonsense\n", "line 2: not JSON"),
    ],
    ids=["no file", "another file", "one line of one", "no header", "another schema", "a bad line"],
)
def test_what_is_no_run_is_refused_and_left_as_it_is(
    tmp_path: Path, content: str | None, says: str
) -> None:
    path = tmp_path / "run.jsonl"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=says) as told:
        RunLog.open(path, header(), resume=True)
    assert "\n" not in str(told.value)
    assert (path.read_text() if path.exists() else None) == content
