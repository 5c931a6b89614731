"""Clients on trial, played by small programs of our own: each behaviour from end to end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from streamgauge.targets.client import Program, bare_environment
from streamgauge.trials.clients.case import from_data
from streamgauge.trials.clients.engine import Client, Tried, planned, try_clients
from streamgauge.trials.clients.sources import played
from streamgauge.verdict.grading import Able, Behaviour

HEAD = """
import json, sys, urllib.request
def say(line): print(json.dumps(line), flush=True)
def fetched(ask):
    request = urllib.request.Request(ask["base_url"] + "/chat/completions", data=b"{}")
    return urllib.request.urlopen(request).read().decode()
def text(body):
    lines = [line[6:] for line in body.splitlines() if line.startswith("data: {")]
    deltas = [c["delta"] for line in lines for c in json.loads(line)["choices"]]
    return "".join(delta.get("content") or "" for delta in deltas)
say({"protocol": 1, "client": "ours", "version": "1"})
for line in sys.stdin:
    ask = json.loads(line)
"""
GOOD = '    say({"ask": ask["ask"], "answer": {"text": text(fetched(ask))}})'


def client(source: str, folder: Path, **able: Any) -> Client:
    return Client(
        name="ours/plain",
        dialect="openai-chat",
        program=Program(
            command=(sys.executable, "-c", source),
            folder=folder,
            environment=bare_environment(folder, ()),
        ),
        able=Able(features=able.get("features", frozenset({"text"})), packages=frozenset()),
    )


async def tried(one: Client, table: dict[str, Any], seconds: float = 20.0) -> list[Tried]:
    cases = [played(case) for case in from_data({"case": {"a": table}})]
    found: list[Tried] = []
    await try_clients(planned([one], cases), found.append, seconds=seconds)
    return found


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "behaviour", "says"),
    [
        (GOOD, Behaviour.EQUAL, "as sent"),
        (f"    fetched(ask)\n{GOOD}", Behaviour.RESENT, "2 requests came where 1 belong"),
        ("    sys.exit(4)", Behaviour.CRASHED, "the program exited with 4"),
        ('    say({"ask": 9, "answer": {}})', Behaviour.CRASHED, "it answered line 9 where 1 was"),
        ('    say({"answer": {}})', Behaviour.CRASHED, "its answer breaks the protocol"),
    ],
    ids=["good", "asks twice", "dies", "answers another", "no protocol"],
)
async def test_a_program_is_graded_by_what_it_does(
    body: str, behaviour: Behaviour, says: str, tmp_path: Path, table: dict[str, Any]
) -> None:
    cold = table | {"needs": ["text"]}
    (found,) = await tried(client(HEAD + body, tmp_path), cold)
    assert found.grade is not None
    assert found.grade.behaviour is behaviour
    assert found.grade.says.startswith(says)


@pytest.mark.asyncio
async def test_a_hang_ends_and_the_next_case_is_tried_anew(
    tmp_path: Path, table: dict[str, Any]
) -> None:
    hangs_once = f'    if "whole" in ask["case"]: sys.stdin.read()\n{GOOD}'
    table |= {"splits": ["whole", "events"], "needs": ["text"]}
    first, second = await tried(client(HEAD + hangs_once, tmp_path), table, seconds=3.0)
    assert first.grade is not None
    assert second.grade is not None
    assert first.grade.behaviour is Behaviour.HUNG
    assert second.grade.behaviour is Behaviour.EQUAL


@pytest.mark.asyncio
async def test_a_client_is_warmed_up_out_of_account(tmp_path: Path, table: dict[str, Any]) -> None:
    slow = f'    if ask["seconds"] == 8: open({str(tmp_path / "warm")!r}, "a").write("x")\n{GOOD}'
    (found,) = await tried(client(HEAD + slow, tmp_path), table, seconds=2.0)
    assert (tmp_path / "warm").read_text(encoding="ascii") == "x"
    assert found.grade is not None
    assert found.grade.behaviour is Behaviour.EQUAL
    assert len(found.requests) == 1


@pytest.mark.asyncio
async def test_one_that_dies_while_it_is_warmed_up_is_tried_all_the_same(
    tmp_path: Path, table: dict[str, Any]
) -> None:
    dies = f'    if ask["seconds"] == 80: sys.exit(3)\n{GOOD}'
    (found,) = await tried(client(HEAD + dies, tmp_path), table)
    assert found.grade is not None
    assert found.grade.behaviour is Behaviour.EQUAL


@pytest.mark.asyncio
async def test_a_program_that_never_says_hello_is_started_once(
    tmp_path: Path, table: dict[str, Any]
) -> None:
    counts = f"open({str(tmp_path / 'starts')!r}, 'a').write('x'); raise ImportError('no sdk')"
    table["splits"] = ["whole", "events"]
    found = await tried(client(counts, tmp_path), table)
    assert {one.grade and one.grade.behaviour for one in found} == {Behaviour.CRASHED}
    assert (tmp_path / "starts").read_text(encoding="ascii") == "x"


@pytest.mark.asyncio
async def test_a_case_that_needs_what_a_client_does_not_tell_is_skipped(
    tmp_path: Path, table: dict[str, Any]
) -> None:
    (found,) = await tried(client(HEAD + GOOD, tmp_path), table | {"needs": ["tools"]})
    assert found.grade is None
    assert found.skipped == "does not tell: tools"


@pytest.mark.asyncio
async def test_a_client_that_tells_nothing_of_an_answer_is_not_asked(
    tmp_path: Path, table: dict[str, Any]
) -> None:
    deaf = client(HEAD + GOOD, tmp_path, features=frozenset({"tools", "usage"}))
    (found,) = await tried(deaf, table)
    assert found.skipped == "does not tell: text"
