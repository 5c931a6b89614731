"""`streamgauge convert`: recordings in every form, there and back; nothing lost is made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from streamgauge.capture.cassette_text import cassette_text
from streamgauge.capture.importers import read
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam

Run = Callable[..., Result]
KEY = "sk-" + "0123456789abcdefghij"
ASKED = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}


def _exchange(body: bytes) -> Exchange:
    return Exchange(
        request=Request(
            url="https://api.example.test/v1/chat/completions",
            headers=(("content-type", "application/json"),),
            body=json.dumps(ASKED).encode(),
        ),
        head=Head(status=200, headers=(("content-type", "text/event-stream"),)),
        body=body,
        arrivals=((0, 20.5), (40, 31.0)),
        seam=Seam.CLIENT,
        close=Close.CLEAN,
        framing=Framing.CHUNKED,
    )


def _har(body: bytes) -> str:
    entry = {
        "startedDateTime": "2025-01-02T03:04:05Z",
        "time": 9,
        "request": {
            "method": "POST",
            "url": f"https://api.example.test/v1/chat/completions?key={KEY}",
            "headers": [{"name": "Authorization", "value": f"Bearer {KEY}"}],
            "postData": {"mimeType": "application/json", "text": json.dumps(ASKED)},
        },
        "response": {
            "status": 200,
            "headers": [{"name": "content-type", "value": "text/event-stream"}],
            "content": {"mimeType": "text/event-stream", "text": body.decode()},
        },
    }
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}})


@pytest.fixture
def files(run: Run, streams: dict[str, bytes], tmp_path: Path) -> Path:
    """One recording in every form that is read, each of the same body."""
    assert run
    body = streams["good"]
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    two = [_exchange(body), _exchange(streams["cut"])]
    (tmp_path / "body.sse").write_bytes(body)
    (tmp_path / "curl.log.txt").write_bytes(head + body)
    (tmp_path / "session.har").write_text(_har(body))
    (tmp_path / "one.yaml").write_text(cassette_text(two[:1]))
    (tmp_path / "two.yaml").write_text(cassette_text(two))
    return tmp_path


def _stored(path: Path) -> list[Exchange]:
    return read(path.name, path.read_bytes())


@pytest.mark.parametrize("name", ["body.sse", "curl.log.txt", "session.har"])
def test_a_recording_becomes_a_cassette_that_knows_no_more_than_it(
    name: str, files: Path, run: Run, streams: dict[str, bytes]
) -> None:
    done = run("convert", name, "out.yaml")
    assert done.exit_code == 0
    assert done.stderr == "cassette: out.yaml, 1 exchange\narrival unknown in 1 of 1\n"
    (one,) = _stored(files / "out.yaml")
    assert (one.body, one.arrivals) == (streams["good"], None)
    assert one.seam is Seam.UNKNOWN


def test_a_cassette_stays_what_it_is(files: Path, run: Run) -> None:
    done = run("convert", "two.yaml", "out.yml")
    assert done.stderr == "cassette: out.yml, 2 exchanges\n"
    assert (files / "out.yml").read_text() == (files / "two.yaml").read_text()


@pytest.mark.parametrize("form", ["sse", "txt", "jsonl"])
def test_a_cassette_becomes_a_body_and_its_request(
    form: str, files: Path, run: Run, streams: dict[str, bytes]
) -> None:
    done = run("convert", "two.yaml", f"out.{form}", "--number", "1")
    assert done.exit_code == 0
    assert (files / f"out.{form}").read_bytes() == streams["cut"]
    assert json.loads((files / "out.request.json").read_text())["body"] == ASKED
    assert "left behind, which only a cassette holds: status and headers, boundaries" in done.stderr


def test_what_was_converted_is_judged_alike(files: Path, run: Run) -> None:
    assert files
    run("convert", "one.yaml", "out.sse")
    first, second = (
        json.loads(run("check", name, "--format", "jsonl").stdout)
        for name in ("one.yaml", "out.sse")
    )
    assert first["message"] == second["message"]
    assert first["verdict"] == second["verdict"] == "pass"


def test_there_and_back_keeps_the_body_and_the_request(files: Path, run: Run) -> None:
    run("convert", "one.yaml", "out.sse")
    run("convert", "out.sse", "back.yaml")
    (one,), (back,) = _stored(files / "one.yaml"), _stored(files / "back.yaml")
    assert back.body == one.body
    assert back.request is not None
    assert one.request is not None
    assert back.request.url == one.request.url
    assert json.loads(back.request.body) == json.loads(one.request.body)


def test_no_key_comes_through(files: Path, run: Run) -> None:
    run("convert", "session.har", "out.yaml")
    run("convert", "session.har", "out.sse")
    for name in ("out.yaml", "out.sse", "out.request.json"):
        assert KEY not in (files / name).read_text()


def test_a_key_of_the_environment_is_found_in_the_body(
    files: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_API_KEY", "a-key-of-no-known-form")
    (files / "leaky.sse").write_bytes(b'data: {"echo": "a-key-of-no-known-form"}\n\n')
    assert run("convert", "leaky.sse", "out.yaml").exit_code == 0
    assert "a-key-of-no-known-form" not in (files / "out.yaml").read_text()


def test_standard_input_is_read(files: Path, run: Run, streams: dict[str, bytes]) -> None:
    assert run("convert", "-", "out.yaml", input=streams["good"]).exit_code == 0
    assert _stored(files / "out.yaml")[0].body == streams["good"]


@pytest.mark.parametrize("taken", ["out.sse", "out.request.json"])
def test_nothing_is_written_over_unasked(taken: str, files: Path, run: Run) -> None:
    (files / taken).write_text("mine")
    done = run("convert", "one.yaml", "out.sse")
    assert (done.exit_code, (files / taken).read_text()) == (2, "mine")
    assert done.stderr == f"streamgauge: {taken}: exists; --force writes over it\n"
    assert run("convert", "one.yaml", "out.sse", "--force").exit_code == 0
    assert (files / taken).read_text() != "mine"


MISTAKES = {
    "no such file": (["nowhere.sse", "out.yaml"], "nowhere.sse: no such file"),
    "no such form": (["one.yaml", "out.pdf"], "out.pdf: not a form to write; known: .yaml"),
    "several for one": (["two.yaml", "out.sse"], "choose by --number 0 … 1"),
    "out of number": (["two.yaml", "o.sse", "--number", "2"], "two.yaml holds 2 exchanges"),
    "no recording": (["bad.har", "out.yaml"], "bad.har: not a HAR"),
    "no such folder": (["one.yaml", "no/out.yaml"], "no/out.yaml: "),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_ends_with_2(name: str, files: Path, run: Run) -> None:
    (files / "bad.har").write_text("{}")
    arguments, words = MISTAKES[name]
    done = run("convert", *arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert words in done.stderr
    assert not list(files.glob("o*.sse"))
