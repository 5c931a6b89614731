"""A prompt for a target → the very request that goes over the wire.

Pure: the same prompt gives the same bytes, so that a run can be resumed by a hash of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from streamgauge.exchange import Headers, Request
from streamgauge.prompt import Prompt
from streamgauge.targets.target import Target

_HASHED = 16


def wire_request(
    target: Target, prompt: Prompt, *, key: str | None, extra: Headers = ()
) -> Request:
    """The request, key included: redact it before it is kept.

    `key` stands in for the target's own where a scenario wants a wrong one.
    """
    facts = target.narrowed.facts
    built = {**target.dialect.build(prompt, facts), **target.members}
    body = json.dumps(built, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return Request(
        method="POST",
        url=target.base_url.rstrip("/") + target.dialect.path(prompt),
        headers=(
            ("host", urlsplit(target.base_url).netloc),
            ("content-type", "application/json"),
            ("accept", "text/event-stream" if prompt.asked.stream else "application/json"),
            ("accept-encoding", "identity"),
            ("user-agent", "streamgauge"),
            *_fixed(facts),
            *_key_header(target, facts, key),
            *target.headers,
            *extra,
            ("content-length", str(len(body))),
        ),
        body=body,
    )


def request_hash(request: Request, target: Target) -> str:
    """Names a wire request: method, address and body; never the headers, which hold the key.

    The embedded simulator listens somewhere else each time, so its address does not count.
    """
    url = request.url.removeprefix(target.base_url) if target.embedded else request.url
    said = b"\0".join([request.method.encode(), url.encode(), request.body])
    return hashlib.sha256(said).hexdigest()[:_HASHED]


def _fixed(facts: Mapping[str, object]) -> Headers:
    fixed = facts.get("request-headers")
    return tuple((n, str(v)) for n, v in fixed.items()) if isinstance(fixed, Mapping) else ()


def _key_header(target: Target, facts: Mapping[str, object], key: str | None) -> Headers:
    if key is None:
        return ()
    name, form = target.dialect.key_header
    own = facts.get("key-header")
    if isinstance(own, Mapping):
        name, form = str(own.get("name", name)), str(own.get("form", form))
    return ((name, form.replace("{key}", key)),)
