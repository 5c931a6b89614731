"""`streamgauge prove` as users call it: files, exit codes, and one line where it cannot go on.

That the proof holds is tested in tests/proof/test_short_form.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from streamgauge.door import prove as door

Run = Callable[..., Result]
FEW = ("--good", "written/openai-chat/text-complete", "--goods", "0", "--jobs", "1")
PART = ("--quick", "--good", "written/*", "--good", "drawn/*", "--goods", "2", "--fault", "cut-*")


def score_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
    return found


def test_the_same_seed_gives_the_same_files(run: Run, tmp_path: Path) -> None:
    for folder, jobs in (("a", "1"), ("b", "2")):
        run("prove", *PART, "--seed", "5", "--jobs", jobs, "--report-dir", folder)
    for name in ("proof.json", "proof.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_another_seed_draws_other_streams(run: Run, tmp_path: Path) -> None:
    for seed in ("5", "6"):
        run("prove", *PART, "--good", "drawn/*", "--seed", seed, "--report-dir", seed)
    assert (tmp_path / "5" / "proof.json").read_bytes() != (
        tmp_path / "6" / "proof.json"
    ).read_bytes()


def test_one_fault_on_one_stream(run: Run, tmp_path: Path) -> None:
    said = run("prove", *FEW, "--fault", "no-end-marker", "--report-dir", "out")
    assert said.exit_code == 0
    assert said.output.splitlines()[-1].startswith("rules bitten 1 of 1 · false bites 0")
    score = score_of(tmp_path / "out")
    assert list(score["faults"]) == ["no-end-marker"]
    assert score["goods"]["written"] == {"given": 1, "good": 1, "spoilable": 1}


def test_a_rule_chooses_the_faults_that_may_break_it(run: Run, tmp_path: Path) -> None:
    said = run("prove", *FEW, "--rule", "ending/sentinel-is-sent", "--report-dir", "out")
    assert said.exit_code == 0
    faults = score_of(tmp_path / "out")["faults"]
    assert "no-end-marker" in faults
    assert "trickle" not in faults


def test_what_is_wrong_is_told_with_the_command_that_shows_it(run: Run) -> None:
    # Nothing in this one stream can be cut inside arguments: the fault has no effect.
    said = run("prove", *FEW, "--fault", "cut-in-arguments", "--report-dir", "out")
    assert said.exit_code == 1
    assert "without-effect  cut-in-arguments [openai-chat]: finds nothing to spoil" in said.output
    assert "Reproduce with: streamgauge prove --seed 1 --goods 0 --fault cut-in-arguments" in (
        said.output
    )


def test_quiet_means_nothing_but_the_files(run: Run, tmp_path: Path) -> None:
    said = run("prove", *FEW, "--fault", "reset", "-q", "--report-dir", "out")
    assert said.output == ""
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "proof.html",
        "proof.json",
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--fault", "nothing"], "--fault nothing: no fault has such a name; known: "),
        (["--rule", "a/b"], "--rule a/b: no rule has such a name; try: streamgauge rules"),
        (["--good", "a/b"], "--good a/b: no good stream has such a name"),
        (["--corpus", "nowhere", "--good", "own/*"], "--corpus nowhere: no such file"),
        (["--quick", "--full"], "--quick and --full: one of them"),
        (["--report-dir", "file", *FEW], "file: "),
    ],
    ids=["fault", "rule", "good", "corpus", "forms", "folder"],
)
def test_what_cannot_be_proved_is_one_line(
    options: list[str], says: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    said = run("prove", *options)
    assert said.exit_code == 2
    (line,) = said.output.splitlines()
    assert says in line


@pytest.mark.parametrize("option", ["--jobs", "--goods"])
def test_a_number_that_makes_no_sense_is_usage(option: str, run: Run) -> None:
    assert run("prove", option, "-1").exit_code == 2


def test_interrupted_it_leaves_nothing_behind(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(door, "cells", interrupt)
    said = run("prove", *FEW, "--report-dir", "out")
    assert said.exit_code == 2
    assert said.output == "streamgauge: interrupted; nothing was written\n"
    assert list((tmp_path / "out").iterdir()) == []
