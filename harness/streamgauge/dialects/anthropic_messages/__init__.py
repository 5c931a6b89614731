"""The Messages API as one value; everything else in this folder is private to it."""

from __future__ import annotations

from streamgauge.dialects.anthropic_messages.build import KEY_HEADER, build, path
from streamgauge.dialects.anthropic_messages.document import document, is_document
from streamgauge.dialects.anthropic_messages.grammar import MACHINES, likeness, symbols
from streamgauge.dialects.anthropic_messages.live import Live
from streamgauge.dialects.anthropic_messages.read import read
from streamgauge.dialects.anthropic_messages.refuse import refuse
from streamgauge.dialects.anthropic_messages.request import request
from streamgauge.dialects.anthropic_messages.speak import speak
from streamgauge.dialects.anthropic_messages.tell import tell
from streamgauge.dialects.anthropic_messages.turns import turns
from streamgauge.dialects.anthropic_messages.usage import usage
from streamgauge.dialects.anthropic_messages.write import write
from streamgauge.dialects.dialect import Dialect, EndRule

DIALECT = Dialect(
    name="anthropic-messages",
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
    live=Live,
)

__all__ = ["DIALECT"]
