"""A fixture's description laid over its stream: only what it says, and never a byte of the body."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.capture.fixture import described_as
from streamgauge.capture.limits import Unreadable
from streamgauge.exchange import Close, Exchange, Head, Seam

HEAD = Head(status=418, headers=(("a", "b"),))
PLAIN = Exchange(source="s", body=b"data: {}\n\n", head=HEAD, close=Close.EOF)

SAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "what is not its business": ({"says": "x", "breaks": [], "vendor": "y"}, {}),
    "a status": ({"status": 200}, {"head": Head(status=200)}),
    "a content type": (
        {"content_type": "text/plain"},
        {"head": Head(headers=(("content-type", "text/plain"),))},
    ),
    "headers and a status": (
        {"status": 200, "headers": {"x": 1}},
        {"head": Head(status=200, headers=(("x", "1"),))},
    ),
    "how it closed": ({"close": "reset"}, {"close": Close.RESET}),
    "arrivals": (
        {"arrivals": "0@0 4@20.5"},
        {"arrivals": ((0, 0.0), (4, 20.5)), "seam": Seam.CLIENT},
    ),
    "no arrivals": ({"arrivals": ""}, {"arrivals": (), "seam": Seam.CLIENT}),
}


@pytest.mark.parametrize("name", SAYS)
def test_what_is_said_is_laid_over_and_nothing_else(name: str) -> None:
    description, changed = SAYS[name]
    found = described_as(PLAIN, description)
    expected = {field: getattr(PLAIN, field) for field in Exchange.__dataclass_fields__} | changed
    assert {field: getattr(found, field) for field in expected} == expected


@pytest.mark.parametrize(
    "description",
    [
        {"close": "slammed"},
        {"close": ["reset"]},
        {"arrivals": "soon"},
        {"arrivals": 7},
        {"arrivals": "0@0@0"},
        {"status": "200"},
        {"status": True},
        {"headers": "a"},
        {"headers": [1]},
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_one_line(description: dict[str, Any]) -> None:
    with pytest.raises(Unreadable, match=r"^fixture\.toml: ") as caught:
        described_as(PLAIN, description)
    assert "\n" not in str(caught.value)
