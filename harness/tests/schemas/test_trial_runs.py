"""Does a real run of trials, over HTTP against the simulator, fit the schema of runs?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from streamgauge.cli import main

SCENARIOS = ["plain-text", "one-tool", "bad-key", "cancel", "two-choices"]


@pytest.mark.parametrize("vendor", ["moonshot", "anthropic", "google"])
def test_every_line_of_a_run_fits(violations, vendor: str, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    chosen = [word for name in SCENARIOS for word in ("--scenario", name)]
    plain = ["--report", "", "--report-dir", str(folder), "-q", "--replay-speed", "0"]
    done = CliRunner().invoke(main, ["run", "--vendor", vendor, *chosen, *plain])
    assert done.exit_code in (0, 1), done.output
    written = (folder / "run.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in written.splitlines()]
    assert [one["kind"] for one in lines] == ["header", *["result"] * (len(lines) - 2), "footer"]
    assert len(lines) > len(SCENARIOS)
    assert [found for line in lines for found in violations("run", line)] == []
