"""The run as one JSON document: header, result records, footer.

The bytes of the streams stay in the run file; this document is for programs that want the
findings in one piece.
"""

from __future__ import annotations

from streamgauge.report.plain_json import dumps
from streamgauge.report.run import Run


def render(run: Run) -> str:
    """The document. `footer` is null where the run was cut short."""
    document = {
        "header": run.header,
        "results": list(run.records),
        "footer": run.footer,
    }
    return dumps(document, indent=2) + "\n"
