"""Lines of results: what they say, when an old one counts again, and what a torn file keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streamgauge import schema
from streamgauge.exchange import Close, Request
from streamgauge.replay.sent import Sent
from streamgauge.reply import Answered, Died, Hung, Raised, Reply, SaidCall
from streamgauge.rules.finding import Level
from streamgauge.targets.client import Program
from streamgauge.trials.clients.case import from_data
from streamgauge.trials.clients.engine import Client, Tried
from streamgauge.trials.clients.ledger import Ledger, kept, key, line, told
from streamgauge.trials.clients.sources import Played, played
from streamgauge.verdict.grading import Able, Behaviour, Grade

CLIENT = Client(
    name="lib/chat",
    dialect="openai-chat",
    program=Program(command=("lib",), folder=Path(), environment={}),
    able=Able(features=frozenset({"text"}), packages=frozenset()),
    edition="lib-1",
)
GRADE = Grade(behaviour=Behaviour.EQUAL, kept=True, level=Level.MUST, says="as sent")


@pytest.fixture
def one(table: dict[str, Any]) -> Played:
    return played(next(from_data({"case": {"a": table}})))


BROKEN = replace(GRADE, behaviour=Behaviour.LOST_TEXT, kept=False)
REPLIES = {
    "answer": Answered(text="x" * 5000, calls=(SaidCall(name="f", id="1", arguments={"a": 1}),)),
    "error": Raised(types=("lib.Error",), message="no"),
    "hung": Hung(seconds=5.0),
    "died": Died(says="the program exited with 3"),
}


def tried(one: Played, grade: Grade | None = GRADE, **members: Any) -> Tried:
    made = Tried(client=CLIENT, version="1", played=one, grade=grade, skipped="why")
    return replace(made, reply=Answered(), **members) if grade else made


def went(one: Played, close: Close) -> Sent:
    """Twenty segments, ten milliseconds apart."""
    segments = tuple((at, 1.0 + at / 100) for at in range(20))
    return Sent(
        request=Request(method="POST", url="/", headers=(), body=b""),
        exchange=one.exchange,
        began=1.0,
        segments=segments,
        ended=2.0,
        close=close,
    )


@pytest.mark.parametrize("grade", [GRADE, BROKEN, None], ids=["kept", "broken", "skipped"])
def test_a_line_keeps_to_its_schema(one: Played, grade: Grade | None) -> None:
    made = line(tried(one, grade))
    assert list(schema.problems("client.result", made)) == []
    assert made["says"] == ("as sent" if grade else "why")


@pytest.mark.parametrize("kind", REPLIES)
def test_what_a_client_said_is_kept_within_bounds(one: Played, kind: str) -> None:
    said = REPLIES[kind]
    made = line(replace(tried(one, BROKEN), reply=said))
    assert list(schema.problems("client.result", made)) == []
    assert list(made["reply"]) == [kind]
    assert len(str(made["reply"])) < 2500


def test_what_was_sent_is_kept_with_its_times(one: Played) -> None:
    made = line(tried(one, BROKEN, went=(went(one, Close.RESET),)))
    assert made["segments"] == 20
    assert made["sent"]["segments"][-2:] == [(18, 180.0), (19, 190.0)]
    assert len(made["sent"]["segments"]) == 12
    assert made["sent"]["close"] == "reset"
    assert list(schema.problems("client.result", json.loads(json.dumps(made)))) == []


@pytest.mark.parametrize(
    ("body", "tail"),
    [
        (b"data: \xe9\n\n", {"from": 0, "text": "data: \\xe9\n\n"}),
        (b"a" * 150 + b"\n" + b"b" * 850, {"from": 151, "text": "b" * 850}),
        (b"a" * 1000 + b"\n", {"from": 101, "text": "a" * 899 + "\n"}),
        (b"", {"from": 0, "text": ""}),
    ],
    ids=["no UTF-8", "from a line's beginning", "one long line", "empty"],
)
def test_the_end_of_a_body_is_kept_where_a_duty_is_broken(
    one: Played, body: bytes, tail: dict[str, Any]
) -> None:
    short = replace(one, exchange=replace(one.exchange, body=body))
    assert line(tried(short, BROKEN))["sent"]["tail"] == tail
    assert line(tried(short))["sent"]["tail"] is None


CALL = SaidCall(name="f", id="1", text="{}")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (Answered(text="a"), Answered(text="b"), False),
        (Answered(calls=(CALL,)), Answered(calls=(replace(CALL, id="2"),)), True),
        (Answered(calls=(CALL,)), Answered(calls=(replace(CALL, text="{"),)), False),
        (Raised(types=("a.B",), message="at 1"), Raised(types=("a.B",), message="at 2"), True),
        (Raised(types=("a.B",)), Raised(types=("a.C",)), False),
        (Hung(seconds=5.0), Died(says="it fell"), False),
    ],
    ids=["text", "ids are drawn", "arguments", "words of an error", "class of an error", "ways"],
)
def test_what_must_be_alike_in_all_splits(one: Reply, other: Reply, alike: bool) -> None:
    assert (told(one) == told(other)) is alike


def test_what_could_change_a_result_changes_its_key(one: Played) -> None:
    exchange, case = one.exchange, one.case
    others = [
        (replace(CLIENT, edition="lib-2"), one),
        (CLIENT, replace(one, exchange=replace(exchange, body=exchange.body + b"\n"))),
        (CLIENT, replace(one, exchange=replace(exchange, arrivals=((0, 1.0),)))),
        (CLIENT, replace(one, case=replace(case, turns=2))),
    ]
    keys = {key(*pair) for pair in others}
    assert len(keys) == len(others)
    assert key(CLIENT, one) not in keys
    assert key(CLIENT, one) == key(CLIENT, replace(one))


def test_a_file_is_gone_on_with_where_it_was_torn(one: Played, tmp_path: Path) -> None:
    path = tmp_path / "new" / "clients.jsonl"
    first = Ledger(path, {"schema": 1}, ())
    first.add(line(tried(one)))
    first.close()
    with path.open("ab") as file:
        file.write(b'{"client": "torn')
    old = kept(path)
    assert list(old) == [key(CLIENT, one)]
    Ledger(path, {"schema": 1}, old.values()).close()
    assert list(kept(path)) == list(old)
    assert path.read_bytes().count(b"\n") == 2
