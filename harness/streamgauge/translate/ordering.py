"""Puts the parts of an answer in order: one after the other, whatever their upstream does.

Some dialects interleave the calls of an answer, others cannot. The first part that is not over
speaks as it grows; later ones wait until it is over. It must never reorder parts or lose a piece:
a piece for a part that is over already is a failure, not a detail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streamgauge.delta import Append, Assign, Delta, Kind, Open, ShutPart
from streamgauge.transcript.building import Building
from streamgauge.translate.arguments import Arguments

SPOKEN = frozenset({Kind.TEXT, Kind.REASONING, Kind.REFUSAL, Kind.TOOL_CALL})
"""Parts that every dialect has words for."""


class Ordering:
    """The parts of one choice, as far as they were handed on."""

    def __init__(self, choice: int) -> None:
        """Nothing was handed on."""
        self._choice = choice
        self._live = 0
        self._key = 0
        self._open = False
        self._taken: list[int] = []
        self._arguments = Arguments()
        self.left_out: list[str] = []

    def advance(
        self, parts: Sequence[Building], *, stopped: bool = False, final: bool = False
    ) -> Iterator[Delta]:
        """What can be handed on of `parts` now. `stopped`: their choice gave a reason to stop;
        `final`: nothing more will come, and the end is a good one. Raises TooLong."""
        while self._live < len(parts):
            part = parts[self._live]
            if not final and _is_nameless(part):
                return
            yield from self._grow(part)
            followed = self._live + 1 < len(parts)
            if not (final or self._is_over(part, followed=followed, stopped=stopped)):
                return
            yield from self._close(part)

    def late(self, parts: Sequence[Building]) -> bool:
        """Whether something came for a part that was handed on as whole."""
        done = zip(self._taken, parts, strict=False)
        return any(piece.text.strip() for taken, part in done for piece in part.pieces[taken:])

    def _grow(self, part: Building) -> Iterator[Delta]:
        if not _is_spoken(part):
            return
        if not self._open:
            yield self._opened(part)
        if len(self._taken) == self._live:
            self._taken.append(0)
        for piece in part.pieces[self._taken[self._live] :]:
            if piece.text:
                yield self._append(part, piece.text)
        self._taken[self._live] = len(part.pieces)

    def _opened(self, part: Building) -> Open:
        self._open = True
        self._arguments = Arguments()
        return Open(
            self._choice, self._key, part.kind, "", self._key, part.id, part.name, part.field
        )

    def _append(self, part: Building, text: str) -> Append:
        if part.kind is Kind.TOOL_CALL:
            self._arguments.append(text)
        return Append(self._choice, self._key, part.kind, text, "", part.field)

    def _is_over(self, part: Building, *, followed: bool, stopped: bool) -> bool:
        """Whether nothing can follow: the vendor said so, or it is a value that came whole.

        A stop proves nothing of text, for some vendors say STOP in every chunk.
        """
        if part.opened and part.key is not None:
            return part.shut
        if part.kind is not Kind.TOOL_CALL:
            return part.shut or followed
        if part.has_value or part.partial:
            return not part.awaits_more
        return (followed or stopped) and self._arguments.whole

    def _close(self, part: Building) -> Iterator[Delta]:
        if not _is_spoken(part):
            what = "redacted reasoning" if part.redacted else part.kind.value
            self.left_out.append(f"a part of the kind {what} has no words in the other dialect")
            self._taken.append(len(part.pieces))
            self._live += 1
            return
        if part.kind is Kind.TOOL_CALL and not part.text():
            whole = part.finish().arguments_json
            if whole:
                yield self._append(part, whole)
        if part.signature is not None:
            yield Assign(self._choice, self._key, part.kind, "signature", part.signature, "")
        yield ShutPart(self._choice, self._key, "")
        self._note_losses(part)
        self._live, self._key, self._open = self._live + 1, self._key + 1, False

    def _note_losses(self, part: Building) -> None:
        for what in ("citations", "logprobs"):
            if getattr(part, what):
                self.left_out.append(f"{what} of a part have no words in the other dialect")


def _is_nameless(part: Building) -> bool:
    """Whether a call still lacks its name, without which it cannot be begun."""
    return part.kind is Kind.TOOL_CALL and not part.name


def _is_spoken(part: Building) -> bool:
    return part.kind in SPOKEN and not part.redacted
