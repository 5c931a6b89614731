"""Asks a running engine its questions and keeps a cassette of each, by the project's recorder.

It judges nothing: what an engine did is kept as it came, and looked at later.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from engines.questions import PATHS, Question, body
from engines.serving import Running
from streamgauge.capture.recorder import Recorder
from streamgauge.exchange import Exchange, Request, Seam
from streamgauge.targets import socket_reader
from streamgauge.targets.reading import Ask, NoAnswerError
from streamgauge.targets.target import Timeouts

PATIENCE = Timeouts(connect=5.0, read=120.0)


def cassette_path(root: Path, engine: str, question: Question, dialect: str) -> Path:
    """Where the cassette of a question in a dialect lies."""
    return root / engine / f"tiny-{question.model}" / f"{question.scenario}.{dialect}.yaml"


async def record(
    engine: Running, question: Question, dialect: str, path: Path | None
) -> tuple[Exchange, ...]:
    """Ask; the exchanges, sealed in a cassette where a path is given. Raises NoAnswerError."""
    with Recorder(path) as recorder:
        for _ in range(question.times):
            request = request_of(engine, question, dialect)
            taking = recorder.begin(request, seam=Seam.SOCKET)
            ask = Ask(request=request, timeouts=PATIENCE, watch=_Patience(question.cancel_after))
            await socket_reader.read(ask, taking)
        return recorder.exchanges


class _Patience:
    """Lets an answer go after so many pieces; None waits for the end."""

    def __init__(self, pieces: int | None) -> None:
        self._left = pieces

    def __call__(self, _data: bytes, _ms: float) -> bool:
        if self._left is None:
            return False
        self._left -= 1
        return self._left <= 0


def request_of(engine: Running, question: Question, dialect: str) -> Request:
    """The request that asks the question."""
    url = engine.base_url(dialect) + PATHS[dialect]
    asked = body(dialect, question.ask, engine.launch.model)
    said = json.dumps(asked, ensure_ascii=False).encode()
    fields: list[tuple[str, str]] = [
        ("host", urlsplit(url).netloc),
        ("content-type", "application/json"),
        ("accept", "text/event-stream" if question.ask.stream else "application/json"),
        ("user-agent", "streamgauge"),
        ("content-length", str(len(said))),
    ]
    if dialect == "anthropic-messages":
        fields.insert(2, ("anthropic-version", "2023-06-01"))
    return Request(method="POST", url=url, headers=tuple(fields), body=said)


async def record_all(
    engine: Running, questions: Sequence[Question], root: Path
) -> AsyncIterator[tuple[Path, str | None]]:
    """Every question in every dialect that it is for; each cassette, and why there is none."""
    name = engine.launch.name.partition("/")[0]
    for question in questions:
        for dialect in sorted(question.dialects):
            path = cassette_path(root, name, question, dialect)
            try:
                await record(engine, question, dialect, path)
            except NoAnswerError as error:
                yield path, str(error)
            else:
                yield path, None
