"""A recorder keeps what was answered, in the order of the requests, and seals in one step."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from streamgauge.capture import read, recorder
from streamgauge.capture.journal import recover
from streamgauge.capture.recorder import Recorder, journal_path, seal
from streamgauge.exchange import Close, Exchange, Head, Request, Seam

OK = Head(status=200)


def asked(number: int) -> Request:
    return Request(url=f"https://api.example/{number}")


def addresses(exchanges: tuple[Exchange, ...] | list[Exchange]) -> list[str]:
    return [one.request.url[-1] for one in exchanges if one.request is not None]


def test_nothing_is_kept_on_disk_without_a_path(tmp_path: Path) -> None:
    with Recorder(None) as kept:
        taking = kept.begin(asked(0), Seam.SOCKET)
        taking.head(OK)
        taking.segment(b"data: 1\n\n", 3.0)
        exchange = taking.end(Close.CLEAN)
    assert kept.exchanges == (exchange,)
    assert (exchange.seam, exchange.body) == (Seam.SOCKET, b"data: 1\n\n")
    assert list(tmp_path.iterdir()) == []


def test_a_cassette_takes_the_place_of_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.yaml"
    with Recorder(path) as kept:
        first, second = kept.begin(asked(0)), kept.begin(asked(1))
        for taking in (second, first):
            taking.head(OK)
            taking.segment(b"data: 1\n\n", 3.0)
        second.end(Close.RESET)
        first.end(Close.CLEAN)
        assert journal_path(path).exists()
        assert not path.exists()
    assert [file.name for file in path.parent.iterdir()] == ["a.yaml"]
    found = read("a.yaml", path.read_bytes())
    assert addresses(found) == ["0", "1"]
    assert [one.close for one in found] == [Close.CLEAN, Close.RESET]


def test_a_request_without_an_answer_is_no_cassette(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with Recorder(path) as kept:
        kept.begin(asked(0)).end(Close.TIMEOUT)
    assert list(tmp_path.iterdir()) == []
    assert kept.exchanges == ()


def test_what_still_runs_at_the_end_was_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with Recorder(path) as kept:
        taking = kept.begin(asked(0))
        taking.head(OK)
        taking.segment(b"data: 1", 1.0)
    assert [one.close for one in read("a.yaml", path.read_bytes())] == [Close.CANCELLED]


def test_nothing_begins_after_the_end() -> None:
    kept = Recorder(None)
    kept.close()
    kept.close()
    with pytest.raises(ValueError, match="closed"):
        kept.begin(asked(0))


def test_a_failed_seal_leaves_the_old_cassette_and_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    kept = Recorder(path)
    taking = kept.begin(asked(0))
    taking.head(OK)
    taking.segment(b"data: 1\n\n", 1.0)

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(recorder.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        kept.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.yaml", "a.yaml.trace.jsonl"]
    assert path.read_text() == "old"
    assert recover(journal_path(path))[0].body == b"data: 1\n\n"


def test_a_file_is_put_in_place_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    seal(path, "é")
    assert path.read_bytes() == "é".encode()
    assert os.listdir(tmp_path) == ["a.yaml"]


def test_a_refused_body_is_said_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with Recorder(path) as kept:
        taking = kept.begin(asked(0))
        taking.head(Head(status=200, headers=(("content-encoding", "gzip, br"),)))
        taking.end(Close.CLEAN)
    assert kept.exchanges == ()
    assert "identity" in kept.refused[0]
    assert not path.exists()
