"""An exchange to a transcript, whatever its framing."""

from __future__ import annotations

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange
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
}


def read(framing: Framing, body: bytes, asked: Asked | None = None) -> Transcript:
    return transcribe(Exchange(body=body), named("gemini"), {}, framing, asked=asked)


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


def test_facts_reach_the_transcript_and_the_aggregator() -> None:
    facts = {"tool-call-key": "index"}
    transcript = transcribe(Exchange(), named("openai-chat"), facts, Framing.EMPTY)
    assert transcript.facts == facts
