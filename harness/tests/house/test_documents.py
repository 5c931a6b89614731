"""What a reader is told is true: links lead somewhere, commands are the ones that CI runs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

Refuse = Callable[[Iterable[str]], None]

COMMAND = "pip install -e '.[dev]' && pytest -n auto"
TEXT_LIMIT = 2_000_000

# Written so that these patterns do not find themselves.
MACHINE = {
    "a path of one machine": r"(?<![\w.~])/(?:home|root|Users|work|workspace|mnt)/\w",
    "a path of one Windows machine": r"\b[A-Z]:\\+Users\b",
    "a package registry": r"\b(?:py[p]i\.(?:org|python)|pythonhoste[d]\.org|registry\.np[m]js)",
}


def links(text: str) -> list[str]:
    """The targets of a Markdown text's links and pictures, code left out."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    return re.findall(r"\]\(\s*<?([^)>\s]+)", prose)


def anchors(text: str) -> set[str]:
    """The anchors that a Markdown page offers: its headings, as forges spell them, and its ids."""
    body = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    headings = re.findall(r"^#+\s+(.+?)\s*#*$", body, flags=re.MULTILINE)
    spelled = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
    return set(spelled) | set(re.findall(r"\b(?:id|name)=\"([^\"]+)\"", body))


def dead_links(page: Path, root: Path) -> list[str]:
    """Links of a page that lead nowhere inside the project; the web is not asked."""
    return [
        target
        for target in links(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z][a-z0-9+.-]*:", target) and not _leads(page, target, root)
    ]


def _leads(page: Path, target: str, root: Path) -> bool:
    path, _, anchor = target.partition("#")
    goal = (page.parent / path).resolve() if path else page
    if not goal.exists() or not goal.is_relative_to(root):
        return False
    return not anchor or goal.suffix != ".md" or anchor in anchors(goal.read_text(encoding="utf-8"))


def machine_words(text: str) -> list[str]:
    """Lines that speak of one machine rather than of the project."""
    return [
        f"{number}: {what}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in MACHINE.items()
        if re.search(pattern, line)
    ]


def test_links_of_the_documents_lead_somewhere(
    tracked: tuple[Path, ...], root: Path, refuse: Refuse
) -> None:
    pages = [path for path in tracked if path.suffix == ".md"]
    assert pages
    refuse(
        f"{page.relative_to(root)}: {target}" for page in pages for target in dead_links(page, root)
    )


def test_no_file_speaks_of_one_machine(
    tracked: tuple[Path, ...], root: Path, refuse: Refuse
) -> None:
    refuse(
        f"{path.relative_to(root)}:{fault}"
        for path in tracked
        if path.stat().st_size < TEXT_LIMIT
        for fault in machine_words(path.read_text(encoding="utf-8", errors="replace"))
    )


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_there_is_one_command_that_proves_the_project(path: str, root: Path) -> None:
    assert COMMAND in (root / path).read_text(encoding="utf-8").splitlines()


def test_the_ci_door_is_a_program(root: Path) -> None:
    assert os.access(root / ".ci" / "run", os.X_OK)


def test_the_changelog_has_a_place_for_the_next_change(root: Path) -> None:
    assert "## Unreleased" in (root / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text(
        "# A title: it's `so`\n[1](a.md#a-title-its-so) [2](b.md) [3](#none) [4](../)\n"
        "[5](https://a.example) `[6](c.md)`\n```\n[7](d.md)\n```\n"
    )
    assert dead_links(page, tmp_path) == ["b.md", "#none", "../"]


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("see /ho" + "me/someone/x", 1),
        ("C:" + r"\Users\x", 1),
        ("https://py" + "pi.org/simple", 1),
        ("https://forge.example/wo" + "rk/tree", 0),
        ("the root/leaf and /v1/models", 0),
    ],
)
def test_words_of_one_machine_are_found(line: str, faults: int) -> None:
    assert len(machine_words(line)) == faults
