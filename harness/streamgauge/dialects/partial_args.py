"""Arguments that arrive as values at JSON paths → the value that they add up to.

A pure fold over all the pieces of one call, in order; linear in their number. It never repairs:
a piece that does not fit is left out and told of, and a string left open keeps what it has.

A piece is `{"jsonPath": "$.a.b[0]", "stringValue": "Bos", "willContinue": true}`; a string goes
on in the next piece of the same path until one lacks `willContinue`. Numbers, booleans and null
arrive whole. Paths are RFC 9535 queries of names and indexes only. Source: `PartialArg` in the
client reference of the Gemini API on Vertex AI.

>>> fold([{"jsonPath": "$.a[0]['x']", "stringValue": "B", "willContinue": True},
...       {"jsonPath": "$.a[0]['x']", "stringValue": "os"}]).value
{'a': [{'x': 'Bos'}]}
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]

DEEPEST = 100
"""Steps that a path may have; deeper ones are told of, not built."""

_STEP = re.compile(
    r"""\.(?P<name>[^\W\d][\w-]*)
      | \[(?P<index>0|[1-9]\d{0,8})\]
      | \['(?P<single>(?:[^'\\]|\\.)*)'\]
      | \["(?P<double>(?:[^"\\]|\\.)*)"\]""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_PLAIN = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_VALUES = ("stringValue", "numberValue", "boolValue", "nullValue")


class Problem(NamedTuple):
    """A piece that did not fit: its number, its path as sent, and why."""

    piece: int
    path: object
    says: str


class Folded(NamedTuple):
    """The value, always an object, and what was wrong on the way."""

    value: dict[str, object]
    problems: tuple[Problem, ...]


def fold(pieces: Sequence[object]) -> Folded:
    """The value of one call's `partialArgs`, all entries of all chunks in one sequence."""
    folder = _Folder()
    for number, piece in enumerate(pieces):
        says = folder.take(piece)
        if says is not None:
            path = piece.get("jsonPath") if isinstance(piece, dict) else None
            folder.problems.append(Problem(number, path, says))
    folder.finish(len(pieces))
    return Folded(folder.root, tuple(folder.problems))


def path_of(text: object) -> Path | None:
    """The steps of a simple JSON path, or None where it is something else."""
    if not isinstance(text, str) or not text.startswith("$"):
        return None
    steps: list[Step] = []
    position = 1
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or len(steps) == DEEPEST:
            return None
        steps.append(_step(match))
        position = match.end()
    return tuple(steps)


def _step(match: re.Match[str]) -> Step:
    if match["index"] is not None:
        return int(match["index"])
    if match["name"] is not None:
        return match["name"]
    quoted = match["single"] if match["single"] is not None else match["double"]
    plain = _ESCAPE.sub(_unescape, quoted)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    if match[1] is not None:
        return chr(int(match[1], 16))
    return _PLAIN.get(match[2], match[2])


class _Folder:
    """The value so far, the paths already set, and the strings still open."""

    def __init__(self) -> None:
        self.root: dict[str, object] = {}
        self.problems: list[Problem] = []
        self._paths: dict[str, Path | None] = {}
        self._open: dict[Path, list[str]] = {}
        self._set: set[Path] = set()

    def take(self, piece: object) -> str | None:
        """Fold one piece; a clause that says why it was left out, or None."""
        if not isinstance(piece, dict):
            return "the piece is not an object"
        path = self._path(piece.get("jsonPath"))
        if not path or not isinstance(path[0], str):
            return "jsonPath is not a path of names and indexes below the arguments"
        members = [member for member in _VALUES if member in piece]
        if len(members) != 1:
            return "the piece does not hold exactly one value"
        if members[0] == "stringValue":
            return self._string(path, piece["stringValue"], piece.get("willContinue") is True)
        value = None if members[0] == "nullValue" else piece[members[0]]
        return _wrong_scalar(members[0], value) or self._place(path, value)

    def finish(self, count: int) -> None:
        """Put the strings that are still open where they belong, and say so."""
        for path, texts in self._open.items():
            self._write(path, "".join(texts))
            self.problems.append(Problem(count, show(path), "the string was left open"))
        self._open = {}

    def _path(self, text: object) -> Path | None:
        if not isinstance(text, str):
            return None
        if text not in self._paths:
            self._paths[text] = path_of(text)
        return self._paths[text]

    def _string(self, path: Path, text: object, goes_on: bool) -> str | None:
        if not isinstance(text, str):
            return "stringValue is not a string"
        texts = self._open.get(path)
        if texts is None:
            says = self._place(path, text)
            if says is None and goes_on:
                self._open[path] = [text]
            return says
        texts.append(text)
        if not goes_on:
            self._write(path, "".join(self._open.pop(path)))
        return None

    def _place(self, path: Path, value: object) -> str | None:
        """Set a new value; the room for it is made on the way."""
        if path in self._set:
            return "the path was set before"
        parent = self._parent(path)
        says = "the path does not fit what is there" if parent is None else _fits(parent, path[-1])
        if says is not None or parent is None:
            return says
        _put(parent, path[-1], value)
        self._set.add(path)
        return None

    def _parent(self, path: Path) -> object:
        """The container of the last step; None where the path runs into something else."""
        here: object = self.root
        for step, following in itertools.pairwise(path):
            new = _get(here, step)
            if new is None:
                hole = isinstance(following, int) and following != 0
                if hole or _fits(here, step) is not None:
                    return None
                new = [] if isinstance(following, int) else {}
                _put(here, step, new)
            here = new
        return here

    def _write(self, path: Path, text: str) -> None:
        """Replace the beginning of a string, which stands there already, by the whole of it."""
        parent: object = self.root
        for step in path[:-1]:
            parent = _get(parent, step)
        match parent, path[-1]:
            case dict(), step:
                parent[step] = text
            case list(), int(index):
                parent[index] = text


def show(path: Path) -> str:
    """A path in the words of RFC 9535.

    >>> show(("a", 0, "x y"))
    '$["a"][0]["x y"]'
    """
    return "$" + "".join(f"[{json.dumps(step)}]" for step in path)


def _wrong_scalar(member: str, value: object) -> str | None:
    if member == "numberValue" and (isinstance(value, bool) or not isinstance(value, (int, float))):
        return "numberValue is not a number"
    if member == "boolValue" and not isinstance(value, bool):
        return "boolValue is not a boolean"
    return None


def _get(container: object, step: Step) -> object:
    if isinstance(container, dict):
        return container.get(step)
    if isinstance(container, list) and isinstance(step, int) and step < len(container):
        found: object = container[step]
        return found
    return None


def _fits(container: object, step: Step) -> str | None:
    """Why a new value cannot stand at this step. Array elements come in order, without holes."""
    if isinstance(container, dict):
        if isinstance(step, int):
            return "an index stands where there is an object"
        return "something else is there already" if step in container else None
    if not isinstance(container, list):
        return "a value stands where the path goes on"
    if isinstance(step, str):
        return "a name stands where there is an array"
    return None if step == len(container) else "the array has a hole or the element is there"


def _put(container: object, step: Step, value: object) -> None:
    if isinstance(container, dict):
        container[step] = value
    elif isinstance(container, list):
        container.append(value)
