"""streamgauge: what a stream of an LLM API says, how it ended, and every rule that it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streamgauge.capture.recording import record
    from streamgauge.exchange import Exchange
    from streamgauge.pipeline import aggregate, check

__version__ = "0.1.0"
__all__ = ["Exchange", "__version__", "aggregate", "check", "record"]

_HOMES = {
    "Exchange": "streamgauge.exchange",
    "aggregate": "streamgauge.pipeline",
    "check": "streamgauge.pipeline",
    "record": "streamgauge.capture.recording",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `--help` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'streamgauge' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
