"""The time, for headers: `SOURCE_DATE_EPOCH` where it is set, so that reports can be reproduced."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def now() -> str:
    """ISO time in UTC, to the second."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    # Seconds beyond the year 9999 are no time that could be written.
    given = epoch.isascii() and epoch.isdigit() and len(epoch) <= 11
    moment = datetime.fromtimestamp(int(epoch), UTC) if given else datetime.now(UTC)
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
