"""HTTP clients are found by what they have, in SDKs that were never heard of."""

from __future__ import annotations

import importlib
from typing import Any

import httpx
import pytest

from streamgauge.capture.sdk import choosers, has_pool, http_clients, transports


class Holder:
    """An object with these attributes."""

    def __init__(self, **held: object) -> None:
        self.__dict__.update(held)


@pytest.fixture
def client() -> httpx.Client:
    return httpx.Client(trust_env=False)


def test_who_would_ask_by_aiohttp_is_found(client: httpx.Client) -> None:
    inner = Holder(_async_client=client, _use_aiohttp=lambda: True)
    assert choosers(Holder(_api_client=inner)) == [inner]
    assert choosers(Holder(_api_client=client)) == []


def test_a_client_is_its_own(client: httpx.Client) -> None:
    assert http_clients(client) == [client]


def test_a_client_is_found_behind_others(client: httpx.Client) -> None:
    sdk = Holder(_client=client)
    model = Holder(root_client=sdk, client=Holder(_client=sdk), key="k", async_client=None)
    assert http_clients(model) == [client]


def test_circles_end(client: httpx.Client) -> None:
    sdk = Holder(_client=client)
    sdk.__dict__["parent_client"] = sdk
    assert http_clients(sdk) == [client]


@pytest.mark.parametrize("other", [None, 7, "text", Holder(_client=7), Holder(pool=object())])
def test_what_holds_none_has_none(other: object) -> None:
    assert http_clients(other) == []


def test_transports_for_proxies_and_in_wrappers_are_found() -> None:
    inner, proxy = httpx.HTTPTransport(), httpx.HTTPTransport(proxy="http://127.0.0.1:1")

    class Wrapper(httpx.BaseTransport):
        def __init__(self) -> None:
            self._wrapped_transport = inner

    with httpx.Client(transport=Wrapper(), mounts={"all://x": proxy, "all://y": None}) as client:
        assert transports(client) == [inner, proxy]


def test_a_transport_without_connections_is_one_too() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    with httpx.Client(transport=transport) as client:
        assert [has_pool(one) for one in transports(client)] == [False]


@pytest.mark.parametrize(
    ("module", "names", "options", "clients"),
    [
        ("openai", ("OpenAI", "AsyncOpenAI"), {"api_key": "k"}, 1),
        ("anthropic", ("Anthropic", "AsyncAnthropic"), {"api_key": "k"}, 1),
        ("google.genai", ("Client",), {"api_key": "k"}, 2),
    ],
    ids=["openai", "anthropic", "google-genai"],
)
def test_the_clients_of_real_sdks_are_found(
    module: str, names: tuple[str, ...], options: dict[str, Any], clients: int
) -> None:
    pytest.importorskip(module)
    for name in names:
        sdk = getattr(importlib.import_module(module), name)(**options)
        found = http_clients(sdk)
        assert len(found) == clients
        assert all(has_pool(one) for client in found for one in transports(client))
