"""Do decoders that are not ours hear the same events? Every difference has a cause, or fails.

httpx-sse is installed for the tests. eventsource-parser needs node and one command
(`python harness/second_opinion/run.py prepare`); without them its tests are skipped. Bodies that
are no event streams are read a second time by Python's own json.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from second_opinion.listeners import Heard, Listen, eventsource_parser, httpx_sse
from second_opinion.place import OpinionError
from streamgauge.data import fixtures_root
from streamgauge.dialects.catalogue import DIALECTS
from streamgauge.strategies import any_bytes, exchanges, faulted, splits
from streamgauge.wire import json_array, json_lines
from tests.agreement.heard import EVENT_CAUSES, NODE, PYTHON, EventCause, causes_of, ours
from tests.agreement.test_agreement import PAGE, refuse

LONG = os.environ.get("STREAMGAUGE_LONG") == "1"
DRAWN, HOSTILE = (2_000, 20_000) if LONG else (40, 200)
"""Exchanges of each dialect, and bodies of hostile bytes, that each decoder is asked about."""

DECODERS = {NODE: eventsource_parser, PYTHON: httpx_sse}
FIXTURES = {
    path.parent.relative_to(fixtures_root()).as_posix(): path
    for path in sorted(fixtures_root().rglob("stream.sse"))
}


@pytest.fixture(scope="module", params=DECODERS)
def decoder(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def listen(decoder: str) -> Iterator[Listen]:
    with ExitStack() as stack:
        try:
            yield stack.enter_context(DECODERS[decoder]())
        except OpinionError as error:
            pytest.skip(str(error))


def cut(body: bytes, seed: str) -> list[bytes]:
    """The body in pieces, cut anywhere; the same pieces for the same seed."""
    dice = random.Random(seed)
    count = dice.choice((0, 1, 3, 20, 200))
    places = sorted(dice.randint(0, len(body)) for _ in range(count))
    return [body[start:end] for start, end in pairwise((0, *places, len(body)))]


def unexplained(decoder: str, body: bytes, theirs: Sequence[Heard], name: str) -> Iterator[str]:
    """A line where something between us has no cause."""
    if causes_of(body, decoder, theirs) is None:
        mine = ours(body, decoder)
        at = next(
            (n for n, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), len(mine)
        )
        yield f"{name}: event {at}\n    ours   {mine[at:][:1]}\n    theirs {theirs[at:][:1]}"


def test_recordings_have_the_same_events(decoder: str, listen: Listen, corpus: Path) -> None:
    rows = map(json.loads, (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    streams = {row["id"]: corpus / row["file"] for row in rows if row["framing"] == "sse"}
    assert streams
    refuse(
        line
        for name, path in streams.items()
        for body in [path.read_bytes()]
        for line in unexplained(decoder, body, listen(cut(body, name)), name)
    )


def test_fixtures_have_the_same_events(decoder: str, listen: Listen) -> None:
    refuse(
        line
        for name, path in FIXTURES.items()
        for body in [path.read_bytes()]
        for pieces in ([body], cut(body, name))
        for line in unexplained(decoder, body, listen(pieces), name)
    )


@pytest.mark.parametrize("dialect", [dialect.name for dialect in DIALECTS])
def test_drawn_exchanges_lawful_and_spoiled_have_the_same_events(
    dialect: str, decoder: str, listen: Listen
) -> None:
    @settings(max_examples=DRAWN)
    @given(st.data())
    def heard_alike(data: st.DataObject) -> None:
        lawful = exchanges(dialect).map(lambda drawn: drawn[0].body)
        body = data.draw(lawful | faulted(dialect).map(lambda drawn: drawn.spoiled.body))
        refuse(unexplained(decoder, body, listen(data.draw(splits(body))), "drawn"))

    heard_alike()


_LINES = st.sampled_from(
    [
        *(b"\n", b"\n", b"\r", b"\r\n", b"\n\n", b"\r\r", b"\r\n\r\n", b" ", b":", b"\0", b"\xff"),
        *(b"data", b"data:", b"data: a", b"data:b", b"Data: c", b" data: d", b"event: x\n"),
        *(
            b"event:\n",
            b"id: 1\n",
            b"id\n",
            b"id: a\0b\n",
            b"retry: 5\n",
            b"retry: +5\n",
            b": ping",
        ),
        *(
            b"\xef\xbb\xbf",
            b"\xef\xbb",
            b"\xbf",
            b"\xe2\x80",
            b"\xe2\x80\xa8",
            b"\xc2\x85",
            b"\x0b",
        ),
        *(
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xf0\x9f\x98",
            b"\x1c",
            b"\xc3\xaf\xc2\xbb\xc2\xbf",
        ),
    ]
)
"""What decoders are known to read each in their own way, put together in no good order."""


def test_hostile_bytes_have_the_same_events(decoder: str, listen: Listen) -> None:
    @settings(max_examples=HOSTILE)
    @given(st.data())
    def heard_alike(data: st.DataObject) -> None:
        lines = st.lists(_LINES, max_size=14).map(b"".join)
        body = data.draw(st.one_of(lines, lines, any_bytes()))
        refuse(unexplained(decoder, body, listen(data.draw(splits(body))), repr(body)))

    heard_alike()


@pytest.mark.parametrize("cause", EVENT_CAUSES, ids=lambda cause: cause.name)
def test_every_cause_explains_its_witness(cause: EventCause, decoder: str, listen: Listen) -> None:
    if cause.decoder == decoder:
        assert causes_of(cause.witness, decoder, listen([cause.witness])) == (cause.name,)


def _one_is_lost(theirs: list[Heard]) -> list[Heard]:
    return theirs[1:]


def _one_comes_twice(theirs: list[Heard]) -> list[Heard]:
    return [*theirs, theirs[-1]]


def _one_says_something_else(theirs: list[Heard]) -> list[Heard]:
    return [theirs[0]._replace(data="something else"), *theirs[1:]]


def _one_has_another_name(theirs: list[Heard]) -> list[Heard]:
    return [*theirs[:-1], theirs[-1]._replace(name="another")]


def _one_has_another_id(theirs: list[Heard]) -> list[Heard]:
    return [*theirs[:-1], theirs[-1]._replace(id="another")]


def _two_trade_places(theirs: list[Heard]) -> list[Heard]:
    return [theirs[1], theirs[0], *theirs[2:]]


SPOILS: tuple[Callable[[list[Heard]], list[Heard]], ...] = (
    _one_is_lost,
    _one_comes_twice,
    _one_says_something_else,
    _one_has_another_name,
    _one_has_another_id,
    _two_trade_places,
)


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize("name", list(FIXTURES)[:40:3])
def test_what_was_never_said_has_no_cause(
    name: str, spoil: Callable[[list[Heard]], list[Heard]]
) -> None:
    body = FIXTURES[name].read_bytes()
    for decoder in DECODERS:
        heard = ours(body, decoder)
        if len(heard) > 1:
            assert causes_of(body, decoder, heard) == ()
            assert causes_of(body, decoder, spoil(heard)) is None or spoil(heard) == heard


def _json_says(body: bytes) -> list[object]:
    """Every document of a body of JSON lines."""
    return [json.loads(line) for line in body.split(b"\n") if line.strip()]


def test_recorded_json_lines_have_the_same_documents(corpus: Path) -> None:
    rows = map(json.loads, (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    paths = [corpus / row["file"] for row in rows if row["framing"] == "json-lines"]
    assert paths
    differing = [path.name for path in paths if not _lines_agree(path.read_bytes())]
    refuse(differing)


def _lines_agree(body: bytes) -> bool:
    return _documents(json_lines.events(body)) == _json_says(body)


def _documents(events: Iterable[json_lines.Event]) -> list[object]:
    return [json.loads(event.data) for event in events if event.data and event.dispatched]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(data=st.data())
def test_a_drawn_array_has_the_same_elements(data: st.DataObject) -> None:
    values = data.draw(st.lists(_VALUES, max_size=5))
    plain, indent = data.draw(st.booleans()), data.draw(st.sampled_from([None, 1]))
    body = json.dumps(values, ensure_ascii=plain, indent=indent).encode("utf-8", "surrogatepass")
    decoder = json_array.Decoder()
    events = [e for piece in data.draw(splits(body)) for e in decoder.feed(piece)]
    assert _documents([*events, *decoder.close()]) == json.loads(body)


@given(data=st.data())
def test_drawn_lines_have_the_same_documents(data: st.DataObject) -> None:
    values = data.draw(st.lists(_VALUES, max_size=5))
    body = "".join(json.dumps(value) + "\n" for value in values).encode()
    decoder = json_lines.Decoder()
    events = [e for piece in data.draw(splits(body)) for e in decoder.feed(piece)]
    assert _documents([*events, *decoder.close()]) == values


def test_the_page_tells_of_every_decoder_and_every_cause_of_events() -> None:
    page = PAGE.read_text(encoding="utf-8").partition("## The same events")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `([a-z0-9-]+)` \| ([a-z-]+) \|", page, flags=re.MULTILINE)
    assert told == [(cause.name, cause.decoder) for cause in EVENT_CAUSES]
    assert all(decoder in page for decoder in DECODERS)
