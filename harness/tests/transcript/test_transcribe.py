"""An exchange to a transcript, whatever its framing."""

from __future__ import annotations

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange, Head
from streamgauge.message import Ending
from streamgauge.prompt import Asked
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.framing import Framing

ONE = b'{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}'
TWO = b'{"candidates":[{"content":{"parts":[{"text":"b"}]}}]}'
ROWS: dict[str, tuple[Framing, bytes, int, str, bool]] = {
    "server-sent events": (
        Framing.SSE,
        b"data: " + TWO + b"\n\ndata: " + ONE + b"\n\n",
        2,
        "ba",
        True,
    ),
    "an array": (Framing.JSON_ARRAY, b"[" + TWO + b",\n" + ONE + b"]", 2, "ba", True),
    "lines": (Framing.JSON_LINES, TWO + b"\n" + ONE + b"\n", 2, "ba", True),
    "a document": (Framing.DOCUMENT, ONE, 1, "a", False),
    "a page": (Framing.HTML, b"<html>", 1, "", False),
    "nothing": (Framing.EMPTY, b"", 0, "", True),
    "words": (Framing.UNKNOWN, b"Sorry\n\nWe are busy", 1, "", False),
}


def read(
    framing: Framing, body: bytes, asked: Asked | None = None, status: int | None = None
) -> Transcript:
    exchange = Exchange(body=body, head=Head(status=status))
    return transcribe(exchange, named("gemini"), {}, framing, asked=asked)


@pytest.mark.parametrize("name", ROWS)
def test_every_framing_is_read(name: str) -> None:
    framing, body, chunks, text, streamed = ROWS[name]
    transcript = read(framing, body)
    assert transcript.dispatched == chunks
    said = "".join(part.content for _, _, part, _ in transcript.parts())
    assert (said, transcript.streamed) == (text, streamed)


@pytest.mark.parametrize(
    ("asked", "ending"),
    [
        pytest.param(None, Ending.NOT_A_STREAM, id="unknown"),
        pytest.param(Asked(), Ending.NOT_A_STREAM, id="does not say"),
        pytest.param(Asked(stream=True), Ending.NOT_A_STREAM, id="a stream"),
        pytest.param(Asked(stream=False), Ending.COMPLETE, id="a document"),
    ],
)
def test_a_document_is_an_answer_where_one_was_asked_for(
    asked: Asked | None, ending: Ending
) -> None:
    transcript = read(Framing.DOCUMENT, ONE, asked)
    assert transcript.ending is ending
    assert transcript.asked is asked


STREAM, DOCUMENT = Asked(stream=True), Asked(stream=False)


@pytest.mark.parametrize(
    ("framing", "body", "status", "asked", "ending"),
    [
        pytest.param(Framing.EMPTY, b"", 200, STREAM, Ending.TRUNCATED, id="nothing"),
        pytest.param(Framing.EMPTY, b"", None, None, Ending.TRUNCATED, id="nothing is known"),
        pytest.param(Framing.EMPTY, b"", 401, STREAM, Ending.NOT_A_STREAM, id="refused wordlessly"),
        pytest.param(Framing.EMPTY, b"", 401, DOCUMENT, Ending.ERROR_TERMINATED, id="a document"),
        pytest.param(Framing.UNKNOWN, b"Sorry", 500, STREAM, Ending.NOT_A_STREAM, id="in words"),
        pytest.param(Framing.UNKNOWN, b"Sorry", 200, DOCUMENT, Ending.MALFORMED, id="odd words"),
        pytest.param(
            Framing.DOCUMENT, b'{"detail":"no"}', 400, DOCUMENT, Ending.ERROR_TERMINATED, id="oddly"
        ),
        pytest.param(Framing.SSE, b"data: {}\n\n", 500, STREAM, Ending.TRUNCATED, id="a stream"),
    ],
)
def test_a_refusal_is_no_stream_that_was_cut(
    framing: Framing, body: bytes, status: int | None, asked: Asked | None, ending: Ending
) -> None:
    assert read(framing, body, asked, status).ending is ending


def test_facts_reach_the_transcript_and_the_aggregator() -> None:
    facts = {"tool-call-key": "index"}
    transcript = transcribe(Exchange(), named("openai-chat"), facts, Framing.EMPTY)
    assert transcript.facts == facts
