"""`streamgauge init`: a first configuration that is sound, and never over one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamgauge.door.configuration import configuration


@pytest.mark.usefixtures("no_keys")
def test_what_is_written_is_sound_and_can_be_planned_with(run) -> None:
    written = run("init")
    assert (written.exit_code, written.output) == (
        0,
        "wrote streamgauge.toml: edit it, then streamgauge run local --plan\n",
    )
    assert configuration(Path())["targets"]["local"]["vendor"] == "vllm"
    planned = run("run", "local", "--plan", "--scenario", "plain-text")
    assert planned.exit_code == 0
    assert planned.output.startswith("local/plain-text: ")


def test_every_commented_line_is_sound_too(run) -> None:
    run("init")
    path = Path("streamgauge.toml")
    lines = path.read_text().splitlines()
    members = [line[2:] if line.startswith("# ") and "=" in line else line for line in lines]
    members = [line[2:] if line.startswith("# [") else line for line in members]
    path.write_text("\n".join(line for line in members if not line.startswith("#")))
    made = configuration(Path())
    assert made["targets"]["kimi"] == {"vendor": "moonshot", "model": "kimi-k2.5"}
    assert made["targets"]["local"]["price"] == {"input": 0.5, "output": 1.5}
    assert made["max-requests"] == 200


def test_one_s_own_file_is_left_alone_unless_told(run) -> None:
    Path("streamgauge.toml").write_text("fail-on = 'never'\n")
    refused = run("init")
    assert refused.exit_code == 2
    says = "streamgauge: streamgauge.toml is there already; --force writes over it\n"
    assert refused.stderr == says
    assert Path("streamgauge.toml").read_text() == "fail-on = 'never'\n"
    assert run("init", "--force").exit_code == 0
    assert "[targets.local]" in Path("streamgauge.toml").read_text()


def test_a_folder_of_that_name_is_one_line(run) -> None:
    Path("streamgauge.toml").mkdir()
    refused = run("init", "--force")
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
