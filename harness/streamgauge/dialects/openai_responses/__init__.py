"""The dialect openai-responses: `POST /v1/responses`, as OpenAI and Open Responses speak it."""

from __future__ import annotations

from streamgauge.dialects.dialect import Dialect, EndRule
from streamgauge.dialects.openai_responses.build import KEY_HEADER, build, path
from streamgauge.dialects.openai_responses.document import document, is_document
from streamgauge.dialects.openai_responses.grammar import MACHINES, likeness, symbols
from streamgauge.dialects.openai_responses.read import read
from streamgauge.dialects.openai_responses.refuse import refuse
from streamgauge.dialects.openai_responses.request import request
from streamgauge.dialects.openai_responses.speak import speak
from streamgauge.dialects.openai_responses.tell import tell
from streamgauge.dialects.openai_responses.turns import turns
from streamgauge.dialects.openai_responses.usage import usage
from streamgauge.dialects.openai_responses.write import write

DIALECT = Dialect(
    name="openai-responses",
    read=read,
    document=document,
    write=write,
    request=request,
    usage=usage,
    likeness=likeness,
    is_document=is_document,
    symbols=symbols,
    machines=MACHINES,
    end=EndRule.MARKER,
    turns=turns,
    build=build,
    path=path,
    speak=speak,
    tell=tell,
    refuse=refuse,
    key_header=KEY_HEADER,
    # Recorded: obfuscation pads deltas to hide their size, and numbers count the events.
    noise=("/sequence_number", "/obfuscation"),
    # Open Responses demands it and OpenRouter sends it; OpenAI does not. It ends no answer.
    sentinel="[DONE]",
)

__all__ = ["DIALECT"]
