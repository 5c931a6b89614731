"""Good streams of a vendor that numbers every event of the Responses API, errors among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.breakage.good import written
from tests.breakage.streams import RESPONSES
from tests.faults.good import Good, good_from


def goods() -> Iterator[Good]:
    for stream in written():
        if stream.dialect == RESPONSES:
            yield good_from(replace(stream, vendor="azure", name=f"numbered: {stream.name}"))
