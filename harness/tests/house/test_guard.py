"""The root conftest: tests reach loopback and nothing else, and live tests open the door."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path
from types import ModuleType

import pytest

# Reserved for documentation (RFC 5737 and RFC 3849): nobody answers there even without the guard.
ELSEWHERE = {
    "IPv4": (socket.AF_INET, ("192.0.2.1", 443)),
    "IPv6": (socket.AF_INET6, ("2001:db8::1", 443)),
    "a name": (socket.AF_INET, ("provider.example", 443)),
}

EXPRESSIONS = [
    ("", False),
    ("live", True),
    ("live and not browser", True),
    ("browser or live", True),
    ("not live", False),
    ("browser", False),
    ("alive", False),
]


@pytest.fixture(scope="module")
def guard(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("root_conftest", root / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
@pytest.mark.parametrize(("family", "address"), ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_no_socket_reaches_another_machine(
    family: socket.AddressFamily, address: tuple[str, int], method: str
) -> None:
    with socket.socket(family) as client, pytest.raises(RuntimeError, match="no network"):
        getattr(client, method)(address)


@pytest.mark.parametrize("host", ["provider.example", b"provider.example", "192.0.2.1"])
def test_no_other_name_is_looked_up(host: str | bytes) -> None:
    with pytest.raises(RuntimeError, match="wanted '"):
        socket.getaddrinfo(host, 443)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.8.8"])
def test_loopback_is_open(host: str) -> None:
    with socket.create_server(("127.0.0.1" if host == "localhost" else host, 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection((host, port), timeout=5) as client:
            assert client.getpeername()[1] == port


@pytest.mark.parametrize(("expression", "selected"), EXPRESSIONS)
def test_only_a_live_selection_opens_the_network(
    guard: ModuleType, expression: str, selected: bool
) -> None:
    assert guard.live_selected(expression) is selected


def test_the_corpus_is_where_the_environment_says(
    guard: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STREAMGAUGE_CORPUS", str(tmp_path))
    assert guard.corpus_root() == tmp_path
    monkeypatch.delenv("STREAMGAUGE_CORPUS")
    assert guard.corpus_root() == root.parent / "shared" / "corpus"


def test_a_test_of_the_corpus_is_skipped_with_the_reason_where_there_is_none(
    guard: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STREAMGAUGE_CORPUS", str(tmp_path / "absent"))
    with pytest.raises(pytest.skip.Exception, match="STREAMGAUGE_CORPUS names the folder"):
        guard._require_corpus()


def test_the_long_profile_tries_at_least_20_000_examples() -> None:
    from hypothesis import settings

    assert settings.get_profile("long").max_examples >= 20_000
    assert settings.get_profile("ci").max_examples < 1_000
    assert settings.get_profile("long").deadline is None
    assert settings.get_profile("ci").deadline is None
