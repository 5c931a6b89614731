"""What is missing is one line that says what to do; what is pinned is what is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from second_opinion import listeners, place
from second_opinion.listeners import Heard, eventsource_parser, httpx_sse
from second_opinion.place import OpinionError

RUN = Path(place.__file__).with_name("run.py")


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMGAUGE_SECOND_OPINION", str(tmp_path))
    return tmp_path


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that has node and npm, as far as anybody can see; the folder of both."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("node", "npm"):
        (programs / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    return programs


def test_the_lock_holds_what_the_package_asks_for() -> None:
    lock = json.loads(RUN.with_name("package-lock.json").read_text(encoding="utf-8"))
    pinned = lock["packages"][f"node_modules/{place.PACKAGE}"]
    assert pinned["version"] == place.version()
    assert pinned["integrity"].startswith("sha512-")
    assert "resolved" not in pinned


def test_the_folder_is_of_this_very_package(nowhere: Path) -> None:
    assert place.folder().parent == nowhere
    assert place.folder() == place.folder()


def test_a_machine_without_node_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OpinionError, match="node is not installed"):
        place.prepared()
    with pytest.raises(OpinionError, match="npm is not installed"):
        place.prepare()


@pytest.mark.usefixtures("node")
def test_a_package_that_is_missing_says_how_to_get_it() -> None:
    with (
        pytest.raises(OpinionError, match=r"run `python harness/second_opinion/run.py prepare`"),
        eventsource_parser(),
    ):
        pass


@pytest.mark.usefixtures("node")
def test_an_install_that_fails_names_its_log() -> None:
    with pytest.raises(OpinionError, match=r"npm ci failed with code 1; see .*npm\.log"):
        place.prepare()
    assert not place.folder().exists()


def test_a_program_that_ends_is_one_line(node: Path) -> None:
    (place.folder() / "node_modules" / place.PACKAGE).mkdir(parents=True)
    (place.folder() / "node_modules" / place.PACKAGE / "package.json").write_text("{}")
    with eventsource_parser() as listen, pytest.raises(OpinionError, match="ended without"):
        listen([b"data: a\n\n"])
    assert node.exists()


def test_a_package_that_was_installed_is_not_fetched_again(
    node: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "_install", lambda *_: None)
    (place.folder() / "node_modules" / place.PACKAGE).mkdir(parents=True)
    (place.folder() / "node_modules" / place.PACKAGE / "package.json").write_text("{}")
    assert place.prepare() == place.folder() / "listen.mjs"
    assert node.exists()


def test_the_listener_of_python_hears_pieces() -> None:
    with httpx_sse() as listen:
        assert listen([b"event: x\nid: 1\nda", b"ta: a\n", b"\n"]) == [Heard("x", "a", "1")]


def test_a_listener_that_is_not_installed_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx_sse", None)
    with pytest.raises(OpinionError, match="httpx-sse is not installed"), listeners.httpx_sse():
        pass


def test_the_command_says_where(nowhere: Path) -> None:
    told = subprocess.run(
        [sys.executable, str(RUN), "where"], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == str(place.folder())
    assert nowhere in place.folder().parents
