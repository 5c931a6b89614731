"""The next request: loops of our own that keep what they were given, and such as drop some."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from streamgauge import data
from streamgauge.targets.client import Program, bare_environment
from streamgauge.trials.clients.case import from_data
from streamgauge.trials.clients.engine import Client, Tried, planned, try_clients
from streamgauge.trials.clients.sources import played
from streamgauge.verdict.grading import Able, Behaviour

LOOP = """
import json, sys, urllib.error, urllib.request

def say(line): print(json.dumps(line), flush=True)

def asked(ask, messages):
    tools = [{"type": "function", "function": tool} for tool in ask["tools"]]
    body = {"model": ask["model"], "stream": True, "messages": messages, "tools": tools}
    head = {"authorization": "Bearer " + ask["api_key"], "content-type": "application/json"}
    url = ask["base_url"] + "/chat/completions"
    return urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), head))

def added_up(lines):
    text, thought, calls, reason = "", "", {}, None
    for line in lines:
        if not line.startswith(b"data: {"): continue
        for choice in json.loads(line[6:])["choices"]:
            delta, reason = choice["delta"], choice.get("finish_reason") or reason
            text += delta.get("content") or ""
            thought += delta.get("reasoning_content") or ""
            for piece in delta.get("tool_calls") or ():
                call = calls.setdefault(piece["index"], {"id": "", "name": "", "arguments": ""})
                call["id"] = piece.get("id") or call["id"]
                call["name"] = piece["function"].get("name") or call["name"]
                call["arguments"] += piece["function"].get("arguments") or ""
    return text, thought, list(calls.values()), reason

def sent_back(text, thought, calls):
    said = {"role": "assistant", "content": text, "reasoning_content": thought, "tool_calls": [
        {"id": one["id"], "type": "function",
         "function": {"name": one["name"], "arguments": one["arguments"]}} for one in calls]}
    SPOIL
    return said

def results(ask, calls):
    return [{"role": "tool", "tool_call_id": one["id"], "content": ask["tool_result"]}
            for one in calls]

say({"protocol": 1, "client": "ours", "version": "1"})
for line in sys.stdin:
    ask = json.loads(line)
    messages = [{"role": "user", "content": ask["prompt"]}]
    try:
        text, thought, calls, reason = added_up(asked(ask, messages))
        if GOES_ON and ask["turns"] == 2:
            messages += [sent_back(text, thought, calls), *results(ask, calls)]
            text, thought, calls, reason = added_up(asked(ask, messages))
    except urllib.error.HTTPError as error:
        say({"ask": ask["ask"], "error": {"types": ["urllib.error.HTTPError"],
                                          "message": error.read().decode(), "code": None}})
        continue
    calls = [{"id": one["id"], "name": one["name"], "text": one["arguments"]} for one in calls]
    say({"ask": ask["ask"], "answer": {"text": text, "reasoning": thought, "calls": calls,
                                       "finish_reason": reason}})
"""


async def tried(name: str, folder: Path, spoil: str = "pass", *, goes_on: bool = True) -> Tried:
    """What comes of a history case for a loop that does `spoil` to what it sends back."""
    source = LOOP.replace("SPOIL", spoil).replace("GOES_ON", str(goes_on))
    client = Client(
        name="ours/loop",
        dialect="openai-chat",
        program=Program(
            command=(sys.executable, "-c", source),
            folder=folder,
            environment=bare_environment(folder, ()),
        ),
        able=Able(
            features=frozenset({"text", "reasoning", "tools", "finish-reason", "history"}),
            packages=frozenset({"urllib"}),
        ),
    )
    cases = [one for one in from_data(data.cases_data()["history"]) if one.id == name]
    found: list[Tried] = []
    plan = planned([client], [played(one) for one in cases])
    await try_clients(plan, found.append, seconds=20.0)
    (one,) = found
    return one


KIMI = "history-of-kimi.openai-chat"


@pytest.mark.asyncio
async def test_a_loop_that_drops_the_reasoning_gets_the_refusal_of_kimi(tmp_path: Path) -> None:
    one = await tried(KIMI, tmp_path, 'del said["reasoning_content"]')
    assert one.grade is not None
    assert not one.grade.kept
    assert one.grade.behaviour is Behaviour.LOST_TEXT
    assert one.grade.says == (
        "history/reasoning-is-sent-back: refused with 400: thinking is enabled but "
        "reasoning_content is missing in assistant tool call message at index 1"
    )


@pytest.mark.asyncio
async def test_a_loop_that_keeps_the_reasoning_is_answered(tmp_path: Path) -> None:
    one = await tried(KIMI, tmp_path)
    assert one.grade is not None
    assert (one.grade.behaviour, one.grade.says) == (Behaviour.EQUAL, "as sent")
    assert len(one.requests) == 2


CALL = 'said["tool_calls"][0]'


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "spoil", "says"),
    [
        ("history-of-deepseek", 'del said["reasoning_content"]', "reasoning_content` in the"),
        ("history-of-a-call", f'{CALL}["function"]["arguments"] = "{{}}"', "arguments sent back"),
        ("history-of-a-call", f'{CALL}["id"] = "call_other"', "call_other"),
        ("history-of-two-calls", 'said["tool_calls"].pop()', "not found in 'tool_calls'"),
    ],
    ids=["deepseek", "arguments", "id", "one of two"],
)
async def test_what_is_sent_back_otherwise_is_told(
    name: str, spoil: str, says: str, tmp_path: Path
) -> None:
    one = await tried(f"{name}.openai-chat", tmp_path, spoil)
    assert one.grade is not None
    assert one.grade.behaviour is Behaviour.LOST_TEXT
    assert says in one.grade.says


@pytest.mark.asyncio
async def test_a_loop_that_does_not_go_on_is_told(tmp_path: Path) -> None:
    one = await tried(KIMI, tmp_path, goes_on=False)
    assert one.grade is not None
    assert one.grade.says == "1 of 2 requests came"
