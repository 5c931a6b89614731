"""The marker of real engines, which only `-m engines` selects."""

from __future__ import annotations

import re

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker where the engines' trials are found."""
    config.addinivalue_line("markers", "engines: starts real servers; only -m engines selects it")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what starts real servers, unless it was asked for."""
    if item.get_closest_marker("engines") and not re.search(
        r"(?<!not )\bengines\b", item.config.option.markexpr
    ):
        pytest.skip("starts real servers; only -m engines does that")
