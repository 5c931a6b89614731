"""See a streamed text whole: join what the pieces of a body add up to, change it, put it back.

A model that repeats a key does so over several events, none of which holds it. The pieces are
found by the name of their member, not by a dialect's grammar, so texts of several choices that
take turns are not told apart. It must never change a length.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from streamgauge.capture.credentials import PIECE_NAMES

_PIECE = re.compile(
    rb"\"("
    + "|".join(PIECE_NAMES).encode()
    + rb")\"[ \t]*:[ \t]*\"([^\"\\\r\n]*+(?:\\.[^\"\\\r\n]*+)*+)\""
)
"""A member with a growing text; the value as it is written, escapes and all."""


def over_pieces(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The body after a length-preserving change to each of its streamed texts."""
    spans = _spans(body)
    changes: list[tuple[int, bytes]] = []
    for pieces in spans.values():
        text = b"".join([body[start:end] for start, end in pieces])
        changed = change(text)
        if changed != text:
            changes += _scattered(body, pieces, changed)
    return _patched(body, changes) if changes else body


def _spans(body: bytes) -> dict[bytes, list[tuple[int, int]]]:
    spans: dict[bytes, list[tuple[int, int]]] = defaultdict(list)
    for found in _PIECE.finditer(body):
        spans[found[1]].append(found.span(2))
    return {name: pieces for name, pieces in spans.items() if len(pieces) > 1}


def _scattered(
    body: bytes, pieces: list[tuple[int, int]], changed: bytes
) -> Iterator[tuple[int, bytes]]:
    """Offset and new bytes of each piece that the change touched."""
    position = 0
    for start, end in pieces:
        piece = changed[position : position + end - start]
        position += end - start
        if piece != body[start:end]:
            yield start, piece


def _patched(body: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    patched = bytearray(body)
    for start, piece in changes:
        patched[start : start + len(piece)] = piece
    return bytes(patched)
