"""Whole lawful exchanges of a dialect, each with the message that a reader must get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from streamgauge.delta import Kind
from streamgauge.exchange import Close, Exchange, Framing, Request
from streamgauge.message import Message
from streamgauge.prompt import Asked, Prompt
from streamgauge.replay.simulator import heads
from streamgauge.strategies import anthropic_messages, gemini, openai_chat, openai_responses
from streamgauge.strategies.asking import ask
from streamgauge.strategies.composing import Tongue, compose
from streamgauge.strategies.framing import event_stream, json_array
from streamgauge.strategies.lots import Lots, drawn
from streamgauge.strategies.voicing import Speaker, narrowed, voiced
from streamgauge.vendors.profile import UNKNOWN

_TONGUES: Mapping[str, Tongue] = {
    "anthropic-messages": anthropic_messages.TONGUE,
    "gemini": gemini.TONGUE,
    "openai-chat": openai_chat.TONGUE,
    "openai-responses": openai_responses.TONGUE,
}
_AS_EVENTS = "alt=sse"
"""What a request says in its address where the same chunks may come as one array instead."""


_MANNER, _SAID, _ASKED, _ARRANGED, _FRAMED = 24, 192, 232, 48, 24
"""Bytes for who speaks, what is said, what was asked for it, its order, its frame."""


def messages(dialect: str, vendor: str | None = None) -> st.SearchStrategy[Message]:
    """Messages that can be said in a dialect, in no vendor's words but for the forms of ids.

    ValueError for a dialect that there is none of, or a vendor that does not speak it.
    """
    tongue = _tongue(dialect, vendor)
    return drawn(
        lambda lots: compose(lots, tongue, voiced(lots.apart(_MANNER), dialect, vendor)),
        _MANNER + _SAID,
    )


def prompts(dialect: str, vendor: str | None = None) -> st.SearchStrategy[Prompt]:
    """Prompts that a vendor would take, with several turns now and then."""
    _tongue(dialect, vendor)
    size = _MANNER + _SAID + _ASKED
    return drawn(lambda lots: _dialogue(lots, dialect, vendor)[2], size)


def exchanges(
    dialect: str, vendor: str | None = None
) -> st.SearchStrategy[tuple[Exchange, Message]]:
    """A lawful exchange, and the message that it says.

    Under `vendor` (without one: `unknown`) no must and no should rule finds fault with it.
    The message is worked out from what was drawn, never from the bytes. ValueError as `messages`.
    """
    _tongue(dialect, vendor)
    return drawn(lambda lots: exchanged(lots, dialect, vendor), EXCHANGE_SIZE)


EXCHANGE_SIZE = _MANNER + _SAID + _ASKED + _ARRANGED + _FRAMED
"""How many bytes one exchange is made of."""


def exchanged(lots: Lots, dialect: str, vendor: str | None) -> tuple[Exchange, Message]:
    """A lawful exchange and its message, made of lots."""
    speaker, message, prompt = _dialogue(lots, dialect, vendor)
    heard = _TONGUES[dialect].heard(message, speaker.voice(prompt.asked))
    return _spoken(lots, message, prompt, speaker), heard


def _dialogue(lots: Lots, dialect: str, vendor: str | None) -> tuple[Speaker, Message, Prompt]:
    speaker, tongue = voiced(lots.apart(_MANNER), dialect, vendor), _TONGUES[dialect]
    message = compose(lots.apart(_SAID), tongue, speaker)
    return speaker, message, ask(lots.apart(_ASKED), message, tongue, speaker)


def _tongue(dialect: str, vendor: str | None) -> Tongue:
    if dialect not in _TONGUES:
        raise ValueError(f"no dialect {dialect!r}; known: {', '.join(_TONGUES)}")
    narrowed(dialect, vendor or UNKNOWN)
    return _TONGUES[dialect]


def _spoken(lots: Lots, message: Message, prompt: Prompt, speaker: Speaker) -> Exchange:
    tongue = _TONGUES[speaker.dialect.name]
    spoken = [*speaker.dialect.speak(message, speaker.voice(prompt.asked))]
    events = tongue.arrange(lots.apart(_ARRANGED), spoken, message, speaker)
    head = heads.streaming(speaker.facts, speaker.ids()("request"), _counts(message, speaker))
    request = _request(prompt, speaker, _offered(message, tongue))
    if _AS_EVENTS in request.url and lots.rarely(2):
        request = replace(request, url=request.url.partition("?")[0])
        head, body = heads.as_json(head), json_array(lots, events)
    else:
        body = event_stream(lots, events, speaker)
    return Exchange(
        source="drawn", request=request, head=head, body=body,
        close=Close.CLEAN, framing=Framing.CHUNKED,
    )  # fmt: skip


def _counts(message: Message, speaker: Speaker) -> object:
    """The counts as the vendor says them, where it repeats them in headers."""
    if "usage-headers" not in speaker.facts:
        return None
    told = speaker.dialect.tell(message, speaker.voice(Asked()))
    return told.get("usage") if isinstance(told, dict) else None


def _offered(message: Message, tongue: Tongue) -> list[object]:
    """The vendor's own tool, where the answer calls it."""
    parts = (part for choice in message.choices for part in choice.parts)
    hosted = any(part.kind is Kind.SERVER_TOOL_CALL for part in parts)
    return [dict(tongue.offered)] if hosted else []


def _request(prompt: Prompt, speaker: Speaker, offered: list[object]) -> Request:
    base = str(speaker.facts.get("base-url", "https://api.example"))
    built = speaker.dialect.build(prompt, speaker.facts)
    tools = built.get("tools", [])
    if offered and isinstance(tools, list):
        built["tools"] = [*tools, *offered]
    return Request(
        url=base.rstrip("/") + speaker.dialect.path(prompt),
        headers=(("content-type", "application/json"),),
        body=json.dumps(built, ensure_ascii=False).encode(),
    )
