"""Where the corpus, what was found and the ledger of seconds are kept: outside the tree.

`STREAMGAUGE_FUZZ` names the folder, or it is in the user's cache.
"""

from __future__ import annotations

import os
from pathlib import Path


class FuzzError(Exception):
    """Nothing can be fuzzed here; the message is one line that says what to do."""


def folder() -> Path:
    """The folder of all targets; it need not exist yet."""
    named = os.environ.get("STREAMGAUGE_FUZZ")
    if named:
        return Path(named).expanduser().resolve()
    try:
        from platformdirs import user_cache_path
    except ModuleNotFoundError:
        raise FuzzError(
            "platformdirs is not installed (pip install -e '.[fuzz]'); "
            "or name a folder in STREAMGAUGE_FUZZ"
        ) from None
    return user_cache_path("streamgauge") / "fuzz"
