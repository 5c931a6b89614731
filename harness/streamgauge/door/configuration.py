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


def configuration(start: Path) -> Mapping[str, Any]:
    """The nearest configuration from a folder upwards; empty where there is none.

    Raises UsageError, one line, for a file that cannot be read or says what nothing means.
    """
    for folder in (start, *start.parents):
        own, project = folder / FILE, folder / _PROJECT
        if own.is_file():
            return _sound(_read(own), FILE)
        if project.is_file():
            table = _read(project).get("tool", {}).get("streamgauge")
            if isinstance(table, dict):
                return _sound(table, f"{_PROJECT} [tool.streamgauge]")
    return {}


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


def _sound(table: dict[str, Any], where: str) -> Mapping[str, Any]:
    from streamgauge.schema import problems

    for pointer, says in problems("config", table):
        raise UsageError(f"{where}: {pointer or 'the table'}: {says}")
    return table
