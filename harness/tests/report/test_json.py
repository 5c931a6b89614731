"""One document that says what the run says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from streamgauge.report import json as view
from streamgauge.report.run import Run


def test_the_document_holds_header_records_and_footer(
    sample_run: Run, sample_records: list[dict[str, Any]]
) -> None:
    document = json.loads(view.render(sample_run))
    assert document == {
        "header": sample_run.header,
        "results": sample_records,
        "footer": sample_run.footer,
    }


def test_a_run_cut_short_has_no_footer(sample_run: Run) -> None:
    assert json.loads(view.render(replace(sample_run, footer=None)))["footer"] is None


def test_hostile_text_is_ascii_and_comes_back(hostile_run: Run, hostile_text: str) -> None:
    text = view.render(hostile_run)
    assert text.isascii()
    assert json.loads(text)["results"][0]["source"] == hostile_text
