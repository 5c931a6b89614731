"""The limits leave real recordings alone."""

from __future__ import annotations

import gzip

from streamgauge.capture import Limits, Unreadable, read


def test_a_long_and_monotonous_stream_passes_the_default_limits() -> None:
    body = b'data: {"choices":[{"index":0,"delta":{"content":"word"}}]}\n\n' * 100_000
    assert read("a.sse.gz", gzip.compress(body, mtime=0), limits=Limits())[0].body == body


def test_unreadable_is_a_value_error() -> None:
    assert issubclass(Unreadable, ValueError)
