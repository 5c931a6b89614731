"""Where events and their JSON stand, by framing; and what about a body is not whole."""

from __future__ import annotations

import pytest

from streamgauge.shrink.pieces import Flaws, flaws, pieces
from streamgauge.wire.framing import Framing

# Framing, body, its pieces, the payload of each.
BODIES: dict[str, tuple[Framing, bytes, list[bytes], list[bytes | None]]] = {
    "events": (
        Framing.SSE,
        b": a\n\ndata: 1\n\ndata: [DONE]\n\n",
        [b": a\n\n", b"data: 1\n\n", b"data: [DONE]\n\n"],
        [None, b"1", None],
    ),
    "several data lines": (Framing.SSE, b"data: 1\ndata:\n\n", [b"data: 1\ndata:\n\n"], [None]),
    "a whole array": (Framing.JSON_ARRAY, b"[1,\n2]", [b"[1,\n2]"], [b"[1,\n2]"]),
    "a cut array": (Framing.JSON_ARRAY, b'[1,\n{"a"', [b"1,\n", b'{"a"'], [b"1", None]),
    "lines": (Framing.JSON_LINES, b"{}\n1\n", [b"{}\n", b"1\n"], [b"{}", b"1"]),
    "a document": (Framing.DOCUMENT, b"{}\n", [b"{}\n"], [b"{}\n"]),
    "a page": (Framing.HTML, b"<p>", [b"<p>"], [None]),
    "nothing": (Framing.EMPTY, b"", [], []),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_pieces(name: str) -> None:
    framing, body, texts, payloads = BODIES[name]
    found = pieces(body, framing)
    assert [body[one.start : one.end] for one in found] == texts
    assert [one.payload and body[slice(*one.payload)] for one in found] == payloads


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'data: {"a":1}\n\n', Flaws(0, 0, 0)),
        (b"data: [DONE]\n\ndata: {\n\n", Flaws(2, 0, 0)),
        (b'data: "\xff"\n\n', Flaws(0, 1, 0)),
        (b"data: 1\n", Flaws(0, 0, 1)),
    ],
    ids=["whole", "two that are no JSON", "not UTF-8", "open"],
)
def test_flaws(body: bytes, expected: Flaws) -> None:
    assert flaws(body, Framing.SSE) == expected
