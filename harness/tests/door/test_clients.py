"""`streamgauge clients`, from the command line to the file: a client of our own, and one real."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from streamgauge import data
from streamgauge.cli import main

WRAPPER = """
import json, urllib.request
from wrapping import serve
def answer(asked):
    request = urllib.request.Request(asked["base_url"] + "/chat/completions", data=b"{}")
    body = urllib.request.urlopen(request).read().decode()
    lines = [line[6:] for line in body.splitlines() if line.startswith("data: {")]
    deltas = [c["delta"] for line in lines for c in json.loads(line).get("choices", ())]
    print("noise")
    return {"text": "".join(delta.get("content") or "" for delta in deltas)}
serve("click", answer)
"""
TOML = """
says = "A library of ours"
language = "python"
packages = ["urllib"]
[mode.chat]
says = "lines of a whole body"
dialect = "openai-chat"
features = ["text"]
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Wrappers of this test beside the real protocol; reports go below the same folder."""
    home = tmp_path / "clients"
    (home / "ours").mkdir(parents=True)
    (home / "ours" / "client.toml").write_text(TOML, encoding="utf-8")
    (home / "ours" / "wrapper.py").write_text(WRAPPER, encoding="utf-8")
    (home / "protocol").symlink_to(data.clients_root() / "protocol")
    monkeypatch.setattr(data, "clients_root", lambda: home)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["clients", "--here", *arguments])


def lines(root: Path) -> list[dict[str, object]]:
    text = (root / "reports" / "latest" / "clients.jsonl").read_text(encoding="utf-8")
    return [json.loads(one) for one in text.splitlines()]


def test_a_client_is_tried_and_its_score_told(root: Path) -> None:
    done = told("--case", "plain-text.openai-chat.[ew]*", "--case", "dropped-*")
    assert done.exit_code == 0, done.output
    assert "ours/chat" in done.stdout
    assert "kept, 0 broken, 1 skipped" in done.stdout
    header, *results = lines(root)
    assert header["clients"] == ["ours/chat"]
    assert {one["behaviour"] for one in results} == {"equal", None}
    page = (root / "reports" / "latest" / "clients.html").read_text(encoding="utf-8")
    assert "ours/chat" in page
    assert results[0]["case"] in page


ONE = "plain-text.openai-chat"


@pytest.mark.usefixtures("root")
def test_splits_are_counted_and_one_cause_is_one_line(root: Path) -> None:
    wrapper = root / "clients" / "ours" / "wrapper.py"
    odd = 'return {"text": "no" if asked["case"].endswith(("whole", "bytes")) else'
    source = wrapper.read_text(encoding="utf-8").replace('return {"text":', odd)
    wrapper.write_text(source, encoding="utf-8")
    done = told("--case", f"{ONE}.[bew]*")
    assert done.exit_code == 1
    assert f"ours/chat {ONE}: lost-text (must equal, 2 of 4 splits)" in done.stdout
    assert f"Reproduce with: streamgauge clients ours/chat --case '{ONE}.*'" in done.stdout
    assert re.search(r"^ours/chat +\S+ +2/4 +0/1 +2/0/0$", done.stdout, re.MULTILINE)
    prose = [line for line in done.stdout.splitlines() if "Reproduce with" not in line]
    assert max(map(len, prose)) <= 80


@pytest.mark.usefixtures("root")
def test_a_broken_must_fails_and_is_told_with_its_command() -> None:
    done = told("--case", "error-in-stream.openai-chat")
    assert done.exit_code == 1
    again = "Reproduce with: streamgauge clients ours/chat --case error-in-stream.openai-chat"
    assert again in done.stdout


def test_a_trial_is_gone_on_with(root: Path) -> None:
    told("--case", "plain-text.openai-chat.events")
    (root / "clients" / "ours" / "wrapper.py").write_text("raise SystemExit(3)", encoding="utf-8")
    done = told("--case", "plain-text.openai-chat.e*", "--resume")
    behaviours = {one["case"]: one["behaviour"] for one in lines(root)[1:]}
    assert behaviours == {
        "plain-text.openai-chat.events": "equal",
        "plain-text.openai-chat.event-pairs": "crashed",
    }
    assert done.exit_code == 1


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nobody",), "no client is named nobody; known: ours"),
        (("--case", "nothing"), "no case is named nothing"),
        (("--resume",), "there is nothing to resume"),
        (("--case", "one-tool.openai-chat"), "nothing was tried: every case was skipped"),
    ],
    ids=["client", "case", "resume", "skipped"],
)
def test_what_cannot_be_is_told_in_one_line(arguments: tuple[str, ...], says: str) -> None:
    done = told(*arguments)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("root")
def test_clients_are_listed() -> None:
    done = told("--list")
    assert done.exit_code == 0
    assert "ours/chat" in done.stdout


@pytest.mark.parametrize("mode", ["chat-create", "chat-stream"])
def test_a_real_client_keeps_what_it_kept(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openai")
    monkeypatch.chdir(tmp_path)
    cases = ("plain-text.openai-chat.e*", "one-tool.openai-chat", "error-in-stream.openai-chat")
    done = told(f"openai/{mode}", *(part for one in cases for part in ("--case", one)))
    assert done.exit_code == 0, done.output
