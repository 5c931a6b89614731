"""Whole lawful exchanges of a dialect, each with the message that a reader must get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from streamgauge.exchange import Close, Exchange, Framing, Request
from streamgauge.message import Message
from streamgauge.prompt import Prompt
from streamgauge.replay.simulator import heads
from streamgauge.strategies import anthropic_messages, gemini, openai_chat, openai_responses
from streamgauge.strategies.asking import asking_for
from streamgauge.strategies.composing import Tongue, composed
from streamgauge.strategies.framing import event_stream, json_array
from streamgauge.strategies.voicing import Speaker, speakers

_TONGUES: Mapping[str, Tongue] = {
    "anthropic-messages": anthropic_messages.TONGUE,
    "gemini": gemini.TONGUE,
    "openai-chat": openai_chat.TONGUE,
    "openai-responses": openai_responses.TONGUE,
}
_AS_EVENTS = "alt=sse"
"""What a request says in its address where the same chunks may come as one array instead."""


@st.composite
def messages(draw: st.DrawFn, dialect: str, vendor: str | None = None) -> Message:
    """Messages that can be said in a dialect, in no vendor's words but for the forms of ids.

    ValueError for a dialect that there is none of, or a vendor that does not speak it.
    """
    return draw(composed(_tongue(dialect), draw(speakers(dialect, vendor))))


@st.composite
def prompts(draw: st.DrawFn, dialect: str, vendor: str | None = None) -> Prompt:
    """Prompts that a vendor would take, with several turns now and then."""
    speaker, tongue = draw(speakers(dialect, vendor)), _tongue(dialect)
    return draw(asking_for(draw(composed(tongue, speaker)), tongue, speaker))


@st.composite
def exchanges(draw: st.DrawFn, dialect: str, vendor: str | None = None) -> tuple[Exchange, Message]:
    """A lawful exchange, and the message that it says.

    Under `vendor` (without one: `unknown`) no must and no should rule finds fault with it.
    The message is worked out from what was drawn, never from the bytes.
    """
    speaker, tongue = draw(speakers(dialect, vendor)), _tongue(dialect)
    message = draw(composed(tongue, speaker))
    prompt = draw(asking_for(message, tongue, speaker))
    voice = speaker.voice(prompt.asked)
    return draw(_spoken(message, prompt, speaker)), tongue.heard(message, voice)


def _tongue(dialect: str) -> Tongue:
    if dialect not in _TONGUES:
        raise ValueError(f"no dialect {dialect!r}; known: {', '.join(_TONGUES)}")
    return _TONGUES[dialect]


@st.composite
def _spoken(draw: st.DrawFn, message: Message, prompt: Prompt, speaker: Speaker) -> Exchange:
    events = [*speaker.dialect.speak(message, speaker.voice(prompt.asked))]
    told = speaker.dialect.tell(message, speaker.voice(prompt.asked))
    counts = told.get("usage") if isinstance(told, dict) else None
    head = heads.streaming(speaker.facts, speaker.ids()("request"), counts)
    request = _request(prompt, speaker)
    if _AS_EVENTS in request.url and draw(st.booleans()):
        request = replace(request, url=request.url.partition("?")[0])
        head, body = heads.as_json(head), draw(json_array(events))
    else:
        body = draw(event_stream(events, speaker))
    return Exchange(
        source="drawn", request=request, head=head, body=body,
        close=Close.CLEAN, framing=Framing.CHUNKED,
    )  # fmt: skip


def _request(prompt: Prompt, speaker: Speaker) -> Request:
    base = str(speaker.facts.get("base-url", "https://api.example"))
    built = speaker.dialect.build(prompt, speaker.facts)
    return Request(
        url=base.rstrip("/") + speaker.dialect.path(prompt),
        headers=(("content-type", "application/json"),),
        body=json.dumps(built, ensure_ascii=False).encode(),
    )
