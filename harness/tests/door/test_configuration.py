"""What is read of `streamgauge.toml`, where it is looked for, and what wins over what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streamgauge.door.configuration import configuration, with_defaults
from streamgauge.door.trouble import UsageError

WRONG: dict[str, tuple[str, str]] = {
    "not TOML": ("x = = 1", "streamgauge.toml: not TOML: "),
    "a wrong type": ('max-requests = "9"', "streamgauge.toml: /max-requests: '9' is not of type"),
    "an unknown member": ("speed = 1", "streamgauge.toml: the table: Additional properties"),
    "a target of nobody": ("[targets.a]\nmodel = 'm'", "streamgauge.toml: /targets/a: "),
    "no address": ("[targets.a]\nbase-url = 'x'\nmodel = 'm'", "/targets/a/base-url: "),
    "an unknown need": ("[targets.a]\nvendor = 'vllm'\ncannot = { fly = 'no' }", "/cannot: 'fly'"),
}


def test_nothing_is_configured_where_there_is_no_file(tmp_path: Path) -> None:
    assert configuration(tmp_path) == {}


def test_the_nearest_file_counts_and_the_own_file_before_the_project_s(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.streamgauge]\nfail-on = 'never'\n")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert configuration(inner)["fail-on"] == "never"
    (tmp_path / "streamgauge.toml").write_text("fail-on = 'should'\n")
    assert configuration(inner)["fail-on"] == "should"


def test_paths_of_a_file_above_are_meant_from_where_it_is(tmp_path: Path) -> None:
    text = "report-dir = 'out'\nscenarios = 'mine'\ndeviations = '/etc/d.toml'\nreport = 'json'\n"
    (tmp_path / "streamgauge.toml").write_text(text)
    inner = tmp_path / "a"
    inner.mkdir()
    assert configuration(tmp_path)["report-dir"] == "out"
    assert configuration(inner) == {
        "report-dir": str(tmp_path / "out"),
        "scenarios": str(tmp_path / "mine"),
        "deviations": "/etc/d.toml",
        "report": "json",
    }


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_one_line_with_the_place(name: str, tmp_path: Path) -> None:
    text, says = WRONG[name]
    (tmp_path / "streamgauge.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        configuration(tmp_path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_table_that_is_none_and_a_file_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nstreamgauge = 3\n")
    with pytest.raises(UsageError, match=r"pyproject.toml \[tool.streamgauge\]: the table: 3 is"):
        configuration(tmp_path)
    (tmp_path / "streamgauge.toml").mkdir()
    with pytest.raises(UsageError, match=r"streamgauge.toml: "):
        configuration(tmp_path)


def test_a_key_in_the_place_of_a_name_is_not_shown(tmp_path: Path) -> None:
    text = "[targets.a]\nvendor = 'moonshot'\nkey-env = 'sk-planted-0123456789'\n"
    (tmp_path / "streamgauge.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        configuration(tmp_path)
    assert str(caught.value) == (
        "streamgauge.toml: /targets/a/key-env: must be the name of a variable, never a key"
    )


def test_what_was_said_wins_over_the_file() -> None:
    options: dict[str, Any] = {"report": "html", "fail_on": "must", "max_cost": None}
    configured = {"report": "json", "fail-on": "never", "max-cost": 2.5, "targets": {}}
    merged = with_defaults(options, configured, frozenset({"report"}))
    assert merged == {"report": "html", "fail_on": "never", "max_cost": 2.5}
    assert options["max_cost"] is None
