"""Comments, blank lines, line ends, and text that is no JSON.

What was whole stays whole: an edit that would leave JSON or UTF-8 broken, or the end of the body
open, is not even asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streamgauge.shrink.draft import Draft, Edit
from streamgauge.shrink.json_shape import shape
from streamgauge.shrink.pieces import Span, events, is_whole, pieces
from streamgauge.shrink.search import Search, fewest
from streamgauge.wire.encode import encode
from streamgauge.wire.event import Oddity
from streamgauge.wire.framing import Framing

_LINE = re.compile(rb"\A(?P<mark>\xef\xbb\xbf)|(?P<text>[^\r\n]*)(?P<ending>\r\n|\r|\n|\Z)")
_FIELD = re.compile(rb"(?:data|event|id|retry):[ ]?|:[ ]?")


class _Line(NamedTuple):
    """A line of the body: where it begins, its text and how it ends."""

    start: int
    text: bytes
    ending: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.text) + len(self.ending)

    @property
    def value(self) -> Span:
        """Where the value of a field stands, or the whole line where it is no field."""
        field = _FIELD.match(self.text)
        return self.start + (field.end() if field else 0), self.start + len(self.text)


def plain_lines(search: Search) -> None:
    """Drop lines, and make what is left of the framing plain."""
    _drop_lines(search)
    _one_data_line(search)
    _short_line_ends(search)
    _no_white_space(search)
    _shorter_text(search)


def _payloads(search: Search) -> list[Span]:
    found = pieces(search.best.body, search.framing)
    return [one.payload for one in found if one.payload is not None]


def _lines(body: bytes) -> Iterator[_Line]:
    """The lines of a body; a byte-order mark before them is one of its own."""
    for match in _LINE.finditer(body):
        if match.group():
            yield _Line(match.start(), match["mark"] or match["text"], match["ending"] or b"")


def _drop_lines(search: Search) -> None:
    draft = search.best
    inside = [(start, end) for start, end in _payloads(search) if b"\n" in draft.body[start:end]]
    lines = [
        line
        for line in _lines(draft.body)
        if not any(start < line.end and line.start < end for start, end in inside)
    ]
    fewest(lines, lambda kept: search.take_sound(_left(draft, lines, kept)))


def _left(draft: Draft, lines: Sequence[_Line], kept: Sequence[_Line]) -> Draft:
    staying = set(kept)
    return draft.edited(Edit(one.start, one.end) for one in lines if one not in staying)


def _one_data_line(search: Search) -> None:
    """JSON over several data lines is put on one, which later steps can look into."""
    draft = search.best
    if search.framing is not Framing.SSE:
        return
    for event in reversed(list(events(draft.body, search.framing))):
        several = any(kind is Oddity.SEVERAL_DATA_LINES for kind, _ in event.oddities)
        if several and event.dispatched and event.data and is_whole(event.data):
            joined = event.data.replace(b"\n", b" ").decode()
            written = encode(event.name, joined, id=event.id, retry=event.retry)
            search.take(search.best.edited([Edit(event.start, event.end, written)]))


def _short_line_ends(search: Search) -> None:
    """Line ends of one byte, and none behind the last line where it closes nothing."""
    draft = search.best
    odd = [
        Edit(line.start + len(line.text), line.end, b"\n")
        for line in _lines(draft.body)
        if line.ending not in (b"\n", b"")
    ]
    if draft.body.endswith(b"\n") and not draft.body.endswith(b"\r\n"):
        odd.append(Edit(len(draft.body) - 1, len(draft.body)))

    def holds(kept: Sequence[Edit]) -> bool:
        staying = set(kept)
        return search.take_sound(draft.edited(one for one in odd if one not in staying))

    fewest(odd, holds)


def _no_white_space(search: Search) -> None:
    """JSON without blanks between its tokens."""
    draft = search.best
    gaps = [
        gap
        for start, end in _payloads(search)
        for gap in shape(draft.body[start:end], start).gaps
    ]  # fmt: skip

    def holds(kept: Sequence[Span]) -> bool:
        staying = set(kept)
        return search.take_sound(draft.edited(Edit(*one) for one in gaps if one not in staying))

    fewest(gaps, holds)


def _shorter_text(search: Search) -> None:
    """Names, ids, comments and payloads that are no JSON; lines that are alike change alike."""
    for text in dict.fromkeys(line.text for line in _free(search)):
        draft = search.best
        alike = [line.value for line in _free(search) if line.text == text]
        if not alike or alike[0][0] == alike[0][1]:
            continue
        start, end = alike[0]

        def holds(kept: Sequence[bytes], draft: Draft = draft, alike: list[Span] = alike) -> bool:
            return search.take_sound(draft.edited(Edit(*one, b"".join(kept)) for one in alike))

        fewest(_signs(draft.body[start:end]), holds)


def _free(search: Search) -> list[_Line]:
    """The lines that hold no JSON."""
    spans = _payloads(search)
    return [
        line
        for line in _lines(search.best.body)
        if not any(start < line.end and line.start < end for start, end in spans)
    ]


def _signs(text: bytes) -> list[bytes]:
    """Characters, or bytes where a text is not UTF-8."""
    try:
        return [sign.encode() for sign in text.decode()]
    except UnicodeDecodeError:
        return [text[at : at + 1] for at in range(len(text))]
