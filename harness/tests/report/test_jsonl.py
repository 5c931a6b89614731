"""Records alone, one line each."""

from __future__ import annotations

import json
from typing import Any

from streamgauge.report import jsonl
from streamgauge.report.run import Run


def test_every_stream_is_one_line(sample_run: Run, sample_records: list[dict[str, Any]]) -> None:
    lines = jsonl.render(sample_run).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == sample_records


def test_nothing_in_a_stream_ends_a_line(hostile_run: Run, hostile_text: str) -> None:
    lines = jsonl.render(hostile_run).splitlines()
    assert [json.loads(line)["source"] for line in lines] == [hostile_text, hostile_text]


def test_a_number_that_json_has_not_is_named() -> None:
    assert jsonl.line({"got": float("inf")}) == '{"got":"inf"}\n'
