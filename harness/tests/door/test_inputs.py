"""Finding and reading what a user named: files, folders, standard input, requests, secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamgauge.capture.limits import Unreadable
from streamgauge.door import inputs
from streamgauge.door.inputs import Input

BODY = b"data: {}\n\n"


def put(folder: Path, *names: str, content: bytes = BODY) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def sources(*paths: str) -> list[str]:
    return [one.source for one in inputs.find(paths).inputs]


def test_a_folder_is_searched_in_order_and_hidden_things_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, "d/b.sse", "d/a.jsonl.gz", "d/notes.md", "d/x/c.har", "d/.git/e.sse", "d/.f.sse")
    found = inputs.find(("d",))
    assert [one.source for one in found.inputs] == ["d/a.jsonl.gz", "d/b.sse", "d/x/c.har"]
    assert found.passed_over == 2
    assert not any(one.named for one in found.inputs)


def test_a_fixture_s_folder_holds_one_recording(tmp_path: Path) -> None:
    put(tmp_path, "fx/stream.sse", "fx/fixture.toml", "fx/message.json", "fx/request.json")
    assert [Path(source).name for source in sources(str(tmp_path))] == ["stream.sse"]


def test_what_is_named_is_an_input_whatever_its_ending(tmp_path: Path) -> None:
    found = inputs.find(("-", str(tmp_path / "notes.md"), str(tmp_path / "missing")))
    assert found.inputs[0].source == "-"
    assert all(one.named for one in found.inputs)
    assert found.errors == ()


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (error,) = inputs.find((str(tmp_path),)).errors
    assert "no recording in this folder" in error


def request_of(path: Path) -> bytes | None:
    one = Input(source=str(path), path=path, named=True)
    (exchange,) = inputs.read(one, (), None)
    return None if exchange.request is None else exchange.request.body


@pytest.mark.parametrize(
    ("recording", "request_file"),
    [
        ("a.sse", "a.request.json"),
        ("a.sse", "a.sse.request.json"),
        ("a.b.sse", "a.b.request.json"),
        ("a.sse.gz", "a.request.json"),
    ],
)
def test_a_request_lies_beside_its_recording(
    recording: str, request_file: str, tmp_path: Path
) -> None:
    import gzip

    content = gzip.compress(BODY, mtime=0) if recording.endswith(".gz") else BODY
    put(tmp_path, recording, content=content)
    assert request_of(tmp_path / recording) is None
    put(tmp_path, request_file, content=b'{"stream":true}')
    assert request_of(tmp_path / recording) is not None


def test_a_request_that_is_no_json_makes_its_recording_unreadable(tmp_path: Path) -> None:
    put(tmp_path, "a.sse")
    put(tmp_path, "a.request.json", content=b"{")
    with pytest.raises(Unreadable):
        request_of(tmp_path / "a.sse")


@pytest.mark.parametrize("name", ["missing.sse", "."])
def test_what_cannot_be_opened_says_why(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"no such file|directory"):
        inputs.read(Input(source=name, path=tmp_path / name, named=True), (), None)


def test_values_of_key_variables_are_secrets_when_they_are_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOME_API_KEY", "long-enough-value")
    monkeypatch.setenv("some_token", "another-long-value")
    monkeypatch.setenv("SHORT_API_KEY", "short")
    monkeypatch.setenv("NOT_A_KEYBOARD", "whatever-this-may-be")
    found = inputs.secrets()
    assert {b"long-enough-value", b"another-long-value"} <= set(found)
    assert not {b"short", b"whatever-this-may-be"} & set(found)
