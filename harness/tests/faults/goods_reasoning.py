"""Good exchanges for faults of reasoning: a thought and an answer in each dialect."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.message import Part
from tests.breakage.streams import CHAT, GEMINI, RESPONSES
from tests.faults.good import Good
from tests.faults.spoken import spoken

_ASKED = {"model": "m-1", "messages": [{"role": "user", "content": "Tea?"}]}
_JSON = '{"tea":"green"}'


def _thought(field: str | None = None) -> Part:
    return Part(kind=Kind.REASONING, content="The question is about tea.", field=field)


def goods() -> Iterator[Good]:
    """Thoughts as their vendors send them, counted where the API counts them."""
    text = Part(kind=Kind.TEXT, content="Tea grows on hills.")
    yield spoken("reasoning: chat: thought", CHAT, _thought("reasoning"), text,
                 request=_ASKED, vendor="cerebras", reasoning_tokens=9)  # fmt: skip
    form = {"text": {"format": {"type": "json_object"}}}
    yield spoken("reasoning: responses: thought, JSON", RESPONSES, _thought(),
                 Part(kind=Kind.TEXT, content=_JSON), request={"input": "Tea?", **form},
                 reasoning_tokens=9)  # fmt: skip
    shown = {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}}
    yield spoken("reasoning: gemini: thought", GEMINI, _thought(), text,
                 request={"contents": [], **shown}, reasoning_tokens=9)  # fmt: skip
