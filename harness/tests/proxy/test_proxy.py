"""The proxy as programs meet it: official clients on one side, an upstream on the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import anthropic
import httpx
import openai
import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Request
from streamgauge.pipeline import profiles
from streamgauge.proxy import Handled, Proxy, Upstream, log_line
from streamgauge.replay.http1 import Bounds
from streamgauge.replay.server import Server
from streamgauge.replay.simulator import Settings, Simulator
from streamgauge.translate import Translator, verify_round_trip
from streamgauge.vendors.profile import find

MESSAGES, CHAT, GEMINI = "anthropic-messages", "openai-chat", "gemini"
KEY = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789"
FAST = Settings(tokens_per_second=1e6, prefill_tokens_per_second=1e6, first_ms=0.1)
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CITIES = [
    "Paris",
    "London",
    "Rome",
    "Oslo",
    "Madrid",
    "Vienna",
    "Athens",
    "Dublin",
    "Lisbon",
    "Prague",
]
SIGNING_MODEL = "gemini-3-pro-preview"


class Place:
    """A proxy in front of a simulated vendor, and everything that was asked and answered."""

    def __init__(self, vendor: str, source: str, target: str) -> None:
        profile = find(profiles(), vendor)
        assert profile is not None
        self.facts = profile.narrowed(target).facts
        self.simulator = Simulator(profile, settings=FAST)
        self.translator = Translator(named(source), named(target), facts=self.facts)
        self.asked: list[Request] = []
        self.answered: list[bytes] = []
        self.log: list[Handled] = []
        self.url = ""

    def answer(self, request: Request) -> Any:
        self.asked.append(request)
        exchange = self.simulator.answer(request)
        self.answered.append(exchange.body)
        return exchange


@asynccontextmanager
async def placed(vendor: str, source: str, target: str, model: str) -> AsyncIterator[Place]:
    place = Place(vendor, source, target)
    async with Server(place.answer, speed=0) as server:
        upstream = Upstream(url=server.url, facts=place.facts, model=model)
        async with Proxy(place.translator, upstream, log=place.log.append) as proxy:
            place.url = proxy.url
            yield place


# Official clients.


async def ask_messages(client: anthropic.AsyncAnthropic, messages: list[Any]) -> Any:
    tool: Any = {"name": "get_weather", "input_schema": SCHEMA}
    async with client.messages.stream(
        model="claude-opus",
        max_tokens=3000,
        messages=messages,
        tools=[tool],
        thinking={"type": "enabled", "budget_tokens": 1024},
    ) as stream:
        return await stream.get_final_message()


async def ten_turns(place: Place) -> tuple[list[Any], list[Any]]:
    """Ten questions, each with a call of a tool and its result; the history, and the answers."""
    messages: list[Any] = []
    answers: list[Any] = []
    async with anthropic.AsyncAnthropic(base_url=place.url, api_key=KEY, max_retries=0) as client:
        for city in CITIES:
            asked = f"Think first. What is the weather in {city}?"
            messages.append({"role": "user", "content": asked})
            while True:
                answer = await ask_messages(client, messages)
                answers.append(answer)
                blocks = [block.model_dump(exclude_none=True) for block in answer.content]
                messages.append({"role": "assistant", "content": blocks})
                calls = [block for block in blocks if block["type"] == "tool_use"]
                if not calls:
                    break
                results = [
                    {"type": "tool_result", "tool_use_id": call["id"], "content": f"{city}: sun"}
                    for call in calls
                ]
                messages.append({"role": "user", "content": results})
    return messages, answers


@pytest.fixture(scope="module")
def talked() -> tuple[Place, list[Any], list[Any]]:
    async def run() -> tuple[Place, list[Any], list[Any]]:
        async with placed("google", MESSAGES, GEMINI, SIGNING_MODEL) as place:
            return (place, *await ten_turns(place))

    return asyncio.run(run())


Talked = tuple[Place, list[Any], list[Any]]


def test_ten_turns_with_a_tool_go_through(talked: Talked) -> None:
    place, _, answers = talked
    assert [answer.stop_reason for answer in answers] == ["tool_use", "end_turn"] * 10
    assert [one.ended for one in place.log] == ["complete"] * 20
    assert [one.warnings for one in place.log] == [()] * 20
    assert [one.request_index for one in place.log] == list(range(20))


def test_the_upstream_gets_back_what_it_gave_to_the_byte(talked: Talked) -> None:
    place, _, _ = talked
    given = [_joined(_parts(_events(body))) for body in place.answered[:-1]]
    last: Any = json.loads(place.asked[-1].body)
    returned = [_joined(turn["parts"]) for turn in last["contents"] if turn["role"] == "model"]
    assert returned == given
    assert sum("thoughtSignature" in part for parts in returned for part in parts) == 10


def _events(body: bytes) -> list[Any]:
    lines = body.decode().splitlines()
    return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


def _parts(events: list[Any]) -> list[Any]:
    contents = [event["candidates"][0].get("content", {}) for event in events]
    return [part for content in contents for part in content.get("parts", [])]


def _joined(parts: list[Any]) -> list[Any]:
    """Parts with neighbouring texts of one kind as one: streams cut them anywhere."""
    joined: list[Any] = []
    for part in parts:
        same = joined and "text" in part and set(joined[-1]) == set(part)
        if same:
            joined[-1] = {**part, "text": joined[-1]["text"] + part["text"]}
        else:
            joined.append(part)
    return joined


def test_the_client_gets_what_the_upstream_said(talked: Talked) -> None:
    place, _, answers = talked
    for body, answer in zip(place.answered, answers, strict=True):
        events = _events(body)
        parts = _parts(events)
        texts = [part for part in parts if "text" in part]
        said = "".join(part["text"] for part in texts if "thought" not in part)
        thought = "".join(part["text"] for part in texts if "thought" in part)
        calls = [p["functionCall"] for p in parts if "functionCall" in p]
        blocks = answer.content
        assert "".join(b.thinking for b in blocks if b.type == "thinking") == thought
        assert "".join(b.text for b in blocks if b.type == "text") == said
        used = [{"name": b.name, "args": b.input} for b in blocks if b.type == "tool_use"]
        assert used == calls
        counts = events[-1]["usageMetadata"]
        assert answer.usage.input_tokens == counts["promptTokenCount"]
        spent = counts["candidatesTokenCount"] + counts.get("thoughtsTokenCount", 0)
        assert answer.usage.output_tokens == spent


def test_every_request_is_the_beginning_of_the_next(talked: Talked) -> None:
    place, _, _ = talked
    histories = [json.loads(request.body)["contents"] for request in place.asked]
    for before, after in pairwise(histories):
        assert after[: len(before)] == before


def test_ids_are_verified_over_the_whole_conversation(talked: Talked) -> None:
    place, messages, _ = talked
    (conversation,) = place.translator.ledger.conversations
    turns = place.translator.source.turns({"messages": messages})
    assert verify_round_trip(place.translator.ledger, conversation, turns) == ()
    spoiled = json.loads(json.dumps(messages).replace(turns[1].parts[-1].id, "toolu_other"))
    changes = verify_round_trip(
        place.translator.ledger, conversation, place.translator.source.turns({"messages": spoiled})
    )
    assert [(change.position, change.id) for change in changes] == [(1, "toolu_other")]


def test_keys_go_to_the_upstream_and_nowhere_else(talked: Talked) -> None:
    place, _, _ = talked
    assert all(dict(request.headers)["x-goog-api-key"] == KEY for request in place.asked)
    assert not any("authorization" in dict(request.headers) for request in place.asked)
    assert not any(KEY in log_line(one) for one in place.log)


def test_latency_is_known_of_each_request(talked: Talked) -> None:
    place, _, _ = talked
    lines = [json.loads(log_line(one)) for one in place.log]
    assert [line["request_index"] for line in lines] == list(range(20))
    assert all(0 < line["latency_ms"]["first"] <= line["latency_ms"]["total"] for line in lines)
    assert all(line["asked"] and line["sent"] and line["heard"] and line["said"] for line in lines)


async def _chat_loop(vendor: str, target: str, model: str) -> tuple[Place, list[Any]]:
    said: list[Any] = []
    messages: list[Any] = [{"role": "user", "content": "What is the weather in Rome?"}]
    function: Any = {"name": "get_weather", "parameters": SCHEMA}
    async with placed(vendor, CHAT, target, model) as place:
        base = f"{place.url}/v1"
        async with openai.AsyncOpenAI(base_url=base, api_key=KEY, max_retries=0) as client:
            for _ in range(2):
                answer = await client.chat.completions.create(
                    model="gpt",
                    messages=messages,
                    tools=[{"type": "function", "function": function}],
                )
                one = answer.choices[0]
                said.append(one)
                messages.append(one.message.model_dump(exclude_none=True))
                messages += [
                    {"role": "tool", "tool_call_id": call.id, "content": "sun"}
                    for call in one.message.tool_calls or ()
                ]
        return place, said


@pytest.mark.parametrize(
    ("vendor", "target", "model"),
    [("anthropic", MESSAGES, "claude-opus-4-5"), ("google", GEMINI, SIGNING_MODEL)],
    ids=["messages", "gemini"],
)
def test_a_chat_client_calls_a_tool_without_a_stream(vendor: str, target: str, model: str) -> None:
    place, said = asyncio.run(_chat_loop(vendor, target, model))
    assert [one.finish_reason for one in said] == ["tool_calls", "stop"]
    assert [one.warnings for one in place.log] == [(), ()]


# Wires.

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
TEXT = b'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n'
STOP = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
ASKED = {"model": "m", "max_tokens": 9, "stream": True, "messages": []}


@asynccontextmanager
async def scripted(
    script: Script, bounds: Bounds | None = None, silence: float = 5.0
) -> AsyncIterator[tuple[str, list[Handled]]]:
    """A proxy for Messages clients whose upstream does what a script says."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await script(reader, writer)
        finally:
            writer.close()

    log: list[Handled] = []
    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    upstream = Upstream(url=f"http://127.0.0.1:{port}", facts={}, silence=silence)
    translator = Translator(named(MESSAGES), named(CHAT))
    limits = bounds or Bounds()
    async with server, Proxy(translator, upstream, log=log.append, bounds=limits) as proxy:
        yield proxy.url, log


