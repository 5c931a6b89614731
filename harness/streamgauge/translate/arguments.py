"""The arguments of one tool call while they come in: begun, appended to, finished.

Text is never changed and never repaired. Where it is no JSON the answer says exactly where and why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from streamgauge.transcript.partial_json import broken
from streamgauge.wire.payload import parse

LIMIT = 8 * 1024 * 1024
"""Characters that the arguments of one call may have."""

_MARK = re.compile(r'["\\{}\[\]]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What the text was worth: its value, or `problem`, one line that says where it broke.

    No text at all is the empty object, as every dialect means it.
    """

    text: str
    value: object = None
    problem: str | None = None


class TooLong(ValueError):
    """More arguments than anybody may send."""


class Arguments:
    """One call's arguments. Work is linear in the text, however it is cut."""

    def __init__(self, limit: int = LIMIT) -> None:
        """Nothing came yet; `limit` counts characters."""
        self._limit = limit
        self._pieces: list[str] = []
        self._size = 0
        self._depth = 0
        self._begun = False
        self._in_string = False
        self._escaped = False

    @property
    def whole(self) -> bool:
        """Whether an object or array has been closed, so that only blanks could still follow."""
        return self._begun and not self._depth and not self._in_string

    def append(self, text: str) -> None:
        """Take a piece. Raises TooLong, with the limit."""
        self._size += len(text)
        if self._size > self._limit:
            raise TooLong(f"the arguments of a call are longer than {self._limit} characters")
        self._pieces.append(text)
        at = 0
        if self._escaped and text:
            at, self._escaped = 1, False
        while (mark := _MARK.search(text, at)) is not None:
            at = mark.end()
            at = self._step(mark[0], text, at)

    def _step(self, mark: str, text: str, at: int) -> int:
        """Take one mark into account; where to look on."""
        match mark:
            case "\\" if self._in_string:
                self._escaped = at == len(text)
                return at + 1
            case '"':
                self._in_string = not self._in_string
            case "{" | "[" if not self._in_string:
                self._depth += 1
                self._begun = True
            case "}" | "]" if not self._in_string:
                self._depth -= 1
        return at

    def finish(self) -> Finished:
        """All of it, judged.

        >>> arguments = Arguments()
        >>> arguments.append('{"a": tru')
        >>> arguments.finish().problem
        'not JSON at character 9: the text ends inside a literal'
        """
        text = "".join(self._pieces)
        if not text.strip():
            return Finished(text=text, value={})
        payload = parse(text.encode("utf-8", "surrogatepass"))
        if payload.readable:
            return Finished(text=text, value=payload.value)
        where = broken(text)
        if where is None:
            return Finished(text=text, problem="no JSON that can be read")
        inside = f", in {where.path}" if where.path else ""
        says = f"not JSON at character {where.valid}{inside}: {where.says}"
        return Finished(text=text, problem=says)
