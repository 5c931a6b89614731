"""Real servers on trial: `pytest -m engines`. One item is one engine on one of its models.

Engines are built by `python harness/engines/run.py build`; one that is not is skipped, and says so.
What an engine is known to do wrong is excused by the same deviations as its cassettes.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engines.command import LAUNCHES
from engines.place import EngineError, NotBuiltError
from engines.questions import QUESTIONS, Question
from engines.record import cassette_path, record
from engines.serving import Launch, running
from streamgauge import data
from streamgauge.exchange import Exchange
from streamgauge.pipeline import Options, judge_exchange
from streamgauge.rules.finding import Level
from streamgauge.verdict import deviations
from streamgauge.verdict.deviations import Place

TRIALS = [
    (engine, model)
    for engine, questions in QUESTIONS.items()
    for model in dict.fromkeys(question.model for question in questions)
]


def launched(engine: str, model: str) -> Launch:
    try:
        return LAUNCHES[engine](model)
    except NotBuiltError as error:
        pytest.skip(str(error))
    except EngineError as error:
        pytest.fail(str(error), pytrace=False)


async def asked(launch: Launch, questions: list[Question]) -> list[tuple[Question, str, Exchange]]:
    """Every question in every dialect, one after the other."""
    async with running(launch) as engine:
        return [
            (question, dialect, exchange)
            for question in questions
            for dialect in sorted(question.dialects)
            for exchange in await record(engine, question, dialect, None)
        ]


def new_findings(engine: str, question: Question, dialect: str, exchange: Exchange) -> list[str]:
    """What is wrong and not known, each in a line."""
    path = data.conformance_root() / "deviations" / f"{engine}.toml"
    known = deviations.read(path.read_text(encoding="utf-8"), path.name)
    place = Place(source=cassette_path(Path(), engine, question, dialect).as_posix())
    vendor = engine if engine in data.profiles_data() else "unknown"
    judgement = judge_exchange(exchange, Options(dialect=dialect, vendor=vendor))
    return [
        f"{place.source}: {finding.rule}: {finding.says} {finding.got}"
        for finding in judgement.outcome.findings
        if finding.level is not Level.MAY and deviations.excuse_for(finding, place, known) is None
    ]


@pytest.mark.engines
@pytest.mark.parametrize(("engine", "model"), TRIALS, ids=["-".join(one) for one in TRIALS])
def test_an_engine_does_what_is_known_of_it(engine: str, model: str) -> None:
    launch = launched(engine, model)
    questions = [one for one in QUESTIONS[engine] if one.model == model]
    answers = asyncio.run(asked(launch, questions))
    assert len(answers) >= len(questions)
    new = [line for answer in answers for line in new_findings(engine, *answer)]
    assert new == []
