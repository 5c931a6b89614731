"""Lines of results: what they say, when an old one counts again, and what a torn file keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streamgauge import schema
from streamgauge.reply import Answered
from streamgauge.rules.finding import Level
from streamgauge.targets.client import Program
from streamgauge.trials.clients.case import from_data
from streamgauge.trials.clients.engine import Client, Tried
from streamgauge.trials.clients.ledger import Ledger, kept, key, line
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


def tried(one: Played, grade: Grade | None = GRADE) -> Tried:
    return Tried(
        client=CLIENT, version="1", played=one, grade=grade, skipped="why", reply=Answered()
    )


@pytest.mark.parametrize("grade", [GRADE, None], ids=["graded", "skipped"])
def test_a_line_keeps_to_its_schema(one: Played, grade: Grade | None) -> None:
    made = line(tried(one, grade))
    assert list(schema.problems("client.result", made)) == []
    assert made["says"] == ("as sent" if grade else "why")


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
