"""Every question is a request that its dialect reads, and says what it was meant to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.questions import QUESTIONS, Ask, Question, body
from engines.record import cassette_path
from streamgauge.dialects import catalogue

ALL = [
    pytest.param(question, dialect, id=f"{engine}-{question.scenario}-{dialect}")
    for engine, questions in QUESTIONS.items()
    for question in questions
    for dialect in sorted(question.dialects)
]


@pytest.mark.parametrize(("question", "dialect"), ALL)
def test_a_question_is_what_its_dialect_reads(question: Question, dialect: str) -> None:
    asked = catalogue.named(dialect).request(body(dialect, question.ask, "m"))
    assert asked.stream is question.ask.stream
    assert asked.model == (question.ask.model or "m")
    assert asked.max_tokens == question.ask.max_tokens
    assert [tool.name for tool in asked.tools] == (["get_weather"] if question.ask.tool else [])
    assert asked.tool_choice == question.ask.tool


@pytest.mark.parametrize("dialect", ["openai-chat", "openai-responses", "anthropic-messages"])
def test_an_answered_call_stands_in_the_history(dialect: str) -> None:
    turns = catalogue.named(dialect).turns(body(dialect, Ask(tool="auto", answered=True), "m"))
    assert [turn.text for turn in turns if turn.call_id] == ["18 degrees, light rain"]


def test_no_two_questions_share_a_cassette() -> None:
    paths = [
        cassette_path(Path(), engine, question, dialect)
        for engine, questions in QUESTIONS.items()
        for question in questions
        for dialect in question.dialects
    ]
    assert len(paths) == len(set(paths))
