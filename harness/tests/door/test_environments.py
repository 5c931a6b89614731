"""Where clients are installed: once for the same pins, anew for others, told where it cannot be.

No registry is asked: the pins of these tests are empty.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from streamgauge.door.environments import NotHereError, environment, folder, is_made
from streamgauge.trials.clients.roster import Package


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    monkeypatch.setenv("STREAMGAUGE_CLIENTS", str(tmp_path / "cache"))
    home = tmp_path / "lib"
    home.mkdir()
    (home / "requirements.txt").write_text("", encoding="utf-8")
    return Package(
        name="lib", folder=home, says="A library", language="python", command=(), modes=()
    )


def test_an_environment_is_made_once(package: Package) -> None:
    told: list[str] = []
    assert not is_made(package)
    first = environment(package, package.folder, here=False, say=told.append)
    again = environment(package, package.folder, here=False, say=told.append)
    assert first == again
    assert is_made(package)
    assert told == ["installing lib …"]
    python = Path(first.command[0])
    assert python.is_relative_to(folder())
    prefix = subprocess.check_output([python, "-c", "import sys; print(sys.prefix)"], text=True)
    assert Path(prefix.strip()) != Path(sys.prefix)


def test_other_pins_make_another(package: Package) -> None:
    first = environment(package, package.folder, here=False, say=lambda _: None)
    (package.folder / "requirements.txt").write_text("# more\n", encoding="utf-8")
    second = environment(package, package.folder, here=False, say=lambda _: None)
    assert first.edition != second.edition


def test_what_was_left_half_made_is_made_anew(package: Package) -> None:
    first = environment(package, package.folder, here=False, say=lambda _: None)
    made = folder() / first.edition
    (made / ".ready").unlink()
    (made / "rest").touch()
    environment(package, package.folder, here=False, say=lambda _: None)
    assert (made / ".ready").exists()
    assert not (made / "rest").exists()


def test_here_is_this_python(package: Package) -> None:
    found = environment(package, package.folder, here=True, say=lambda _: None)
    assert found.command[0] == sys.executable
    assert found.edition == "here"


def test_another_language_names_its_own_command(package: Package) -> None:
    shell = replace(package, language="", command=("sh", "wrapper.sh"))
    found = environment(shell, package.folder, here=False, say=lambda _: None)
    assert found.command[1:] == ("wrapper.sh",)
    assert os.access(found.command[0], os.X_OK)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"language": "", "command": ("no-such-program",)}, "lib needs no-such-program"),
        ({"folder": Path("nowhere")}, "requirements.txt is missing beside client.toml"),
    ],
    ids=["no program", "no pins"],
)
def test_what_cannot_be_made_is_told(
    package: Package, change: dict[str, object], says: str
) -> None:
    with pytest.raises(NotHereError, match=says):
        environment(replace(package, **change), Path(), here=False, say=lambda _: None)


def test_pins_that_cannot_be_had_are_told_with_the_log(package: Package) -> None:
    (package.folder / "requirements.txt").write_text("./nowhere\n", encoding="utf-8")
    with pytest.raises(NotHereError, match=r"lib cannot be installed here; see .*install\.log"):
        environment(package, package.folder, here=False, say=lambda _: None)
