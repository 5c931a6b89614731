"""Where translated requests go: a base URL, and what its API wants in the head of a request.

It must never follow a redirect (a key would go with it), and never keep a key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx

from streamgauge.dialects.dialect import Dialect, Facts
from streamgauge.exchange import Headers
from streamgauge.translate.asking import Asking

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_KEY_HEADERS = ("x-api-key", "x-goog-api-key", "api-key", "authorization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """An API to translate for. Times in seconds: `silence` bounds the wait for the next byte.

    `model` replaces the model that clients name. `facts` are the vendor's, narrowed to the dialect.
    """

    url: str
    facts: Facts
    model: str | None = None
    connect: float = 10.0
    silence: float = 120.0

    def client(self) -> httpx.AsyncClient:
        """A client for all requests; whoever opens it closes it.

        A proxy that the environment names is used, but not for what runs on this machine.
        """
        timeout = httpx.Timeout(self.silence, connect=self.connect)
        near = (urlsplit(self.url).hostname or "") in _THIS_MACHINE
        return httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=not near)

    def request(
        self, client: httpx.AsyncClient, target: Dialect, asking: Asking, key: str | None
    ) -> httpx.Request:
        """The HTTP request of a translated one."""
        headers = {
            "content-type": "application/json",
            "accept": "text/event-stream" if asking.streams else "application/json",
            "accept-encoding": "identity",
            **_fixed(self.facts),
        }
        if key is not None:
            name, form = target.key_header
            headers[name] = form.format(key=key)
        body = json_of(asking.value)
        url = self.url.rstrip("/") + asking.path
        return client.build_request("POST", url, headers=headers, content=body)


def json_of(value: object) -> bytes:
    """JSON as bytes; with escapes where UTF-8 cannot hold it (half of a surrogate pair)."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def key_of(headers: Headers, target: str) -> str | None:
    """The key that a client sent, wherever its dialect puts it; None where there is none."""
    given = {name.lower(): value for name, value in headers}
    for name in _KEY_HEADERS:
        value = given.get(name, "")
        words = value.split(None, 1)
        if len(words) == 2 and words[0].lower() == "bearer":
            return words[1].strip()
        if value.strip() and name != "authorization":
            return value.strip()
    return next(iter(parse_qs(urlsplit(target).query).get("key", ())), None)


def _fixed(facts: Facts) -> dict[str, str]:
    fixed = facts.get("request-headers")
    return {str(k): str(v) for k, v in fixed.items()} if isinstance(fixed, Mapping) else {}
