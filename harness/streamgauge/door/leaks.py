"""Looks for live keys in what a run has written. Redaction stands before it; this is the net below.

It says where and never what.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from streamgauge.capture.secret_forms import forms_of


def found(paths: Iterable[Path], secrets: Sequence[bytes]) -> list[str]:
    """The places `file:line` where one of the secrets stands, in any form that is known."""
    forms = forms_of(secrets)
    if not forms:
        return []
    return [place for path in paths for place in _in(path, forms)]


class Mask:
    """Overwrites keys in records: a provider may send one back in pieces that only folding joins.

    `seen` names the results that one was found in.
    """

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._forms = [form.decode("utf-8", "surrogateescape") for form in forms_of(secrets)]
        self.seen: list[str] = []

    def clean(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record without keys; the same one where there are none."""
        made = self._without(record)
        if made == record:
            return record
        assert isinstance(made, dict)
        self.seen.append(str(made["source"]))
        return made

    def _without(self, value: object) -> object:
        match value:
            case str():
                for form in self._forms:
                    value = value.replace(form, "*" * len(form))
                return value
            case dict():
                return {self._without(name): self._without(one) for name, one in value.items()}
            case list() | tuple():
                return [self._without(one) for one in value]
            case _:
                return value


def _in(path: Path, forms: Sequence[bytes]) -> Iterator[str]:
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if any(form in line for form in forms) or _packed(line, forms):
            yield f"{path}:{number}"


def _packed(line: bytes, forms: Sequence[bytes]) -> bool:
    """Whether the packed body of a result line holds one."""
    if not line.startswith(b"{") or b"zlib+base64" not in line:
        return False
    try:
        body = json.loads(line)["body"]["data"]
        plain = zlib.decompress(base64.b64decode(body))
    except (ValueError, KeyError, TypeError, zlib.error):
        return False
    return any(form in plain for form in forms)
