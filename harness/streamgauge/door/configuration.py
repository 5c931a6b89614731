"""Reads `streamgauge.toml`, or `[tool.streamgauge]` of `pyproject.toml`, from here or above.

What is said on the command line wins over it. Keys of providers have no place in it; a target
names the variable that holds its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from streamgauge import data
from streamgauge.door.trouble import UsageError

FILE = "streamgauge.toml"
_PROJECT = "pyproject.toml"

_OPTIONS = {
    "scenario": "scenario",
    "scenarios": "scenarios",
    "report": "report",
    "report-dir": "report_dir",
    "fail-on": "fail_on",
    "deviations": "deviations",
    "max-requests": "max_requests",
    "max-tokens": "max_tokens",
    "max-cost": "max_cost",
}
"""Members of the file and the options of the command line that they are defaults of."""

_PATHS = ("scenarios", "report-dir", "deviations")


def configuration(start: Path) -> Mapping[str, Any]:
    """The nearest configuration from a folder upwards; empty where there is none.

    Raises UsageError, one line, for a file that cannot be read or says what nothing means.
    """
    for folder in (start, *start.parents):
        own, project = folder / FILE, folder / _PROJECT
        if own.exists():
            return _placed(_sound(_read(own), FILE), folder, start)
        if project.is_file():
            tools = _read(project).get("tool")
            if isinstance(tools, dict) and "streamgauge" in tools:
                sound = _sound(tools["streamgauge"], f"{_PROJECT} [tool.streamgauge]")
                return _placed(sound, folder, start)
    return {}


def _placed(table: Mapping[str, Any], folder: Path, start: Path) -> Mapping[str, Any]:
    """Paths of a file above are meant from where the file is."""
    if folder == start:
        return table
    return {name: str(folder / value) if name in _PATHS else value for name, value in table.items()}


def with_defaults(
    options: Mapping[str, Any], configured: Mapping[str, Any], said: frozenset[str]
) -> dict[str, Any]:
    """The options, with the file's values for those that were not `said` on the command line."""
    merged = dict(options)
    for member, option in _OPTIONS.items():
        if member in configured and option in merged and option not in said:
            merged[option] = configured[member]
    return merged


def _read(path: Path) -> dict[str, Any]:
    try:
        return data.toml_file(path)
    except data.DataError as error:
        raise UsageError(str(error)) from None


def _sound(table: Any, where: str) -> Mapping[str, Any]:
    from streamgauge.report.safe_text import shortened
    from streamgauge.schema import problems

    for pointer, says in problems("config", table):
        # Whoever put a key itself here must not find it on a screen.
        misplaced = pointer.endswith("/key-env")
        wrong = "must be the name of a variable, never a key" if misplaced else shortened(says)
        raise UsageError(f"{where}: {pointer or 'the table'}: {wrong}")
    assert isinstance(table, dict)
    return table
