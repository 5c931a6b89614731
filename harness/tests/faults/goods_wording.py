"""Good exchanges for faults of wording: JSON, stop sequences and log probabilities as asked."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.message import Part
from tests.breakage.streams import CHAT, GEMINI, MESSAGES, RESPONSES
from tests.faults.good import Good
from tests.faults.spoken import cut, spoken

_JSON = '{"tea":"green","milk":"none at all","sugar":"one lump"}'
_TEXT = "Tea grows on hills, and the best of it is picked by hand."


def _scored(text: str) -> Part:
    scores = tuple(
        {"token": token, "logprob": -0.5, "bytes": list(token.encode()), "top_logprobs": []}
        for token in cut(text)
    )
    return Part(kind=Kind.TEXT, content=text, logprobs=scores)


def goods() -> Iterator[Good]:
    """JSON that was asked for, with scores where a dialect has them; text that stops in time."""
    asked = {"model": "m-1", "messages": [{"role": "user", "content": "Tea?"}]}
    form = {"response_format": {"type": "json_object"}}
    yield spoken("wording: chat: scored JSON", CHAT, _scored(_JSON),
                 request={**asked, **form, "logprobs": True})  # fmt: skip
    yield spoken("wording: responses: scored JSON", RESPONSES, _scored(_JSON), request={
        "model": "m-1", "input": "Tea?", "include": ["message.output_text.logprobs"],
        "text": {"format": {"type": "json_object"}},
    })  # fmt: skip
    schema = {"type": "json_schema", "schema": {"type": "object"}}
    yield spoken("wording: messages: JSON", MESSAGES, Part(kind=Kind.TEXT, content=_JSON),
                 request={**asked, "max_tokens": 99, "output_config": {"format": schema}},
                 raw="end_turn")  # fmt: skip
    yield spoken("wording: gemini: JSON", GEMINI, Part(kind=Kind.TEXT, content=_JSON), request={
        "contents": [], "generationConfig": {"responseMimeType": "application/json"},
    })  # fmt: skip
    stopping = {"contents": [], "generationConfig": {"stopSequences": ["END"]}}
    text = Part(kind=Kind.TEXT, content=_TEXT)
    yield spoken("wording: gemini: a stop sequence", GEMINI, text, request=stopping)
