"""Find the HTTP clients that a client of an API holds, and their transports.

SDKs keep an httpx or httpx2 client under some attribute whose name says so; a client keeps
transports, a transport its pool. All are known by what they have, so that no SDK is imported and
one that is made tomorrow works too. It only looks; what it finds is changed by `record`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

_DEEP: Final = 4
"""An SDK's resource, its client, its HTTP client; a framework's model may stand before them."""


def http_clients(holder: object) -> list[Any]:
    """The HTTP clients in an object: itself, or what its attributes named for clients hold.

    >>> class Http:
    ...     _transport, _mounts = None, {}
    ...     def send(self): ...
    >>> class Sdk:
    ...     def __init__(self): self._client = Http()
    >>> [type(client).__name__ for client in http_clients(Sdk())]
    ['Http']
    """
    return [one for one in _walked(holder, _DEEP, set()) if _is_http_client(one)]


def choosers(holder: object) -> list[Any]:
    """The holders that ask by aiohttp where it is installed, though they hold an httpx client.

    google-genai does, in asynchronous requests (`BaseApiClient._use_aiohttp`, 3.4.0).
    """
    return [one for one in _walked(holder, _DEEP, set()) if callable(getattr(one, CHOICE, None))]


CHOICE: Final = "_use_aiohttp"
"""The method by which a holder chooses; one that is put in its place decides."""


def _walked(holder: object, deep: int, seen: set[int]) -> Iterator[object]:
    """What is held under names of clients, down to the HTTP clients, each once."""
    if id(holder) in seen:
        return
    seen.add(id(holder))
    yield holder
    if deep and not _is_http_client(holder):
        for held in _held_clients(holder):
            yield from _walked(held, deep - 1, seen)


def _is_http_client(value: object) -> bool:
    return all(hasattr(value, name) for name in ("_transport", "_mounts", "send"))


def _held_clients(holder: object) -> Iterator[object]:
    held = getattr(holder, "__dict__", {})
    return (value for name, value in held.items() if "client" in name.lower() and value is not None)


def transports(client: Any) -> list[Any]:
    """The transports of an HTTP client: its own, and those for proxies.

    Of one that wraps another with a pool, the other.
    """
    own = [client._transport, *client._mounts.values()]
    return [
        inner
        for transport in own
        if transport is not None
        for inner in list(_with_pool(transport, _DEEP)) or [transport]
    ]


def has_pool(transport: Any) -> bool:
    """Whether a transport keeps its connections where a tap can stand."""
    return "_pool" in getattr(transport, "__dict__", {})


def _with_pool(transport: Any, deep: int) -> Iterator[Any]:
    """The transport itself, or one that it wraps, as those for caches and retries do."""
    if has_pool(transport):
        yield transport
    elif deep:
        for name, value in getattr(transport, "__dict__", {}).items():
            if "transport" in name.lower() or "wrapped" in name.lower():
                yield from _with_pool(value, deep - 1)
