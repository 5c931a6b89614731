"""A question becomes a request on the wire, and its answer a cassette of the project's recorder."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from engines.questions import Ask, Question
from engines.record import record, record_all
from engines.serving import Launch, Running
from streamgauge.door import inputs
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.replay.server import Server

PIECES = (b'data: {"a":1}\n\n', b'data: {"a":2}\n\n', b"data: [DONE]\n\n")
CHAT = frozenset({"openai-chat"})


def answer(request: Request) -> Exchange:
    """Three pieces, some milliseconds apart; the request is said back in a header."""
    asked = json.loads(request.body)
    head = Head(
        status=200, headers=(("content-type", "text/event-stream"), ("x-asked", asked["model"]))
    )
    offsets = [sum(map(len, PIECES[:number])) for number in range(len(PIECES))]
    arrivals = tuple((offset, 20.0 * number) for number, offset in enumerate(offsets, start=1))
    return Exchange(
        head=head,
        body=b"".join(PIECES),
        arrivals=arrivals,
        framing=Framing.CHUNKED,
        close=Close.CLEAN,
    )


def engine(url: str) -> Running:
    launch = Launch(
        name="toy/model",
        model="tiny-toy",
        command=lambda _: [],
        paths={"openai-chat": "/v1"},
        can=frozenset(),
        log=Path("log"),
    )
    return Running(launch=launch, url=url, pid=0)


def asked(question: Question, path: Path | None) -> tuple[Exchange, ...]:
    async def scene() -> tuple[Exchange, ...]:
        async with Server(answer) as server:
            return await record(engine(server.url), question, "openai-chat", path)

    return asyncio.run(scene())


def question(cancel_after: int | None = None, times: int = 1) -> Question:
    return Question(
        scenario="s",
        model="m",
        ask=Ask(),
        dialects=CHAT,
        cancel_after=cancel_after,
        times=times,
    )


@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_an_answer_is_kept_as_it_came(times: int, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    kept = asked(question(times=times), path)
    assert [one.body for one in kept] == [b"".join(PIECES)] * times
    assert kept[0].head.header("x-asked") == "tiny-toy"
    assert kept[0].seam is Seam.SOCKET
    assert kept[0].close is Close.CLEAN
    (one,) = inputs.find((str(path),)).inputs
    read = inputs.read(one, (), None)
    assert [each.arrivals for each in read] == [
        tuple((offset, round(ms, 1)) for offset, ms in each.arrivals or ()) for each in kept
    ]


def test_an_answer_is_let_go_after_so_many_pieces(tmp_path: Path) -> None:
    (kept,) = asked(question(cancel_after=1), tmp_path / "s.yaml")
    assert kept.close is Close.CANCELLED
    assert b"[DONE]" not in kept.body


def test_nothing_is_written_where_no_path_is_given(tmp_path: Path) -> None:
    asked(question(), None)
    assert list(tmp_path.iterdir()) == []


def test_an_engine_that_is_gone_is_a_reason_and_no_cassette(tmp_path: Path) -> None:
    async def scene() -> list[tuple[Path, str | None]]:
        gone = engine("http://127.0.0.1:1")
        return [one async for one in record_all(gone, [question()], tmp_path)]

    ((path, problem),) = asyncio.run(scene())
    assert problem is not None
    assert not path.exists()
