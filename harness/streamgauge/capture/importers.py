"""The bytes of one file in, its exchanges out: redacted, named, within limits.

This is the one way in for recordings. What it returns holds no credential that `redact` knows,
and the only exception that leaves it is `Unreadable`. It never opens a file: the doors do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import assert_never

from streamgauge.capture import cassette, curl_include, curl_verbose, har, yaml_values
from streamgauge.capture.inflate import GZIP_MAGIC, gunzip
from streamgauge.capture.limits import Limits, Unreadable
from streamgauge.capture.redact import redact
from streamgauge.capture.sniff import Kind, kind, plain_name
from streamgauge.exchange import Exchange

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read(
    source: str, data: bytes, *, limits: Limits | None = None, secrets: Sequence[bytes] = ()
) -> list[Exchange]:
    """The exchanges of one file, in its order, at least one.

    `source` is the file's name as the user gave it, `-` for stdin; its ending helps to tell the
    format. Several exchanges are named `source#0`, `source#1` and so on. `secrets` are keys that
    the caller knows, to be overwritten wherever they stand. Raises `Unreadable`.

    >>> [exchange.source for exchange in read("a.sse", b"data: {}\\n\\n")]
    ['a.sse']
    """
    limits = limits or Limits()
    content = gunzip(data, limits) if data.startswith(GZIP_MAGIC) else data
    if plain_name(source) != source.lower() and content is data:
        raise Unreadable("the name ends in .gz but the content is not gzip")
    found = list(islice(_exchanges(source, content, limits), limits.exchanges + 1))
    if len(found) > limits.exchanges:
        raise Unreadable(f"the file holds more than {limits.exchanges} exchanges")
    names = [source] if len(found) == 1 else [f"{source}#{place}" for place in range(len(found))]
    return [
        redact(replace(exchange, source=name), secrets)
        for name, exchange in zip(names, found, strict=True)
    ]


def _exchanges(source: str, data: bytes, limits: Limits) -> Iterator[Exchange]:
    shape = kind(source, data)
    match shape:
        case Kind.RAW:
            return _raw(data)
        case Kind.INCLUDED:
            return curl_include.exchanges(data, limits)
        case Kind.VERBOSE:
            return curl_verbose.exchanges(data, limits)
        case Kind.TRACE:
            raise Unreadable("a curl --trace log: record with `curl -iN` or `curl -vN` instead")
        case Kind.YAML:
            return _cassette(yaml_values.load(data, limits), limits)
        case Kind.JSON:
            return _json(source, data, limits)
        case _:
            assert_never(shape)


def _raw(data: bytes) -> Iterator[Exchange]:
    if data.startswith(_UTF16_MARKS):
        raise Unreadable("UTF-16 text, as some shells write it: save the bytes with `curl -o`")
    return iter([Exchange(body=data)])


def _cassette(document: object, limits: Limits) -> Iterator[Exchange]:
    found = cassette.interactions(document)
    if found is None:
        raise Unreadable("not a cassette: no `interactions` list")
    return _kept(cassette.exchanges(found, limits), "no interaction has a response body")


def _json(source: str, data: bytes, limits: Limits) -> Iterator[Exchange]:
    """A HAR or a cassette written as JSON; any other document is itself the body."""
    plain = plain_name(source)
    has_mark = b'"entries"' in data or b'interactions"' in data
    must_be_recording = plain.endswith((".har", ".yaml", ".yml"))
    document = _parsed(data) if has_mark or must_be_recording else None
    if (entries := har.entries(document)) is not None:
        return _kept(har.exchanges(entries), "no entry has content: save it with content")
    if plain.endswith(".har"):
        raise Unreadable("not a HAR: no log.entries")
    if must_be_recording or cassette.interactions(document) is not None:
        return _cassette(document, limits)
    return _raw(data)


def _parsed(data: bytes) -> object:
    """The document, or None: what is no JSON may still be a body that was cut."""
    try:
        document: object = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return document


def _kept(exchanges: Iterator[Exchange], otherwise: str) -> Iterator[Exchange]:
    first = next(exchanges, None)
    if first is None:
        raise Unreadable(otherwise)
    yield first
    yield from exchanges
