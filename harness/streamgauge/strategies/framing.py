"""Events as bytes, in every lawful way: line ends, comments, pings; or as one JSON array."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from streamgauge.dialects.dialect import Facts, WireEvent
from streamgauge.strategies.texts import texts
from streamgauge.strategies.voicing import Speaker
from streamgauge.wire.encode import Style, encode

_STYLES = [
    Style(newline=end, space=space) for end in ("\n", "\r\n", "\r") for space in (True, False)
]

_SPACE = "framing/data-has-space"
"""The one rule by which a vendor asks for more than the standard."""


@st.composite
def event_stream(draw: st.DrawFn, events: Sequence[WireEvent], speaker: Speaker) -> bytes:
    """The events as an event stream, with whatever keeps the connection open between them."""
    free = _SPACE not in speaker.rules
    style = draw(st.sampled_from([_STYLES[0], *(one for one in _STYLES if free or one.space)]))
    body = [encode(event.name, event.data, style=style) for event in events]
    alive = _keepalives(speaker.facts, style)
    if alive is not None:
        # A sentinel ends the answer; nothing is sent behind the last event.
        places = draw(st.lists(st.integers(1, max(1, len(body) - 1)), max_size=3))
        for place in sorted(places, reverse=True):
            body.insert(place, draw(alive))
    return b"".join(body)


def _keepalives(facts: Facts, style: Style) -> st.SearchStrategy[bytes] | None:
    """What a vendor keeps a connection open with; of whom nothing is known, any comment."""
    match facts.get("keepalive", "unsaid"):
        case "ping":
            return st.just(encode("ping", '{"type": "ping"}', style=style))
        case "comment":
            said = str(facts.get("keepalive-text", "keep-alive"))
            return st.just(encode(None, None, comment=said, style=style))
        case "unsaid":
            said_any = texts(max_pieces=1).map(lambda text: text[:60])
            return said_any.map(lambda text: encode(None, None, comment=text, style=style))
        case _:
            return None


@st.composite
def json_array(draw: st.DrawFn, events: Sequence[WireEvent]) -> bytes:
    """The same chunks as elements of one array, with lawful blanks between them."""
    comma = draw(st.sampled_from([",", ",\n", ",\r\n", "\n,\n"]))
    return f"[{comma.join(event.data for event in events)}]".encode()