async def well(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + TEXT + STOP)
    await writer.drain()


def client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=10)


def test_a_piece_is_handed_on_before_the_next_one_comes() -> None:
    async def run() -> list[str]:
        seen, kinds = asyncio.Event(), []

        async def waits(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(HEAD + TEXT)
            await seen.wait()
            writer.write(STOP)
            await writer.drain()

        async with (
            scripted(waits) as (url, _),
            client(url) as http,
            http.stream("POST", "/v1/messages", json=ASKED) as answer,
        ):
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    kinds.append(line[7:])
                if '"text":"Hi"' in line:
                    seen.set()
        return kinds

    assert asyncio.run(run())[-1] == "message_stop"


def test_a_client_that_leaves_takes_its_request_with_it() -> None:
    async def run() -> tuple[bytes, list[Handled]]:
        left: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(HEAD + TEXT)
            await writer.drain()
            while await reader.read(65536):
                pass
            left.set_result(b"")

        async with scripted(endless) as (url, log):
            async with client(url) as http, http.stream("POST", "/v1/messages", json=ASKED) as one:
                await anext(one.aiter_lines())
            return await asyncio.wait_for(left, 5), log

    seen, log = asyncio.run(run())
    assert (seen, [one.ended for one in log]) == (b"", ["left"])


async def resets(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD.replace(b"connection: close", b"content-length: 9999") + TEXT)
    await writer.drain()


async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + TEXT)
    await writer.drain()
    await reader.read()


