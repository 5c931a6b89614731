"""The door behind `streamgauge serve --translate`: a proxy between two dialects, until stopped.

Every mistake of the user is one line before anything listens. It must never print a key.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from streamgauge.dialects.catalogue import DIALECTS
from streamgauge.dialects.dialect import Dialect
from streamgauge.door import inputs
from streamgauge.pipeline import profiles
from streamgauge.proxy import Handled, Proxy, Upstream, log_line
from streamgauge.translate import Translator, Untranslatable
from streamgauge.vendors.profile import Profile, by_host, find


class Unusable(Exception):
    """What the user asked for cannot be done; one line that says why."""


def run(options: Mapping[str, Any]) -> int:
    """Translate until interrupted; the exit code."""
    try:
        translator, upstream = prepared(options)
        asyncio.run(_until_stopped(translator, upstream, options))
    except (Unusable, Untranslatable) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"cannot serve: {error.strerror or error}")
    return 0


def prepared(options: Mapping[str, Any]) -> tuple[Translator, Upstream]:
    """The translator and where it sends requests. Raises Unusable, Untranslatable."""
    source, target = _pair(options["translate"])
    url = options["upstream"]
    if not url:
        raise Unusable("--translate needs --upstream URL: where requests are sent")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Unusable("--upstream is no http or https address")
    facts = _profile(options["upstream_vendor"], url, target).narrowed(target.name).facts
    upstream = Upstream(url=url, facts=facts, model=options["upstream_model"])
    return Translator(source, target, facts=facts), upstream


def _pair(text: str) -> tuple[Dialect, Dialect]:
    """`FROM:TO`, what the client speaks and what the upstream does."""
    known = {dialect.name: dialect for dialect in DIALECTS}
    source, colon, target = text.partition(":")
    for name in (source, target):
        if colon and name not in known:
            raise Unusable(f"--translate {text}: no dialect {name!r}; known: {', '.join(known)}")
    if not colon:
        raise Unusable(f"--translate {text}: it is FROM:TO, such as anthropic-messages:gemini")
    return known[source], known[target]


def _profile(vendor: str, url: str, target: Dialect) -> Profile:
    found = find(profiles(), vendor)
    if vendor == "auto":
        found = by_host(profiles(), urlsplit(url).hostname or "") or find(profiles(), "unknown")
    if found is None or target.name not in found.dialects:
        raise Unusable(f"--upstream-vendor {vendor}: no such vendor speaks {target.name}")
    return found


async def _until_stopped(
    translator: Translator, upstream: Upstream, options: Mapping[str, Any]
) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with _log(options["log"]) as log:
        proxy = Proxy(translator, upstream, host=options["host"], port=options["port"], log=log)
        async with proxy:
            print(proxy.url, flush=True)
            pair = f"{translator.source.name} -> {translator.target.name}"
            print(f"translating {pair} · stop with Ctrl-C", file=sys.stderr, flush=True)
            await stopped.wait()


@contextlib.contextmanager
def _log(path: str | None) -> Iterator[Callable[[Handled], None]]:
    if path is None:
        yield lambda _: None
        return
    known = inputs.secrets()
    with Path(path).open("a", encoding="utf-8") as file:

        def write(handled: Handled) -> None:
            file.write(log_line(handled, known) + "\n")
            file.flush()

        yield write


def _fail(says: str) -> int:
    print(f"streamgauge: {says}", file=sys.stderr)
    return 2
