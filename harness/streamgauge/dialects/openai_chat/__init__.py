"""The dialect openai-chat: `chat/completions` and everything that is compatible with it."""

from streamgauge.dialects.dialect import Dialect, EndRule
from streamgauge.dialects.openai_chat.build import build, path
from streamgauge.dialects.openai_chat.document import document, is_document
from streamgauge.dialects.openai_chat.grammar import MACHINES, likeness, symbols
from streamgauge.dialects.openai_chat.live import Live
from streamgauge.dialects.openai_chat.read import read
from streamgauge.dialects.openai_chat.refuse import refuse
from streamgauge.dialects.openai_chat.request import request
from streamgauge.dialects.openai_chat.speak import speak
from streamgauge.dialects.openai_chat.tell import tell
from streamgauge.dialects.openai_chat.turns import turns
from streamgauge.dialects.openai_chat.usage import totals
from streamgauge.dialects.openai_chat.write import write

DIALECT = Dialect(
    name="openai-chat",
    key_header=("authorization", "Bearer {key}"),
    read=read,
    document=document,
    write=write,
    request=request,
    usage=totals,
    likeness=likeness,
    is_document=is_document,
    symbols=symbols,
    machines=MACHINES,
    end=EndRule.STOPS_OR_SENTINEL,
    turns=turns,
    build=build,
    path=path,
    speak=speak,
    tell=tell,
    refuse=refuse,
    noise=("/obfuscation", "/p", "/created"),
    sentinel="[DONE]",
    live=Live,
)
