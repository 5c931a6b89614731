"""Looks for live keys in what a run has written. Redaction stands before it; this is the net below.

It says where and never what.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from streamgauge.capture.secret_forms import forms_of


def found(paths: Iterable[Path], secrets: Sequence[bytes]) -> list[str]:
    """The places `file:line` where one of the secrets stands, in any form that is known."""
    forms = forms_of(secrets)
    if not forms:
        return []
    return [place for path in paths for place in _in(path, forms)]


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
