"""The door behind `streamgauge probe`: one live stream, looked at while it comes."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from streamgauge.capture.recorder import Recorder
from streamgauge.door import outputs, providers
from streamgauge.door.configuration import configuration
from streamgauge.door.preview import Preview
from streamgauge.door.trouble import UsageError, spared
from streamgauge.exchange import Exchange, Seam
from streamgauge.pipeline import Options, judge_exchange
from streamgauge.prompt import Asked, Prompt, Role, Turn
from streamgauge.report.safe_text import shortened, visible
from streamgauge.targets import socket_reader
from streamgauge.targets.asking import wire_request
from streamgauge.targets.reading import Ask, NoAnswerError
from streamgauge.targets.target import Target

_MOST_TOKENS = 1000
_SHOWN = 300
_REDRAWN_S = 0.1
_PREVIEWED = 200_000
"""Bytes up to which the answer is folded anew for the preview; a longer one only counts on."""


def run(word: str | None, options: Mapping[str, Any]) -> int:
    """Probe one target; the exit code."""
    return spared(lambda: _answered(word, options), interrupted="interrupted")


def _answered(word: str | None, options: Mapping[str, Any]) -> int:
    try:
        return asyncio.run(_probe(word, options))
    except NoAnswerError as error:
        raise UsageError(f"no answer: {error}") from None


async def _probe(word: str | None, options: Mapping[str, Any]) -> int:
    configured = configuration(Path.cwd()).get("targets", {})
    found = providers.wanted(word, options, configured)[:1]
    async with AsyncExitStack() as stack:
        (target,) = await providers.played(found, stack, 1.0)
        if target.lacks_key:
            names = " or ".join(target.key_env)
            raise UsageError(f"{target.name}: no key: set {names} in the environment")
        path = Path(options["trace"])
        _make_folder(path.parent)
        secrets = tuple(providers.secrets([target]))
        recorder = stack.enter_context(Recorder(path, secrets))
        exchange = await _read(target, options["prompt"], recorder, secrets)
    return _tell(target, exchange, path)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--trace {folder}: {error.strerror}") from None


async def _read(
    target: Target, said: str, recorder: Recorder, secrets: tuple[bytes, ...]
) -> Exchange:
    asked = Asked(stream=True, model=target.model, max_tokens=_MOST_TOKENS, include_usage=True)
    prompt = Prompt(asked=asked, turns=(Turn(role=Role.USER, text=said),))
    request = wire_request(target, prompt, key=target.key)
    with _Screen(target, secrets) as screen:
        ask = Ask(request=request, timeouts=target.timeouts, watch=screen.take)
        return await socket_reader.read(ask, recorder.begin(request, seam=Seam.SOCKET))


class _Screen:
    """What has come so far, redrawn now and then; a terminal only."""

    def __init__(self, target: Target, secrets: tuple[bytes, ...]) -> None:
        self._preview = Preview(secrets)
        self._dialect = target.dialect.name
        console = Console(file=sys.stderr, markup=False, highlight=False, emoji=False)
        self._shows = console.is_terminal
        self._screen = Live(console=console, transient=True, auto_refresh=False)
        self._body = bytearray()
        self._pieces = 0
        self._drawn = 0.0

    def __enter__(self) -> _Screen:
        if self._shows:
            self._screen.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._shows:
            self._screen.stop()

    def take(self, data: bytes, ms: float) -> bool:
        """A piece came; never asks to let go."""
        self._pieces += 1
        self._body += data
        now = time.monotonic()
        if self._shows and now - self._drawn >= _REDRAWN_S:
            self._drawn = now
            said = shortened(self._said(), _SHOWN)
            counts = f"{self._pieces} pieces, {len(self._body):,} bytes, {ms:.0f} ms\n"
            self._screen.update(Text(counts, "dim").append(said, "not dim"), refresh=True)
        return False

    def _said(self) -> str:
        if len(self._body) > _PREVIEWED:
            return "…"
        return self._preview.said(bytes(self._body), self._dialect)


def _tell(target: Target, exchange: Exchange, path: Path) -> int:
    judged = judge_exchange(
        exchange, Options(dialect=target.dialect.name, vendor=target.profile.slug)
    )
    record = {**judged.record, "source": f"{target.name} · {target.model}"}
    printer = outputs.printer({"quiet": False, "format_": "text", "notes": True}, few=True)
    printer.result(record)
    for line in _figures(record, exchange):
        print(f"  {line}")
    print(f"  kept in {path}; judge it again with")
    print(f"  streamgauge check {path} --vendor {target.profile.slug}")
    refused = int((exchange.head.status or 0) >= 400)
    return {"fail": 1, "unreadable": 2, "unsupported": 2}.get(record["verdict"], refused)


def _figures(record: Mapping[str, Any], exchange: Exchange) -> list[str]:
    metadata, status = record["metadata"], exchange.head.status
    lines = [
        f"status {status}, {metadata['bytes']:,} bytes in {len(exchange.arrivals or ())} pieces, "
        f"{metadata['events']} events, {metadata['chunks']} chunks, closed {metadata['close']}"
    ]
    timings = metadata["timings"]
    if timings:
        first = {name: ms for name, ms in timings["first_ms"].items() if ms is not None}
        lines.append("first token: " + (", ".join(_each(first)) or "none"))
        lines.append(f"total {_ms(timings['total_ms'])}, longest gap {_ms(timings['max_gap_ms'])}")
    usage = (record["message"] or {}).get("usage")
    if usage:
        counts = {n: c for n, c in usage.items() if n != "raw" and c is not None}
        lines.append("usage: " + ", ".join(f"{n} {c}" for n, c in counts.items()))
    error = (record["message"] or {}).get("error")
    if error:
        lines.append(f"error: {visible(str(error['message']))}")
    return lines


def _each(first: Mapping[str, float]) -> list[str]:
    return [f"{name} {_ms(ms)}" for name, ms in first.items()]


def _ms(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1f} ms"
