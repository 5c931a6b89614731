"""Where engines are kept between runs, and how we say that one is missing.

The folder lies outside the tree: `STREAMGAUGE_ENGINES` names it, or it is in the user's cache.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

HOW_TO_BUILD = "python harness/engines/run.py build"


class EngineError(Exception):
    """An engine cannot be built or started here; the message is one line that says what to do."""


class NotBuiltError(EngineError):
    """What was asked for is not in the folder yet."""

    def __init__(self, engine: str) -> None:
        super().__init__(f"{engine} is not built here; run `{HOW_TO_BUILD} {engine}`")


def model_folder(engine: str, *made_from: object) -> Path:
    """Where a model lies, told apart by what it is made from: new weights never hide old ones."""
    digest = sha256(repr(made_from).encode())
    for name in ("nonsense.py", "tiny_gguf.py", "tiny_hf.py"):
        digest.update(Path(__file__).with_name(name).read_bytes())
    return folder() / "models" / engine / digest.hexdigest()[:12]


def folder() -> Path:
    """The folder of all engines; it need not exist yet."""
    named = os.environ.get("STREAMGAUGE_ENGINES")
    if named:
        return Path(named).expanduser().resolve()
    try:
        from platformdirs import user_cache_path
    except ModuleNotFoundError:
        raise EngineError(
            "platformdirs is not installed (pip install -e '.[engines]'); "
            "or name a folder in STREAMGAUGE_ENGINES"
        ) from None
    return user_cache_path("streamgauge") / "engines"
