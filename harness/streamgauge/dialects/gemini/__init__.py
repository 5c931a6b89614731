"""The `streamGenerateContent` API as one value; everything else in this folder is private to it."""

from __future__ import annotations

from streamgauge.dialects.dialect import Dialect, EndRule
from streamgauge.dialects.gemini.build import KEY_HEADER, build, path
from streamgauge.dialects.gemini.document import document, is_document
from streamgauge.dialects.gemini.grammar import MACHINES, likeness, symbols
from streamgauge.dialects.gemini.live import Live
from streamgauge.dialects.gemini.read import read
from streamgauge.dialects.gemini.refuse import refuse
from streamgauge.dialects.gemini.request import request
from streamgauge.dialects.gemini.speak import speak
from streamgauge.dialects.gemini.tell import tell
from streamgauge.dialects.gemini.turns import turns
from streamgauge.dialects.gemini.usage import usage
from streamgauge.dialects.gemini.words import NOISE
from streamgauge.dialects.gemini.write import write

DIALECT = Dialect(
    name="gemini",
    read=read,
    document=document,
    write=write,
    request=request,
    usage=usage,
    likeness=likeness,
    is_document=is_document,
    symbols=symbols,
    machines=MACHINES,
    end=EndRule.STOPS,
    turns=turns,
    build=build,
    path=path,
    speak=speak,
    tell=tell,
    refuse=refuse,
    key_header=KEY_HEADER,
    noise=NOISE,
    stop_beside_call_is_call=True,
    live=Live,
)

__all__ = ["DIALECT"]
