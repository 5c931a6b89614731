"""Strings get short and plain, numbers become 0; JSON stays JSON.

What is written alike is changed alike, so that an id remains the same id in every chunk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from streamgauge.shrink.draft import Draft, Edit
from streamgauge.shrink.json_shape import Path, Scalar, shape
from streamgauge.shrink.pieces import pieces
from streamgauge.shrink.search import Search, fewest

_LETTERS = b"abcde"
_EMPTY = b'""'
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# A pair of surrogates is one character: half of it alone would be a new fault.
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)


class _Sign(NamedTuple):
    """One character of a string, as it is written."""

    scalar: int
    place: int
    text: str


def blank_paths(search: Search) -> None:
    """Blank all scalars at a path at once, those of the longest texts first.

    What a stream says it often says again: in pieces, and as a whole when a part is done. Both must
    be blanked together, and length brings them side by side.
    """
    draft, every = search.best, _scalars(search)
    plainer = [one for one in every if one.text != _simplest(one.text)]
    longest: dict[Path, int] = {}
    for one in plainer:
        longest[one.path] = max(longest.get(one.path, 0), len(one.text))

    def holds(kept: Sequence[Path]) -> bool:
        staying = set(kept)
        blank = (one for one in plainer if one.path not in staying)
        return search.take(
            draft.edited(Edit(one.start, one.end, _simplest(one.text)) for one in blank)
        )

    fewest(sorted(longest, key=lambda path: longest[path]), holds)


def plain_scalars(search: Search) -> None:
    """Simplify strings and numbers, first all that can go, then what is left, sign by sign."""
    _blank(search)
    _one_letter(search)
    _fewer_digits(search)
    _fewer_characters(search)
    _plainer_characters(search)


def _scalars(search: Search) -> list[Scalar]:
    body = search.best.body
    spans = (one.payload for one in pieces(body, search.framing) if one.payload is not None)
    return [one for start, end in spans for one in shape(body[start:end], start).scalars]


def _strings(search: Search) -> list[Scalar]:
    return [one for one in _scalars(search) if _is_string(one.text) and one.text != _EMPTY]


def _is_string(text: bytes) -> bool:
    return text.startswith(b'"')


def _simplest(text: bytes) -> bytes:
    if _is_string(text):
        return _EMPTY
    return b"0" if _NUMBER.fullmatch(text) else text


def _rewritten(draft: Draft, every: Iterable[Scalar], new: dict[bytes, bytes]) -> Draft:
    """With every scalar that is written so written anew."""
    edits = (Edit(one.start, one.end, new[one.text]) for one in every if one.text in new)
    return draft.edited(edits)


def _blank(search: Search) -> None:
    """Strings become empty and numbers zero, all that are written alike together."""
    draft, every = search.best, _scalars(search)
    texts = [text for text in dict.fromkeys(one.text for one in every) if text != _simplest(text)]

    def holds(kept: Sequence[bytes]) -> bool:
        staying = set(kept)
        new = {text: _simplest(text) for text in texts if text not in staying}
        return search.take(_rewritten(draft, every, new))

    fewest(texts, holds)


def _one_letter(search: Search) -> None:
    """What must not be empty becomes one letter; what must differ gets another one."""
    for text in dict.fromkeys(one.text for one in _strings(search)):
        for letter in _LETTERS if len(text) > len('"a"') else b"":
            new = {text: b'"%c"' % letter}
            if search.take(_rewritten(search.best, _scalars(search), new)):
                break


def _fewer_digits(search: Search) -> None:
    """A number that must not be zero keeps only the digits that it needs."""
    texts = dict.fromkeys(one.text for one in _scalars(search) if _NUMBER.fullmatch(one.text))
    for text in texts:
        draft, every = search.best, _scalars(search)
        if len(text) == 1 or search.take(_rewritten(draft, every, {text: b"1"})):
            continue

        fewest(text, _Digits(search, draft, every, text).holds)


class _Digits(NamedTuple):
    """One number, wherever it is written so, on its way to fewer digits."""

    search: Search
    draft: Draft
    every: Sequence[Scalar]
    text: bytes

    def holds(self, kept: Sequence[int]) -> bool:
        """Whether these digits do; they must be a number."""
        new = {self.text: bytes(kept)}
        fits = _NUMBER.fullmatch(bytes(kept)) is not None
        return fits and self.search.take(_rewritten(self.draft, self.every, new))


def _fewer_characters(search: Search) -> None:
    """Strings at one path are cut as one text, for a value may be spread over many chunks."""
    for path in dict.fromkeys(one.path for one in _strings(search)):
        _cut(search, path)
    # After that each on its own, where it says something that others at its path must not lose.
    _cut(search, None)


def _cut(search: Search, path: Path | None) -> None:
    draft = search.best
    every = [one for one in _strings(search) if path is None or one.path == path]
    if path is None:
        _cut_alike(search, every)
        return
    signs = list(_signs(every))

    def holds(kept: Sequence[_Sign]) -> bool:
        return search.take(draft.edited(_spelled(every, kept)))

    if len(signs) > 1:
        fewest(signs, holds)


def _cut_alike(search: Search, every: Sequence[Scalar]) -> None:
    """Strings that are written alike are cut alike, wherever they stand."""
    for text in dict.fromkeys(one.text for one in every):
        draft = search.best
        alike = [one for one in _strings(search) if one.text == text]
        if len(text) <= len('"a"') or len(alike) < 2:
            continue

        def holds(kept: Sequence[str], draft: Draft = draft, alike: list[Scalar] = alike) -> bool:
            new = b'"%s"' % "".join(kept).encode()
            return search.take(draft.edited(Edit(one.start, one.end, new) for one in alike))

        fewest(_characters(text), holds)


def _plainer_characters(search: Search) -> None:
    """What takes more than one byte becomes a letter where it can."""
    draft, every = search.best, _strings(search)
    signs = list(_signs(every))
    wide = [sign for sign in signs if len(sign.text.encode()) > 1]
    changing = set(wide)

    def holds(kept: Sequence[_Sign]) -> bool:
        staying = set(kept)
        plain = [
            sign._replace(text="a") if sign in changing and sign not in staying else sign
            for sign in signs
        ]
        return search.take(draft.edited(_spelled(every, plain)))

    fewest(wide, holds)


def _characters(text: bytes) -> list[str]:
    return _CHARACTER.findall(text[1:-1].decode())


def _signs(every: Sequence[Scalar]) -> Iterator[_Sign]:
    for number, one in enumerate(every):
        for place, text in enumerate(_characters(one.text)):
            yield _Sign(number, place, text)


def _spelled(every: Sequence[Scalar], signs: Iterable[_Sign]) -> Iterator[Edit]:
    """The edits that leave of each string the signs that are its own."""
    texts = [""] * len(every)
    for sign in signs:
        texts[sign.scalar] += sign.text
    for one, text in zip(every, texts, strict=True):
        new = b'"%s"' % text.encode()
        if new != one.text:
            yield Edit(one.start, one.end, new)
