"""Where findings go: the views that there are, the folder, and a printer for each format."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamgauge.door import outputs


class Mistake(Exception):
    """What a caller wants raised."""


@pytest.mark.parametrize(
    ("text", "views"),
    [("", []), ("html", ["html"]), (" json , html,", ["json", "html"])],
)
def test_views_are_named_in_a_list(text: str, views: list[str]) -> None:
    assert outputs.wanted_views(text, Mistake) == views


def test_an_unknown_view_is_told_with_those_that_there_are() -> None:
    with pytest.raises(Mistake, match="pdf: no such view; known: html, json, junit, markdown"):
        outputs.wanted_views("html,pdf", Mistake)


def test_a_folder_is_made_with_its_parents_and_may_be_there(tmp_path: Path) -> None:
    for _ in range(2):
        outputs.make_folder(tmp_path / "a" / "b", Mistake)
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(Mistake, match="--report-dir"):
        outputs.make_folder(tmp_path / "a" / "b", Mistake)


@pytest.mark.parametrize(
    ("format_", "quiet", "whole"),
    [
        ("text", False, False),
        ("jsonl", False, False),
        ("json", False, True),
        ("github", False, False),
        ("json", True, False),
    ],
)
def test_only_one_format_waits_for_the_whole_run(format_: str, quiet: bool, whole: bool) -> None:
    options = {"format_": format_, "quiet": quiet, "notes": False}
    assert outputs.printer(options, few=True).needs_run is whole


def test_nowhere_keeps_nothing() -> None:
    assert outputs.Nowhere().write("abc") == 3
