"""`record` works for the SDKs as they are, and gives every client back as it was."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from streamgauge import record
from streamgauge.capture import read
from streamgauge.capture.recording import NothingToRecordError
from streamgauge.exchange import Close

Start = Callable[[Callable[[Any], None]], Any]

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
CHAT = [
    b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":'
    b'[{"index":0,"delta":{"role":"assistant","content":"%s"},"finish_reason":null}]}\n\n' % word
    for word in (b"one", b"two")
]
MESSAGES = [
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"m","type":"message",'
    b'"role":"assistant","content":[],"model":"m","stop_reason":null,"stop_sequence":null,'
    b'"usage":{"input_tokens":1,"output_tokens":1}}}\n\n',
    b'event: message_stop\ndata: {"type":"message_stop"}\n\n',
]
GEMINI = [
    b'data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"%s"}]}}]}\r\n\r\n'
    % word
    for word in (b"one", b"two")
]
KEY = "sk-test-A1b2C3d4E5f6G7h8"


def script_of(events: list[bytes]) -> Callable[[Any], None]:
    """Each event on its own, the next when the client has had it."""

    def script(peer: Any) -> None:
        peer.send(HEAD)
        for event in events:
            peer.send(b"%x\r\n%s\r\n" % (len(event), event))
            peer.wait()
        peer.send(b"0\r\n\r\n")

    return script


class Sdk:
    """One SDK: how its clients are made, and how they stream."""

    def __init__(self, name: str) -> None:
        self.events = {"openai": CHAT, "anthropic": MESSAGES, "google.genai": GEMINI}[name]
        self.name = name
        self._module = pytest.importorskip(name)
        self._prompt = [{"role": "user", "content": "hi"}]

    def client(self, url: str, *, is_async: bool) -> Any:
        if self.name == "google.genai":
            return self._module.Client(api_key=KEY, http_options={"base_url": url})
        kind = {"openai": "OpenAI", "anthropic": "Anthropic"}[self.name]
        made = getattr(self._module, f"Async{kind}" if is_async else kind)
        return made(api_key=KEY, base_url=url, max_retries=0)

    def stream(self, client: Any) -> Any:
        match self.name:
            case "openai":
                ask = client.chat.completions.create
                return ask(model="m", messages=self._prompt, stream=True)
            case "anthropic":
                ask = client.messages.create
                return ask(model="m", max_tokens=9, messages=self._prompt, stream=True)
            case _:
                models = client.models
                return models.generate_content_stream(model="m", contents="hi")


@pytest.fixture(params=["openai", "anthropic", "google.genai"])
def sdk(request: pytest.FixtureRequest) -> Sdk:
    return Sdk(request.param)


def check(path: Path, sdk: Sdk) -> None:
    """Every event was a segment, the end was heard, and the key is nowhere."""
    (one,) = read("a.yaml", path.read_bytes())
    assert one.body == b"".join(sdk.events)
    assert one.arrivals is not None
    starts = [sum(map(len, sdk.events[:place])) for place in range(len(sdk.events))]
    assert [offset for offset, _ in one.arrivals] == starts
    assert one.close is Close.CLEAN
    assert KEY.encode() not in path.read_bytes()


def test_an_sdk_is_recorded(sdk: Sdk, loopback: Start, tmp_path: Path) -> None:
    server, path = loopback(script_of(sdk.events)), tmp_path / "a.yaml"
    client = sdk.client(server.url, is_async=False)
    with record(client, path):
        for _ in sdk.stream(client):
            server.seen()
    check(path, sdk)


def test_an_asynchronous_sdk_is_recorded(sdk: Sdk, loopback: Start, tmp_path: Path) -> None:
    server, path = loopback(script_of(sdk.events)), tmp_path / "a.yaml"

    async def ask() -> None:
        client = sdk.client(server.url, is_async=True)
        async with record(client, path):
            talker = client.aio if sdk.name == "google.genai" else client
            async for _ in await sdk.stream(talker):
                server.seen()
        await (client.aio.aclose() if sdk.name == "google.genai" else client.close())

    asyncio.run(ask())
    check(path, sdk)


def quick(peer: Any) -> None:
    peer.send(HEAD + b"7\r\ndata: 1\r\n0\r\n\r\n")


def test_the_recorder_shows_what_came(loopback: Start, tmp_path: Path) -> None:
    server = loopback(quick)
    with httpx.Client(trust_env=False) as client, record(client, tmp_path / "a.yaml") as recorder:
        client.get(server.url)
        assert [one.body for one in recorder.exchanges] == [b"data: 1"]


def test_two_recordings_of_one_client_both_hear(loopback: Start, tmp_path: Path) -> None:
    server = loopback(quick)
    paths = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    with httpx.Client(trust_env=False) as client:
        pool = client._transport._pool  # type: ignore[attr-defined]
        with record(client, paths[0]), record(client, paths[1]):
            client.get(server.url)
        assert client._transport._pool is pool  # type: ignore[attr-defined]
    assert [len(read("a.yaml", path.read_bytes())) for path in paths] == [1, 1]


def test_a_client_is_given_back_after_an_error(tmp_path: Path) -> None:
    with httpx.Client(trust_env=False) as client:
        pool = client._transport._pool  # type: ignore[attr-defined]

        def fail() -> None:
            with warnings.catch_warnings(), record(client, tmp_path / "a.yaml"):
                warnings.simplefilter("ignore")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert client._transport._pool is pool  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_a_client_that_makes_clients_is_given_back(tmp_path: Path) -> None:
    sdk = pytest.importorskip("google.genai").Client(api_key=KEY)
    inner = sdk._api_client._async_httpx_client
    with pytest.warns(UserWarning, match="no request"), record(sdk, tmp_path / "a.yaml"):
        assert "_client_for_running_loop" in vars(inner)
    assert "_client_for_running_loop" not in vars(inner)


def test_a_recording_of_nothing_is_said(tmp_path: Path) -> None:
    with (
        httpx.Client(trust_env=False) as client,
        pytest.warns(UserWarning, match="nothing was recorded"),
        record(client, tmp_path / "a.yaml"),
    ):
        pass


def test_an_answer_that_is_left_out_is_said(loopback: Start, tmp_path: Path) -> None:
    server = loopback(
        lambda peer: peer.send(
            b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 20\r\n\r\n"
            + b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00"
            + b"\xff" * 10
        )
    )
    with (
        httpx.Client(trust_env=False) as client,
        pytest.warns(UserWarning, match="left out: the compressed body is damaged"),
        record(client, tmp_path / "a.yaml"),
        client.stream("GET", server.url) as response,
    ):
        assert len(b"".join(response.iter_raw())) == 20


@pytest.mark.parametrize("thing", [object(), None, "client"])
def test_what_cannot_be_listened_to_is_refused(thing: object, tmp_path: Path) -> None:
    with pytest.raises(NothingToRecordError, match="holds no httpx"), record(thing, tmp_path / "a"):
        pass


@pytest.mark.parametrize("name", ["ACME_API_KEY", "HF_TOKEN", "MY_SECRET"])
def test_keys_of_the_environment_are_found_wherever_they_turn_up(
    name: str, loopback: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "hunter2-hunter2")

    def script(peer: Any) -> None:
        peer.send(HEAD + b"14\r\nhunter2-hunter2-more\r\n0\r\n\r\n")

    server = loopback(script)
    path = tmp_path / "a.yaml"
    with httpx.Client(trust_env=False) as client, record(client, path, secrets=["more-more"]):
        client.post(server.url, content=b"more-more")
    (one,) = read("a.yaml", path.read_bytes())
    assert one.request is not None
    assert (one.request.body, one.body) == (b"XXXXXXXXX", b"XXXXXXXXXXXXXXX-more")
