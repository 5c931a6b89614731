"""The clients that there are: folders read into values, chosen by globs."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamgauge import data
from streamgauge.trials.clients.roster import chosen, packages

TOML = """
says = "A library"
language = "python"
packages = ["lib"]
[mode.chat]
says = "chat"
dialect = "openai-chat"
features = ["text"]
[mode.messages]
says = "messages"
dialect = "anthropic-messages"
features = ["text", "tools"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "client.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "protocol").mkdir()
    return tmp_path


def test_every_folder_with_a_description_is_a_client(root: Path) -> None:
    one, two = packages(root)
    assert (one.name, two.name) == ("one", "two")
    assert [mode.name for mode in one.modes] == ["one/chat", "one/messages"]
    assert one.modes[1].able.features == {"text", "tools"}
    assert one.modes[1].word == "messages"


@pytest.mark.parametrize(
    ("globs", "names"),
    [
        ((), ["one/chat", "one/messages", "two/chat", "two/messages"]),
        (("two",), ["two/chat", "two/messages"]),
        (("*/chat",), ["one/chat", "two/chat"]),
        (("one/messages", "two"), ["one/messages", "two/chat", "two/messages"]),
        (("three",), []),
    ],
    ids=str,
)
def test_globs_choose_clients_and_modes(
    root: Path, globs: tuple[str, ...], names: list[str]
) -> None:
    found = chosen(packages(root), globs)
    assert [mode.name for package in found for mode in package.modes] == names


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("says = 1", "client.toml"),
        (TOML.replace('"text", "tools"', '"taste"'), "client.toml"),
        (TOML.replace('language = "python"', ""), "client.toml"),
        ("[", "not TOML"),
    ],
    ids=["type", "feature", "no language", "no TOML"],
)
def test_a_wrong_description_is_told(root: Path, text: str, says: str) -> None:
    (root / "two" / "client.toml").write_text(text, encoding="utf-8")
    with pytest.raises(data.DataError, match=says):
        packages(root)


def test_every_client_of_the_project_is_well_described() -> None:
    assert packages(data.clients_root())
