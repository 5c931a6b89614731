"""Law 8, no secrets: a planted key reaches no record, no run, no report and no line of output.

Keys are planted where recordings hold them (headers, URLs, the request, the stream itself) and
known where a user has them: in the environment, or by their form.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture import importers
from streamgauge.cli import main
from streamgauge.pipeline import Options, judge_exchange
from streamgauge.report.plain_json import dumps

# Made up, in the forms that vendors give their keys; the last is known from the environment alone.
KEYS = {
    "openai": "sk-proj-" + "aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gH3jK5",
    "anthropic": "sk-ant-api03-" + "q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCvBnM" * 2,
    "google": "AIza" + "SyA1bC2dE3fG4hI5jK6lM7nO8pQ9rS0tU1v",
    "of no known form": "correct-horse-battery-staple-17",
}
CHUNK = 'data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"%s"}}]}'
BODY = CHUNK % "your key is %s, keep it" + "\n\ndata: [DONE]\n\n"


def _sse(key: str) -> bytes:
    return (BODY % key).encode()


def _curl(key: str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-key: {key}\r\n"
    return (head + f"set-cookie: session={key}\r\n\r\n" + BODY % key).encode()


def _verbose(key: str) -> bytes:
    sent = f"> POST /v1/chat/completions?key={key} HTTP/1.1\n> Authorization: Bearer {key}\n>\n"
    return (
        sent + "< HTTP/1.1 200 OK\n< content-type: text/event-stream\n<\n" + BODY % key
    ).encode()


def _vcr(key: str) -> bytes:
    interaction = {
        "request": {
            "method": "POST",
            "uri": f"https://api.example/v1/chat/completions?key={key}",
            "headers": {"authorization": [f"Bearer {key}"], "x-api-key": [key]},
            "body": json.dumps({"stream": True, "user": key}),
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"content-type": ["text/event-stream"], "x-echo": [key]},
            "body": {"string": BODY % key},
        },
    }
    return json.dumps({"version": 1, "interactions": [interaction]}).encode()


def _har(key: str) -> bytes:
    entry = {
        "request": {
            "method": "POST",
            "url": f"https://api.example/v1/chat/completions?key={quote(key)}",
            "headers": [{"name": "Authorization", "value": f"Bearer {key}"}],
            "postData": {"text": json.dumps({"stream": True, "user": key})},
        },
        "response": {
            "status": 200,
            "headers": [{"name": "content-type", "value": "text/event-stream"}],
            "content": {
                "encoding": "base64",
                "text": base64.b64encode((BODY % key).encode()).decode(),
            },
        },
    }
    return json.dumps({"log": {"entries": [entry]}}).encode()


FORMS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "a raw body": ("a.sse", _sse),
    "a curl -i log": ("a.txt", _curl),
    "a curl -v log": ("b.txt", _verbose),
    "a VCR cassette": ("a.yaml", _vcr),
    "a HAR file": ("a.har", _har),
    "a gzipped body": ("b.sse.gz", lambda key: gzip.compress(_sse(key), mtime=0)),
}


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("form", FORMS)
def test_a_planted_key_is_in_nothing_that_is_written(
    form: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = KEYS[name]
    file_name, make = FORMS[form]
    (tmp_path / file_name).write_bytes(make(key))
    monkeypatch.setenv("PLANTED_API_KEY", key)
    monkeypatch.chdir(tmp_path)
    for format_ in ("text", "json", "jsonl", "github"):
        result = _check(file_name, format_)
        assert key not in result.output
        assert key not in result.stderr
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert len(written) == 5
    for text in written.values():
        assert key.encode() not in text
        assert key.encode() not in _unpacked(text)
    assert b"your key is" in _unpacked(written["run.jsonl"])


def _check(file_name: str, format_: str) -> Result:
    arguments = ["check", file_name, "--format", format_, "--notes"]
    arguments += ["--report", "html,json,junit,markdown", "--report-dir", "out"]
    return CliRunner().invoke(main, arguments)


def _unpacked(text: bytes) -> bytes:
    """The bodies that a run keeps, as a reader of the report would see them."""
    out = b""
    for line in text.splitlines():
        if line.startswith(b'{"kind":"result"'):
            packed = json.loads(line)["body"]
            out += zlib.decompress(base64.b64decode(packed["data"]))
    return out


@given(
    key=st.text("abcdefghijkABCDEFGHIJK0123456789-_/+=", min_size=12, max_size=40),
    form=st.sampled_from(list(FORMS)),
    around=st.text('ab \\"<{', max_size=4),
)
def test_any_known_secret_is_in_no_record(key: str, form: str, around: str) -> None:
    file_name, make = FORMS[form]
    planted = json.dumps(around)[1:-1] + key + json.dumps(around)[1:-1]
    content = make(planted) if form not in ("a VCR cassette", "a HAR file") else make(key)
    for exchange in importers.read(file_name, content, secrets=(key.encode(),)):
        record = dumps(judge_exchange(exchange, Options()).record)
        assert key not in record
        assert key.encode() not in exchange.body
