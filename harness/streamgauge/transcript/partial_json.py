"""How far a broken JSON text is JSON: the longest valid prefix, where it broke, what was open.

One pass over the text with an explicit stack, so that a long cut argument costs no more than its
length. It never repairs and never guesses what would have come.
"""

from __future__ import annotations

import json
import re

from streamgauge.message import Broken

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_NUMBER_BEGIN = re.compile(
    r"-?(?:(?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?(?:(?<=[0-9])[eE][+-]?[0-9]*+)?)?"
)
_ESCAPE_BEGIN = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?")
_LITERALS = ("true", "false", "null")


class _Scan:
    """The state of one pass: a stack of open containers and what may come next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.stack: list[str] = []
        self.path: list[str | int] = []
        self.expects = "value"
        self.in_string = False

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at


def broken(text: str) -> Broken | None:
    """Where `text` stops being the beginning of one JSON value; None if it is a whole one."""
    scan = _Scan(text)
    says = _run(scan)
    if says is None:
        return None
    opened = (*scan.stack, '"') if scan.in_string else tuple(scan.stack)
    return Broken(valid=scan.at, opened=opened, path=_pointer(scan), says=says)


def _pointer(scan: _Scan) -> str:
    """The value that was being read or, where none had begun, what it would have stood in."""
    steps = scan.path if scan.expects == "value" else scan.path[:-1]
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _run(scan: _Scan) -> str | None:
    """Scan to the end; what is wrong there, or None for a whole value."""
    while True:
        scan.space()
        if scan.at >= len(scan.text):
            return None if scan.expects == "end" else "the text ends early"
        if scan.expects == "end":
            return "something follows the value"
        says = _step(scan, scan.text[scan.at])
        if says is not None:
            return says


def _step(scan: _Scan, sign: str) -> str | None:
    expects = scan.expects
    if expects in ("value", "value or ]"):
        if sign == "]" and expects == "value or ]":
            return _close(scan, sign)
        return _value(scan, sign)
    if expects in ("key", "key or }"):
        if sign == "}" and expects == "key or }":
            return _close(scan, sign)
        return _key(scan, sign)
    if expects == ":":
        return _take(scan, sign, ":", "value")
    if sign in "}]":
        return _close(scan, sign)
    if sign != ",":
        return f"a comma or a closing bracket was expected, not {sign!r}"
    scan.at += 1
    if isinstance(scan.path[-1], int):
        scan.path[-1] += 1
    scan.expects = "key" if scan.stack[-1] == "{" else "value"
    return None


def _take(scan: _Scan, sign: str, wanted: str, then: str) -> str | None:
    if sign != wanted:
        return f"{wanted!r} was expected, not {sign!r}"
    scan.at += 1
    scan.expects = then
    return None


def _value(scan: _Scan, sign: str) -> str | None:
    scan.expects = "value"
    if sign in "{[":
        scan.stack.append(sign)
        scan.path.append("" if sign == "{" else 0)
        scan.at += 1
        scan.expects = "key or }" if sign == "{" else "value or ]"
        return None
    if sign == '"':
        says = _string(scan)
    elif sign == "-" or (sign.isascii() and sign.isdigit()):
        says = _number(scan)
    else:
        says = _literal(scan, sign)
    if says is None:
        _after_value(scan)
    return says


def _after_value(scan: _Scan) -> None:
    scan.expects = "comma" if scan.stack else "end"


def _close(scan: _Scan, sign: str) -> str | None:
    if {"}": "{", "]": "["}[sign] != scan.stack[-1]:
        return f"{sign!r} closes what {scan.stack[-1]!r} opened"
    scan.stack.pop()
    scan.path.pop()
    scan.at += 1
    _after_value(scan)
    return None


def _key(scan: _Scan, sign: str) -> str | None:
    if sign != '"':
        return f"a key in quotes was expected, not {sign!r}"
    start = scan.at
    says = _string(scan)
    if says is None:
        scan.path[-1] = json.loads(scan.text[start : scan.at])
        scan.expects = ":"
    return says


def _string(scan: _Scan) -> str | None:
    found = _STRING.match(scan.text, scan.at)
    end = found.end() if found else scan.at
    if end < len(scan.text) and scan.text[end] == '"':
        scan.at = end + 1
        return None
    scan.in_string = True
    escape = _ESCAPE_BEGIN.match(scan.text, end)
    scan.at = escape.end() if escape else end
    if scan.at >= len(scan.text):
        return "the text ends inside a string"
    return f"{scan.text[scan.at]!r} may not stand here in a string"


def _number(scan: _Scan) -> str | None:
    found = _NUMBER.match(scan.text, scan.at)
    begun = _NUMBER_BEGIN.match(scan.text, scan.at)
    if begun is not None and begun.end() == len(scan.text):
        whole = found is not None and found.end() == begun.end()
        scan.at = begun.end()
        return None if whole else "the text ends inside a number"
    if begun is not None and (found is None or begun.end() > found.end()):
        scan.at = begun.end()
        return f"a digit was expected, not {scan.text[scan.at]!r}"
    scan.at = found.end() if found else scan.at
    return None


def _literal(scan: _Scan, sign: str) -> str | None:
    rest = scan.text[scan.at : scan.at + 5]
    for word in _LITERALS:
        if rest.startswith(word):
            scan.at += len(word)
            return None
        if word.startswith(rest):
            scan.at = len(scan.text)
            return "the text ends inside a literal"
    scan.at += max(_shared(rest, word) for word in _LITERALS)
    return f"a value was expected, not {sign!r}"


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
