"""Plain vcrpy and pytest-recording replay our cassettes, and know nothing of our keys."""

from __future__ import annotations

import asyncio
import gzip
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
from vcr.errors import CannotOverwriteExistingCassetteException

from streamgauge.capture.recorder import Recorder
from streamgauge.exchange import Close, Framing, Head, Request

URL = "https://api.example/v1/chat/completions"
EVENTS = b'data: {"a": "\xc3\xa9"}\r\n\r\ndata: [DONE]\n\n'
FIELDS = (("content-type", "text/event-stream"), ("via", "a"), ("via", "b"))


def asked(prompt: str) -> dict[str, Any]:
    return {"stream": True, "prompt": prompt}


def recorded(path: Path, *answers: tuple[str, bytes], coding: str | None = None) -> Path:
    """A cassette as the recorder seals it: for each prompt its answer."""
    fields = FIELDS if coding is None else (*FIELDS, ("content-encoding", coding))
    with Recorder(path) as recorder:
        for prompt, body in answers:
            request = Request(
                url=URL,
                headers=(("authorization", "Bearer abc"), ("content-type", "application/json")),
                body=json.dumps(asked(prompt)).encode(),
            )
            taking = recorder.begin(request)
            taking.head(Head(status=200, headers=fields), Framing.CHUNKED)
            taking.segment(body[:5], 1.0)
            taking.segment(body[5:], 2.0)
            taking.end(Close.RESET)
    return path


MATCH = {"record_mode": "none", "match_on": ["method", "uri", "body"]}


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
@pytest.mark.parametrize(
    "body",
    [EVENTS, b"data: 1\n\n", b"\xff\x00", b"", "\u2028\x85é".encode(), b" a\n b\n\n\n"],
    ids=["CRLF", "events", "no text", "nothing", "separators", "spaces"],
)
def test_vcrpy_replays_the_bytes(library: str, body: bytes, tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.yaml", ("hi", body))
    client = pytest.importorskip(library).Client(trust_env=False)
    with vcr.use_cassette(str(path), **MATCH), client:
        response = client.post(URL, json=asked("hi"))
    assert (response.status_code, response.content) == (200, body)
    assert response.headers.get_list("via") == ["a", "b"]


def test_vcrpy_replays_for_an_asynchronous_client(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.yaml", ("hi", EVENTS))

    async def ask() -> bytes:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.post(URL, json=asked("hi"))).content

    with vcr.use_cassette(str(path), **MATCH):
        assert asyncio.run(ask()) == EVENTS


def test_vcrpy_replays_what_came_compressed(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.yaml", ("hi", gzip.compress(EVENTS)), coding="gzip")
    with vcr.use_cassette(str(path), **MATCH), httpx.Client(trust_env=False) as client:
        assert client.post(URL, json=asked("hi")).content == EVENTS


def test_vcrpy_gives_each_request_its_answer(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.yaml", ("one", b"1"), ("two", b"2"), ("one", b"3"))
    with vcr.use_cassette(str(path), **MATCH), httpx.Client(trust_env=False) as client:
        for prompt, body in (("two", b"2"), ("one", b"1"), ("one", b"3")):
            assert client.post(URL, json=asked(prompt)).content == body
        with pytest.raises(CannotOverwriteExistingCassetteException):
            client.post(URL, json=asked("three"))


def test_an_sdk_reads_the_replay(tmp_path: Path) -> None:
    openai = pytest.importorskip("openai")
    chunk = {
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{"index": 0, "delta": {"content": "hello"}, "finish_reason": "stop"}],
    }  # fmt: skip
    body = b"data: " + json.dumps(chunk).encode() + b"\n\ndata: [DONE]\n\n"
    path = recorded(tmp_path / "a.yaml", ("hi", body))
    client = openai.OpenAI(api_key="k", base_url="https://api.example/v1", max_retries=0)
    with vcr.use_cassette(str(path), record_mode="none", match_on=["method", "uri"]), client:
        stream = client.chat.completions.create(model="m", messages=[], stream=True)
        assert [one.choices[0].delta.content for one in stream] == ["hello"]


TEST = f"""
import httpx
import pytest

@pytest.mark.vcr
@pytest.mark.block_network
def test_a() -> None:
    with httpx.Client(trust_env=False) as client:
        assert client.post({URL!r}, json={asked("hi")!r}).content == {EVENTS!r}
"""


def test_pytest_recording_replays(tmp_path: Path) -> None:
    plugin = importlib.util.find_spec("pytest_recording")
    if plugin is None:
        pytest.skip("pytest-recording is not installed")
    (tmp_path / "test_a.py").write_text(TEST)
    recorded(tmp_path / "cassettes" / "test_a" / "test_a.yaml", ("hi", EVENTS))
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "pytest_recording.plugin", "-p",
         "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
