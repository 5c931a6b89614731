"""The folder lies where the environment says, and models of other weights lie elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines import build_llama_cpp, build_transformers, place
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
