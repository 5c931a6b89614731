"""What fuzzing begins with: our own fixtures, put into every form that a target reads.

Each seed has the first byte that its target takes for the choice of options.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from fuzz.contract import BIGGEST
from fuzz.targets import NAMES
from streamgauge.data import fixtures_root, toml_file
from streamgauge.dialects.catalogue import DIALECTS


def seeds(target: str) -> Iterator[bytes]:
    """The inputs that this target begins with, small enough to be tried, the same each time."""
    for number, seed in enumerate(_bodies(target)):
        knob, body = seed if isinstance(seed, tuple) else (number % 256, seed)
        if len(body) < BIGGEST:
            yield bytes([knob]) + body


def _bodies(target: str) -> Iterator[bytes | tuple[int, bytes]]:
    match target:
        case "wire-sse":
            yield from _streams()
        case "wire-json-array":
            for body in _streams():
                yield b"[" + b",\r\n".join(_payloads(body)) + b"]"
        case "wire-json-lines":
            for body in _streams():
                yield b"\n".join(_payloads(body)) + b"\n"
        case "documents":
            yield from _documents()
        case "requests":
            yield from _requests()
        case "check":
            yield from _files()
        case dialect:
            yield from _streams(dialect)


def _streams(dialect: str | None = None) -> Iterator[bytes]:
    """The bodies of fixtures, of one dialect or of all."""
    for path in sorted(fixtures_root().rglob("stream.*")):
        told = toml_file(path.parent / "fixture.toml").get("dialect")
        if path.suffix != ".gz" and (dialect is None or told in (dialect, None)):
            yield path.read_bytes()


def _payloads(body: bytes) -> list[bytes]:
    return [line[5:].strip() for line in body.splitlines() if line.startswith(b"data:")]


def _documents() -> Iterator[tuple[int, bytes]]:
    """Final answers that stand in streams, and every chunk as if it were all that came."""
    for place, dialect in enumerate(DIALECTS):
        for body in _streams(dialect.name):
            whole = max(_payloads(body), key=len, default=body)
            yield place, _unwrapped(whole)


def _unwrapped(payload: bytes) -> bytes:
    """The response inside an event that carries a whole one."""
    try:
        value = json.loads(payload)
        return json.dumps(value["response"]).encode()
    except (ValueError, KeyError, TypeError):
        return payload.replace(b'"delta"', b'"message"')


def _requests() -> Iterator[tuple[int, bytes]]:
    names = [dialect.name for dialect in DIALECTS]
    for number, path in enumerate(sorted(fixtures_root().rglob("request.json"))):
        told = toml_file(path.parent / "fixture.toml").get("dialect", names[0])
        place = names.index(told)
        yield place + len(names) * (number % 8), path.read_bytes()
    for place, body in enumerate(_ENVELOPES):
        yield place, body


_ENVELOPES = (
    b'{"method":"post","url":"https://h/v1?key=k","headers":{"X-Key":"k"},"body":{}}',
    b'{"body":"{\\"stream\\":true,\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"a\\"}]}"}',
)


def _files() -> Iterator[tuple[int, bytes]]:
    """Each fixture in one of the forms in which people keep recordings, turn about."""
    forms = (_raw, _curl_include, _curl_verbose, _har, _cassette, _lines, _zipped)
    for number, body in enumerate(_streams()):
        name, content = forms[number % len(forms)](body)
        yield NAMES.index(name) + len(NAMES) * (number % 4), content


def _raw(body: bytes) -> tuple[str, bytes]:
    return "a.sse", body


def _curl_include(body: bytes) -> tuple[str, bytes]:
    return "a.txt", b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + body


def _curl_verbose(body: bytes) -> tuple[str, bytes]:
    sent = b"> POST /v1/chat/completions HTTP/1.1\n> Host: h\n> Authorization: Bearer k\n>\n"
    came = b"< HTTP/1.1 200 OK\n< content-type: text/event-stream\n<\n"
    return "a.txt", b"* Connected to h\n" + sent + came + body + b"* Connection #0 left intact\n"


def _har(body: bytes) -> tuple[str, bytes]:
    content = {"mimeType": "text/event-stream", "text": body.decode("utf-8", "replace")}
    asked = {"method": "POST", "url": "https://h/v1", "headers": [{"name": "a", "value": "b"}]}
    answer = {"status": 200, "headers": [], "content": content}
    entry = {"request": {**asked, "postData": {"text": '{"stream":true}'}}, "response": answer}
    return "a.har", json.dumps({"log": {"entries": [entry]}}).encode()


def _cassette(body: bytes) -> tuple[str, bytes]:
    text = json.dumps(body.decode("utf-8", "replace"))
    request = "- request: {method: POST, uri: 'https://h/v1', headers: {a: [b]}, body: '{}'}\n"
    answer = "  response: {status: {code: 200}, headers: {content-type: [text/event-stream]},\n"
    ours = "    streamgauge: 1, arrivals: 0@0.0 9@20.5, seam: client, close: clean,\n"
    held = f"    body: {{string: {text}}}}}\n"
    return "a.yaml", f"version: 1\ninteractions:\n{request}{answer}{ours}{held}".encode()


def _lines(body: bytes) -> tuple[str, bytes]:
    return "a.jsonl", b"\n".join(_payloads(body)) + b"\n"


def _zipped(body: bytes) -> tuple[str, bytes]:
    return "a.sse.gz", gzip.compress(body, mtime=0)


def write(target: str, folder: Path) -> None:
    """Lay the seeds of a target down as files, as a fuzzer wants them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (folder / f"seed-{number:04}").write_bytes(seed)
