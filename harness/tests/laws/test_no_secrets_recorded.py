"""Law 8 for recordings: a planted key reaches neither a journal nor a cassette, at no moment.

Keys are planted in the address, the headers and bodies, alone and over several events; answers
are cut into segments anywhere, and compressed. The journal is read after each segment, as if the
recording had been killed there.
"""

from __future__ import annotations

import base64
import itertools
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture.recorder import Recorder, journal_path
from streamgauge.exchange import Close, Head, Request

KNOWN = "hunter2-Hunter3/xyz"
ANNOUNCED = "ann0unced-by-its-name"
SHAPED = "sk-proj-A1b2C3d4E5f6G7h8"
KEYS = (KNOWN, ANNOUNCED, SHAPED)

REQUEST = Request(
    url=f"https://u:{ANNOUNCED}@h/v1/{KNOWN}?key={ANNOUNCED}&x={SHAPED}",
    headers=(
        ("Authorization", f"Bearer {ANNOUNCED}"),
        ("x-api-key", ANNOUNCED),
        ("openai-organization", ANNOUNCED),
        ("x-note", f"{KNOWN} {SHAPED}"),
        (KNOWN, "a name"),
    ),
    body=json.dumps({"api_key": ANNOUNCED, "prompt": f"{KNOWN} and {SHAPED}"}).encode(),
)
FIELDS = (("set-cookie", ANNOUNCED), ("x-account-id", ANNOUNCED), ("x-echo", f"{KNOWN} {SHAPED}"))


def event(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


def said_in_pieces(text: str, size: int) -> bytes:
    return b"".join(event(text[at : at + size]) for at in range(0, len(text), size))


SAID = st.one_of(
    st.sampled_from([event(f"it is {key}.") for key in (KNOWN, SHAPED)]),
    st.builds(said_in_pieces, st.sampled_from([f" {KNOWN}.", f" {SHAPED}."]), st.integers(1, 9)),
    st.just(b'{"api_key": "%s"}\n' % ANNOUNCED.encode()),
    st.just(b"event: x\ndata: see https://h/?access_token=%s&y\n\n" % ANNOUNCED.encode()),
    st.just(b": " + KNOWN.encode() + b" \xff\n\n"),
    st.just(event(base64.b64encode(f"user:{KNOWN}".encode()).decode())),
    st.text(max_size=8).map(event),
)
SECRETS = (KNOWN.encode(),)


def shown_in(journal: Path) -> tuple[str, str]:
    """All that the journal holds, and the body that a person would put together from it."""
    written = journal.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in written.splitlines()]
    parts = [
        base64.b64decode(line["base64"]).decode("latin-1")
        if "base64" in line
        else line.get("text", "")
        for line in lines
    ]
    return written, "".join(parts)


def texts(body: str) -> Iterator[str]:
    """A body as it stands, and the text that its pieces add up to."""
    yield body
    yield "".join(re.findall(r'"content": "((?:[^"\\]|\\.)*)"', body))


def no_key_in(*shown: str) -> None:
    hidden = base64.b64encode(KNOWN.encode()).decode()[4:-4]
    for text in shown:
        for key in (*KEYS, hidden):
            assert key not in text


def recorded(path: Path, segments: list[bytes], head: Head) -> None:
    with Recorder(path, SECRETS) as recorder:
        taking = recorder.begin(REQUEST)
        taking.head(head)
        for place, segment in enumerate(segments):
            taking.segment(segment, float(place))
            written, body = shown_in(journal_path(path))
            no_key_in(written, *texts(body))
        exchange = taking.end(Close.CLEAN)
        written, body = shown_in(journal_path(path))
        no_key_in(written, *texts(body))
        no_key_in(repr(exchange), *texts(exchange.body.decode("latin-1")))
    no_key_in(*texts(path.read_text(encoding="utf-8")))


def cut(body: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(body) + 1) for place in cuts), len(body)]
    return [body[a:b] for a, b in itertools.pairwise(edges)]


@pytest.mark.parametrize("coding", ["identity", "gzip", "deflate"])
@given(said=st.lists(SAID, max_size=5), cuts=st.lists(st.integers(0, 10_000), max_size=8))
def test_law_no_secrets_in_recordings(
    coding: str, said: list[bytes], cuts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    body = b"".join(said)
    if coding != "identity":
        packer = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
        body = packer.compress(body) + packer.flush()
    head = Head(status=200, headers=(*FIELDS, ("content-encoding", coding)))
    recorded(tmp_path_factory.mktemp("law") / "a.yaml", cut(body, cuts), head)


@pytest.mark.parametrize(
    "said",
    [
        event(f"it is {KNOWN}."),
        event(f"it is {SHAPED}."),
        f'{{"api_key": "{ANNOUNCED}"}}\n'.encode(),
        said_in_pieces(f" {KNOWN}.", 4),
    ],
    ids=["known", "by its shape", "by its name", "over events"],
)
def test_a_key_is_cut_at_every_place(said: bytes, tmp_path: Path) -> None:
    for place in range(len(said)):
        recorded(tmp_path / f"{place}.yaml", [said[:place], said[place:]], Head(status=200))


def test_the_law_would_notice(tmp_path: Path) -> None:
    """Without the secret, the key stands in the journal."""
    with Recorder(tmp_path / "a.yaml") as recorder:
        taking = recorder.begin(Request())
        taking.head(Head(status=200))
        taking.segment(event(KNOWN), 1.0)
        with pytest.raises(AssertionError):
            no_key_in(*texts(shown_in(journal_path(tmp_path / "a.yaml"))[1]))
