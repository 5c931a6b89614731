"""Understands a request: which dialect, which key, what is asked. Or why it cannot.

It must never judge what it understood; `refusals` and `validation` do that.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from streamgauge.dialects import catalogue
from streamgauge.dialects.dialect import Dialect, Facts
from streamgauge.exchange import Request
from streamgauge.prompt import Asked, Turn

# Google's URLs name the model and say by the method whether to stream; the rest say it in JSON.
_METHOD = re.compile(r"models/([^/:]+):(stream)?(?:generateContent|rawPredict)", re.IGNORECASE)
# What asks for another way of sending the same answer, and so is no part of what is asked.
_MANNER = frozenset({"stream", "stream_options", "prompt_cache_key"})
_DEEPEST = 100
_KEY_HEADERS = ("authorization", "x-api-key", "api-key", "x-goog-api-key")
# Where the dialects keep the schema that an output must fit.
_SCHEMAS = (
    ("response_format", "json_schema", "schema"),
    ("text", "format", "schema"),
    ("output_config", "format", "schema"),
    ("output_format", "schema"),
    ("generationConfig", "responseJsonSchema"),
    ("generationConfig", "responseSchema"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A request, understood.

    `digest` is the same for requests that ask the same, whether streamed or not; `value` is the
    JSON as sent; `cache_key` is what steers the vendor's cache, where it has a place for that;
    `alt_sse` tells whether a URL that could be answered otherwise asked for events.
    """

    dialect: Dialect
    asked: Asked
    turns: tuple[Turn, ...]
    value: Mapping[str, object]
    digest: str
    json_schema: object = None
    cache_key: str = ""
    alt_sse: bool = True


def dialect_of(request: Request, dialects: Sequence[Dialect]) -> Dialect | None:
    """The dialect that the path of a request speaks, if it is one of these."""
    found = catalogue.by_path(urlsplit(request.url).path)
    return found if found in dialects else None


def key_of(request: Request) -> str | None:
    """The API key of a request, wherever its dialect puts it; None where there is none."""
    for name, value in request.headers:
        if name.lower() in _KEY_HEADERS:
            return value.removeprefix("Bearer ").strip() or None
    return next(iter(parse_qs(urlsplit(request.url).query).get("key", ())), None)


def json_of(request: Request) -> dict[str, object] | None:
    """The JSON object that a request carries, or None where it carries none that can be read.

    Halves of surrogate pairs, which no answer could repeat, are replaced; what is nested deeper
    than any request of sense is not read.
    """
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or _depth(value) > _DEEPEST:
        return None
    if b"\\u" in request.body:
        text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        value = json.loads(text)
    return dict(value)


def _depth(value: object) -> int:
    """How deeply a value is nested, counted without recursion and no further than matters."""
    layer, depth = [value], 0
    while layer and depth <= _DEEPEST:
        depth += 1
        layer = [child for one in layer for child in _children(one)]
    return depth


def _children(value: object) -> list[object]:
    """The objects and arrays right inside a value."""
    inner = value.values() if isinstance(value, dict) else value
    found = inner if isinstance(inner, Iterable) and not isinstance(inner, str) else ()
    return [child for child in found if isinstance(child, dict | list)]


def understand(
    request: Request, dialect: Dialect, value: dict[str, object], facts: Facts | None = None
) -> Heard:
    """What a request with that JSON asks for."""
    asked = dialect.request(value)
    url = urlsplit(request.url)
    named = _METHOD.search(url.path)
    if named is not None:
        asked = replace(asked, model=asked.model or named[1], stream=named[2] is not None)
    return Heard(
        dialect=dialect,
        asked=asked,
        turns=dialect.turns(value),
        value=value,
        digest=_digest(dialect, asked, value),
        json_schema=_schema(value),
        cache_key=_cache_key(request, value, facts or {}),
        alt_sse=named is None or parse_qs(url.query).get("alt") == ["sse"],
    )


def _digest(dialect: Dialect, asked: Asked, value: Mapping[str, object]) -> str:
    content = {name: inner for name, inner in value.items() if name not in _MANNER}
    text = json.dumps([dialect.name, asked.model, content], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _cache_key(request: Request, value: Mapping[str, object], facts: Facts) -> str:
    """What the request says in the place of the fact `cache-key-place`."""
    place = facts.get("cache-key-place")
    if not isinstance(place, Mapping):
        return ""
    header = str(place.get("header", "")).lower()
    named = (text for name, text in request.headers if name.lower() == header)
    return str(value.get(str(place.get("body")), "") or next(named, ""))


def _schema(value: Mapping[str, object]) -> object:
    for path in _SCHEMAS:
        found: object = value
        for step in path:
            found = found.get(step) if isinstance(found, Mapping) else None
        if found is not None:
            return found
    return None
