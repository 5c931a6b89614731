"""The result records alone, one JSON object per line: the format for other programs.

It adds nothing to the records and leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streamgauge.report.plain_json import dumps
from streamgauge.report.run import Run


def line(record: Mapping[str, Any]) -> str:
    """One record as one line, with its end."""
    return dumps(record) + "\n"


def render(run: Run) -> str:
    """Every record of the run."""
    return "".join(line(one) for one in run.records)
