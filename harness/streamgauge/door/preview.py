"""What an answer says so far, for a terminal: folded from the bytes, with live keys left out.

The bytes come straight from the wire, before redaction: whatever is shown goes through here. What
comes back is still the stream's own text; make it `visible` before it is printed.
"""

from __future__ import annotations

from collections.abc import Sequence

from streamgauge.capture.secret_forms import forms_of
from streamgauge.delta import Kind
from streamgauge.pipeline import aggregate

_HIDDEN = "[key]"
_SHORTEST_BEGINNING = 3
"""Fewer letters of a key than this tell nothing, and would hold back ordinary words."""


class Preview:
    """Reads the beginning of answers; knows the keys that it must not show."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._forms = [form.decode("utf-8", "replace") for form in forms_of(secrets)]

    def said(self, body: bytes, dialect: str) -> str:
        """Text, reasoning and names of tools so far, of the first choice; empty where none."""
        try:
            message = aggregate(body, dialect=dialect)
        except ValueError:
            return ""
        parts = [part for choice in message.choices[:1] for part in choice.parts]
        words = (p.content if p.kind is not Kind.TOOL_CALL else str(p.name) for p in parts)
        return self._without_keys("".join(words))

    def _without_keys(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, _HIDDEN)
        held = max((_begun(text, form) for form in self._forms), default=0)
        return text[: len(text) - held]


def _begun(text: str, form: str) -> int:
    """How many letters at the end may be the beginning of a key that is still coming."""
    longest = min(len(text), len(form) - 1)
    lengths = range(longest, _SHORTEST_BEGINNING - 1, -1)
    return next((n for n in lengths if text.endswith(form[:n])), 0)