@pytest.mark.parametrize("script", [resets, stalls], ids=["cut", "silent"])
def test_a_stream_that_stops_short_ends_with_an_error(script: Script) -> None:
    async def run() -> Any:
        async with scripted(script, silence=0.2) as (url, log):
            async with anthropic.AsyncAnthropic(base_url=url, api_key=KEY, max_retries=0) as sdk:
                asked: Any = [{"role": "user", "content": "Go."}]
                with pytest.raises(anthropic.APIStatusError) as failed:
                    async with sdk.messages.stream(model="m", max_tokens=9, messages=asked) as one:
                        await one.get_final_message()
            return failed.value.body, log

    body, log = asyncio.run(run())
    assert body["error"]["message"] == "the upstream's stream was cut before its end"
    assert log[0].ended == "failed"


def test_one_connection_carries_many_requests() -> None:
    async def run() -> list[int]:
        async with scripted(well) as (url, _), client(url) as http:
            for _ in range(3):
                (await http.post("/v1/messages", json=ASKED)).raise_for_status()
            pool: Any = http._transport
            return [len(pool._pool.connections)]

    assert asyncio.run(run()) == [1]


def test_conversations_go_on_side_by_side_by_their_header() -> None:
    async def run() -> list[tuple[str, int | None]]:
        async with scripted(well) as (url, log), client(url) as http:
            for _ in range(2):
                asked = (
                    http.post("/v1/messages", json=ASKED, headers={"x-conversation-id": name})
                    for name in ("one", "two")
                )
                answers = await asyncio.gather(*asked)
                named_in = [answer.headers["x-conversation-id"] for answer in answers]
                assert named_in == ["one", "two"]
            return sorted((one.conversation, one.request_index) for one in log)

    assert asyncio.run(run()) == [("one", 0), ("one", 1), ("two", 0), ("two", 1)]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (
            b"POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 999\r\n\r\n" + b"x" * 999,
            b"413",
        ),
        (b"GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n", b"404"),
        (b"POST /v1/messages HTTP/1.0\r\ncontent-length: 2\r\n\r\n[]", b"400"),
    ],
    ids=["no HTTP", "too long", "another path", "an old client"],
)
def test_nonsense_is_answered_and_the_proxy_lives_on(sent: bytes, status: bytes) -> None:
    async def run() -> bytes:
        async with scripted(well, Bounds(body_bytes=500, idle=0.5)) as (url, _):
            host, port = url.removeprefix("http://").split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(sent)
            head = await reader.readuntil(b"\r\n\r\n")
            writer.close()
            async with client(url) as http:
                assert (await http.post("/v1/messages", json=ASKED)).status_code == 200
            return head

    assert asyncio.run(run()).split()[1] == status


def test_there_is_room_for_so_many_clients() -> None:
    async def run() -> int:
        async with scripted(well, Bounds(connections=0)) as (url, _), client(url) as http:
            return (await http.post("/v1/messages", json=ASKED)).status_code

    assert asyncio.run(run()) == 503
