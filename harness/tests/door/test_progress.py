"""The bar of a run: nothing off a terminal, live first words on one, and never an escape code."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest

from streamgauge import data
from streamgauge.door import providers
from streamgauge.door.progress import Progress
from streamgauge.trials.scenario import from_data
from streamgauge.trials.trial import Trial

pytestmark = pytest.mark.usefixtures("no_keys")

KEY = "sk-planted-0123456789abcdef"
SOURCE = "moonshot-simulated/plain-text"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def trials() -> list[Trial]:
    options = {"dialect": "auto", "vendor": "moonshot"}
    (target,) = providers.wanted(None, options, {})
    scenario = from_data("plain-text", data.scenarios_data()["plain-text"])
    return [Trial(target=target, scenario=scenario)]


def event(text: str) -> bytes:
    chunk = {"choices": [{"index": 0, "delta": {"content": text}}]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def shown(
    trials: list[Trial], pieces: list[bytes], monkeypatch: pytest.MonkeyPatch, screen: io.StringIO
) -> str:
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    with Progress(trials, [KEY.encode()]) as progress:
        progress.began(SOURCE)
        for number, piece in enumerate(pieces):
            progress.piece(SOURCE, piece, 12.0 + number)
        progress.ended({"source": SOURCE})
    return screen.getvalue()


def test_nothing_is_written_where_no_terminal_is(
    trials: list[Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(trials, [event("Good")], monkeypatch, io.StringIO()) == ""


def test_quiet_is_quiet(trials: list[Trial], monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with Progress(trials, quiet=True) as progress:
        progress.began(SOURCE)
        progress.ended({"source": SOURCE})
    assert screen.getvalue() == ""


def test_the_first_words_are_shown_with_their_time(
    trials: list[Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = [event("")[:20], event("")[20:], event("Good day"), event(" and more")]
    said = shown(trials, pieces, monkeypatch, Terminal())
    assert "moonshot-simu…in-text 14 ms Good day" in said
    assert max(map(len, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said).splitlines())) <= 80
    assert "and more" not in said
    assert "1/2" in said


@pytest.mark.parametrize(
    ("text", "seen"),
    [("\x1b]0;title\x07\x1b[31mred", r"\x1b]0;…mred"), ("\u202e\r\n", r"\u202e\r\n")],
    ids=["escape codes", "controls"],
)
def test_hostile_words_are_spelled_out(
    text: str, seen: str, trials: list[Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = shown(trials, [event(text)], monkeypatch, Terminal())
    assert seen in said
    assert text not in said


def test_a_key_that_comes_back_is_not_shown(
    trials: list[Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = [event("Is it sk-plan"), event("ted-0123456789abcdef?")]
    said = shown(trials, pieces, monkeypatch, Terminal())
    assert "sk-" not in said
