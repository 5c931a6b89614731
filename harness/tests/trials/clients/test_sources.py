"""The streams of cases: good ones, spoiled, framed and split as the case says."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streamgauge import data, schema
from streamgauge.exchange import Close, Framing
from streamgauge.message import Ending
from streamgauge.pipeline import Options, judge_exchange
from streamgauge.rules.finding import Level
from streamgauge.trials.clients.case import Case, from_data
from streamgauge.trials.clients.sources import Played, good, played, written
from streamgauge.verdict.grading import Duty


def case(table: dict[str, Any], **more: object) -> Case:
    return next(from_data({"case": {"text": {**table, **more}}}))


@pytest.mark.parametrize(
    "stream", ["simulated:openai/plain-text", "fixture:openai-chat/kimi-usage-as-demanded"]
)
def test_a_good_stream_says_something(stream: str, table: dict[str, Any]) -> None:
    made = played(case(table, streams={"openai-chat": stream}))
    assert made.good.message.choices[0].parts
    assert made.exchange.body == made.good.exchange.body
    assert made.exchange.close is Close.CLEAN


def test_a_case_states_its_framing_and_connection(table: dict[str, Any]) -> None:
    made = played(case(table, framing="until-close", connection="close"))
    assert made.exchange.framing is Framing.UNTIL_CLOSE
    assert made.exchange.head.header("connection") == "close"


def test_a_fault_is_put_on(table: dict[str, Any]) -> None:
    made = played(case(table, fault="drop:after=0.5"))
    assert made.exchange.close is Close.EOF
    assert made.good.exchange.body.startswith(made.exchange.body)


def test_one_case_is_always_the_same_bytes(table: dict[str, Any]) -> None:
    assert played(case(table)).exchange == played(case(table)).exchange


@pytest.mark.parametrize(
    "stream", ["plain-text", "simulated:nobody/plain-text", "simulated:openai/nothing"]
)
def test_a_stream_that_there_is_none_of_is_told(stream: str) -> None:
    with pytest.raises(data.DataError):
        good("openai-chat", stream)


def test_a_prompt_takes_the_place_of_the_scenario_s_words(table: dict[str, Any]) -> None:
    made = played(case(table, prompt='Repeat exactly: "one\u2028two"'))
    assert made.good.message.choices[0].parts[0].content == "one\u2028two"


def test_a_written_stream_goes_out_as_its_lines_say() -> None:
    lines = '{"type":"ping"}\n{"candidates":[]}\n\n[DONE]\n'
    made = written("gemini", "text", "google", lines)
    expected = b'event: ping\ndata: {"type":"ping"}\n\ndata: {"candidates":[]}\n\ndata: [DONE]\n\n'
    assert made.exchange.body == expected


TABLES = data.cases_data()
CASES = [one for table in TABLES.values() for one in from_data(table)]
SINGLE = [one for one in CASES if not one.group or one.split == "events"]


@pytest.mark.parametrize("name", TABLES)
def test_every_file_of_cases_fits_its_schema(name: str) -> None:
    assert list(schema.problems("case", TABLES[name])) == []


def test_there_are_enough_cases_and_each_has_its_own_name() -> None:
    assert len({one.id for one in CASES}) == len(CASES)
    assert len(SINGLE) >= 150
    groups = Counter(one.group for one in CASES if one.group)
    assert sum(1 for plans in groups.values() if plans >= 8) >= 20


@pytest.mark.parametrize("one", SINGLE, ids=lambda one: one.id)
def test_a_case_is_such_that_its_duty_can_be_kept(one: Case) -> None:
    """What must be equal is whole, what must fail or not be finished is not."""
    made = played(one)
    if one.fault:
        assert made.exchange != played(replace(one, fault="")).exchange, "the fault does nothing"
    match one.charge.duty:
        case Duty.EQUAL:
            assert is_whole(made)
        case Duty.MUST_FAIL | Duty.MUST_NOT_INVENT:
            assert not is_whole(made)
        case Duty.MAY:
            assert one.charge.allowed
            assert one.charge.level is not Level.MUST or one.authority.startswith(HTTP)


HTTP = "https://www.rfc-editor.org/"


def is_whole(made: Played) -> bool:
    """Whether the reference reads a whole answer: every choice has its reason to stop."""
    options = Options(dialect=made.case.dialect, vendor=made.good.vendor)
    transcript = judge_exchange(made.exchange, options).transcript
    assert transcript is not None
    reasons = [choice.finish_reason for choice in transcript.folded.message.choices]
    failed = made.exchange.head.status >= 400
    return not failed and transcript.ending is Ending.COMPLETE and bool(reasons) and all(reasons)


# Class: why no single exchange with a client shows it.
ELSEWHERE = {
    "cache-control-forwarded": "what a request holds, which no stream brings about",
    "cache-prefix-stable": "it takes two requests of one conversation that differ",
    "client-cancel-propagates": "the client stops, which nothing that is sent makes it do",
    "translator-stream-untranslated": "a translator's, between two dialects",
}


def test_every_class_of_clients_and_gateways_has_a_case(shared: Path) -> None:
    if not (shared / "bugs.jsonl").is_file():
        pytest.skip("the list of bugs beside the project is missing")
    lines = (shared / "bugs.jsonl").read_text(encoding="utf-8").splitlines()
    bugs = [json.loads(line) for line in lines]
    classes = {bug["check"] for bug in bugs if bug["where"] in ("client", "gateway")}
    named = {name for one in CASES for name in one.classes}
    assert classes - named == set(ELSEWHERE)
    assert named <= {bug["check"] for bug in bugs}
