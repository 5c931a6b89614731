"""Events as bytes, in every lawful way: line ends, comments, pings; or as one JSON array."""

from __future__ import annotations

from collections.abc import Sequence

from streamgauge.dialects.dialect import Facts, WireEvent
from streamgauge.strategies.lots import Lots
from streamgauge.strategies.texts import text
from streamgauge.strategies.voicing import Speaker
from streamgauge.wire.encode import Style, encode

_STYLES = [
    Style(newline=end, space=space) for end in ("\n", "\r\n", "\r") for space in (True, False)
]

_SPACE = "framing/data-has-space"
"""The one rule by which a vendor asks for more than the standard."""


def event_stream(lots: Lots, events: Sequence[WireEvent], speaker: Speaker) -> bytes:
    """The events as an event stream, with whatever keeps the connection open between them."""
    free = _SPACE not in speaker.rules
    style = lots.among([_STYLES[0], *(one for one in _STYLES if free or one.space)])
    body = [encode(event.name, event.data, style=style) for event in events]
    # A sentinel ends the answer; nothing is sent behind the last event.
    places = sorted(lots.between(1, max(1, len(body) - 1)) for _ in range(lots.below(4)))
    for place in reversed(places):
        body.insert(place, _keepalive(lots, speaker.facts, style))
    return b"".join(body)


def _keepalive(lots: Lots, facts: Facts, style: Style) -> bytes:
    """What a vendor keeps a connection open with; of whom nothing is known, any comment."""
    match facts.get("keepalive", "unsaid"):
        case "ping":
            return encode("ping", '{"type": "ping"}', style=style)
        case "comment":
            said = str(facts.get("keepalive-text", "keep-alive"))
            return encode(None, None, comment=said, style=style)
        case "unsaid":
            return encode(None, None, comment=text(lots, 1)[:60], style=style)
        case _:
            return b""


def json_array(lots: Lots, events: Sequence[WireEvent]) -> bytes:
    """The same chunks as elements of one array, with lawful blanks between them."""
    comma = lots.among([",", ",\n", ",\r\n", "\n,\n"])
    return f"[{comma.join(event.data for event in events)}]".encode()
