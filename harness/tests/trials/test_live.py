"""Readers and recorders joined: cassettes by target, model and scenario, under any name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streamgauge import capture
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.trials.live import Live, cassette_path
from streamgauge.trials.trial import Trial


def read(path: Path) -> list[Exchange]:
    return capture.read(path.name, path.read_bytes())


HOSTILE = [
    "../../etc/passwd", "..", ".", "", "a/b", "a\\b", "/abs", "C:\\x", "a\x00b", "a\nb", "x" * 500,
    "größe", "👋", "*", "~root", "a;rm -rf", "-rf", "<script>", "con.yaml",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
@pytest.mark.parametrize("member", ["name", "model"])
def test_no_name_leads_out_of_the_folder(
    tmp_path: Path, target: Any, shipped: Any, name: str, member: str
) -> None:
    trial = Trial(target=target(**{member: name}), scenario=shipped("usage"))
    path = cassette_path(tmp_path, trial)
    assert path.resolve().is_relative_to(tmp_path.resolve())
    assert len(path.relative_to(tmp_path).parts) == 3
    assert path.relative_to(tmp_path).as_posix().isascii()
    assert all(len(part) <= 85 for part in path.relative_to(tmp_path).parts)
    path.parent.mkdir(parents=True)
    path.write_text("it can be written")


def taken(live: Live, trial: Trial, text: bytes) -> None:
    taking = live.begin(trial, Request(url="http://127.0.0.1/v1"), Seam.CLIENT)
    taking.head(Head(status=200), Framing.CHUNKED)
    taking.segment(text, 1.0)
    taking.end(Close.CLEAN)


@pytest.mark.asyncio
async def test_every_trial_has_a_cassette_that_is_sealed_at_the_end(
    tmp_path: Path, target: Any, shipped: Any
) -> None:
    own = target(name="kimi")
    trials = [Trial(target=own, scenario=shipped(name)) for name in ("usage", "unicode")]
    async with Live([own], (), tmp_path) as live:
        for trial in trials:
            taken(live, trial, b"data: 1\n\n")
            assert not cassette_path(tmp_path, trial).exists()
    for trial in trials:
        (kept,) = read(cassette_path(tmp_path, trial))
        assert kept.body == b"data: 1\n\n"
    assert not list(tmp_path.rglob("*.trace.jsonl"))


@pytest.mark.asyncio
async def test_two_names_that_become_one_on_disk_share_a_cassette(
    tmp_path: Path, target: Any, shipped: Any
) -> None:
    both = [target(name="a/b"), target(name="a-b")]
    trials = [Trial(target=own, scenario=shipped("usage")) for own in both]
    async with Live(both, (), tmp_path) as live:
        for number, trial in enumerate(trials):
            taken(live, trial, f"data: {number}\n\n".encode())
    kept = read(cassette_path(tmp_path, trials[0]))
    assert [one.body for one in kept] == [b"data: 0\n\n", b"data: 1\n\n"]


@pytest.mark.asyncio
async def test_without_a_folder_nothing_is_written(
    tmp_path: Path, target: Any, shipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = target()
    async with Live([own], ()) as live:
        taken(live, Trial(target=own, scenario=shipped("usage")), b"data: 1\n\n")
        assert live.readers.keys() == {Seam.CLIENT, Seam.SOCKET}
    assert list(tmp_path.iterdir()) == []
