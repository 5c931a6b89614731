"""The door behind `streamgauge init`: writes a first configuration, never over another."""

from __future__ import annotations

import sys
from pathlib import Path

from streamgauge import data
from streamgauge.door.configuration import FILE


def run(force: bool) -> int:
    """Write `streamgauge.toml` in this folder; the exit code."""
    path = Path(FILE)
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(data.first_configuration())
    except FileExistsError:
        print(f"streamgauge: {FILE} is there already; --force writes over it", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"streamgauge: {FILE}: {error.strerror}", file=sys.stderr)
        return 2
    print(f"wrote {FILE}: edit it, then streamgauge run local --plan")
    return 0
