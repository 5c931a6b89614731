"""What every test of this project stands on: our plugin, no network, hypothesis profiles, corpus.

Fixtures that only some tests need live beside those tests.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent

# Duty 1: no network but loopback, unless live tests were selected.


class NetworkBlockedError(RuntimeError):
    """A test reached for a host that is not this machine."""


def pytest_configure(config: pytest.Config) -> None:
    """Guard the sockets from collection on; undone when pytest ends."""
    if not live_selected(config.option.markexpr):
        patch = pytest.MonkeyPatch()
        config.add_cleanup(patch.undo)
        block_network(patch)


def live_selected(expression: str) -> bool:
    """Whether a `-m` expression asks for live tests: it names `live` and does not negate it."""
    return re.search(r"(?<!not )\blive\b", expression) is not None


def block_network(patch: pytest.MonkeyPatch) -> None:
    """Let only loopback addresses and local sockets through; names are not looked up either."""
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _guarded_method(getattr(socket.socket, name)))
    patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))


def _guarded_method(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_unless_loopback(address[0])
        return original(self, address)

    return guarded


def _guarded_lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        # No host means "this machine": what a server asks for before it listens.
        if host is not None:
            _refuse_unless_loopback(host)
        return original(host, *args, **kwargs)

    return guarded


def _refuse_unless_loopback(host: str | bytes) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if not _is_loopback(name):
        raise NetworkBlockedError(
            f"tests reach no network but loopback; this one wanted {name!r} "
            "(live tests are selected with -m live)"
        )


def _is_loopback(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name in ("", "localhost")
    # A server that listens everywhere is asked for by the unspecified address.
    return address.is_loopback or address.is_unspecified


# Duty 2: the hypothesis profiles. `ci` is the default, `--hypothesis-profile long` the other.
# Neither has a deadline: time per example on a shared machine says nothing about the code, and a
# law that fails now and then for slowness would be switched off. Slowness has its own benchmark.

settings.register_profile("ci", max_examples=60, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "long",
    max_examples=20_000,
    deadline=None,
    derandomize=False,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci")


# Duty 3: where the recorded streams are. They lie beside the project and never inside it.


def corpus_root() -> Path:
    """The folder that STREAMGAUGE_CORPUS names, by default `../shared/corpus`."""
    return Path(os.environ.get("STREAMGAUGE_CORPUS") or ROOT.parent / "shared" / "corpus")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip tests marked `corpus` where there is none, with that reason."""
    if item.get_closest_marker("corpus"):
        _require_corpus()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of recorded streams; a test that asks for it is skipped where it is missing."""
    return _require_corpus()


def _require_corpus() -> Path:
    folder = corpus_root()
    if not folder.is_dir():
        pytest.skip(f"no recorded streams at {folder}; STREAMGAUGE_CORPUS names the folder")
    return folder
