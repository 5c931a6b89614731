"""Finds the inputs that a user named and reads them; it opens files so that nobody below must."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamgauge import data
from streamgauge.capture import importers
from streamgauge.capture.limits import Unreadable
from streamgauge.capture.request import request_from_json
from streamgauge.capture.sniff import plain_name, wanted
from streamgauge.exchange import Exchange, Request

_BIGGEST = 512 * 1024 * 1024
_FIXTURE = "fixture.toml"
_KEY_NAME = re.compile(r"(?:API_?KEY|_TOKEN|_SECRET|ACCESS_KEY)$", re.IGNORECASE)
_SHORTEST_SECRET = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file to be judged. `source` is how the user would name it; `named` whether he did."""

    source: str
    path: Path | None
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the arguments came to: inputs in order, files passed over, and what is wrong."""

    inputs: tuple[Input, ...]
    passed_over: int
    errors: tuple[str, ...]


def find(paths: tuple[str, ...]) -> Found:
    """Every input below the named paths, folders searched in sorted order."""
    inputs: list[Input] = []
    errors: list[str] = []
    passed_over = 0
    for path in paths:
        if path == "-":
            inputs.append(Input(source="-", path=None, named=True))
        elif os.path.isdir(path):
            inside, left = _search(path)
            inputs += inside
            passed_over += left
            if not inside:
                errors.append(f"{path}: no recording in this folder (looked for {_ENDINGS})")
        else:
            inputs.append(Input(source=path, path=Path(path), named=True))
    return Found(inputs=tuple(inputs), passed_over=passed_over, errors=tuple(errors))


_ENDINGS = ".sse .txt .jsonl .json .yaml .yml .har, also .gz"


def _search(folder: str) -> tuple[list[Input], int]:
    found: list[Input] = []
    passed_over = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        fixture = _FIXTURE in names
        for name in sorted(names):
            recording = name.startswith("stream.") if fixture else wanted(name)
            if recording and not name.startswith("."):
                path = os.path.join(root, name)
                found.append(Input(source=path, path=Path(path), named=False))
            else:
                passed_over += 1
    return found, passed_over


def read(one: Input, secrets: tuple[bytes, ...], request: Request | None) -> list[Exchange]:
    """The exchanges of one input. Raises Unreadable with one line for the user."""
    content = _content(one)
    exchanges = importers.read(one.source, content, secrets=secrets)
    described = description(one)
    if described is not None:
        from streamgauge.capture.fixture import described_as

        exchanges = [described_as(exchange, described) for exchange in exchanges]
    request = request or _request_beside(one)
    if request is None:
        return exchanges
    from dataclasses import replace

    return [
        exchange if exchange.request is not None else replace(exchange, request=request)
        for exchange in exchanges
    ]


def _content(one: Input) -> bytes:
    try:
        if one.path is None:
            return sys.stdin.buffer.read(_BIGGEST + 1)[:_BIGGEST]
        if one.path.stat().st_size > _BIGGEST:
            raise Unreadable(f"larger than {_BIGGEST // 1024 // 1024} MiB")
        return one.path.read_bytes()
    except FileNotFoundError:
        raise Unreadable("no such file") from None
    except OSError as error:
        raise Unreadable(error.strerror or type(error).__name__) from None


def request_of(path: str) -> Request:
    """A request file that the user named. Raises Unreadable."""
    content = _content(Input(source=path, path=Path(path), named=True))
    return request_from_json(content)


def _request_beside(one: Input) -> Request | None:
    if one.path is None:
        return None
    name = one.path.name
    stem = name[: len(plain_name(name))]
    stem = stem[: stem.rfind(".")] if "." in stem else stem
    for beside in (f"{stem}.request.json", f"{name}.request.json"):
        path = one.path.with_name(beside)
        if path.is_file():
            return request_of(str(path))
    if (one.path.parent / _FIXTURE).is_file() and (one.path.parent / "request.json").is_file():
        return request_of(str(one.path.parent / "request.json"))
    return None


def description(one: Input) -> Mapping[str, Any] | None:
    """The fixture.toml beside an input, where it is a fixture's stream."""
    if one.path is None or not one.path.name.startswith("stream."):
        return None
    described = one.path.parent / _FIXTURE
    if not described.is_file():
        return None
    try:
        return data.toml_file(described)
    except data.DataError as error:
        raise Unreadable(str(error)) from None


def secrets() -> tuple[bytes, ...]:
    """The values of key variables in the environment: they are redacted wherever they turn up."""
    return tuple(
        value.encode("utf-8", "surrogateescape")
        for name, value in sorted(os.environ.items())
        if _KEY_NAME.search(name) and len(value) >= _SHORTEST_SECRET
    )
