"""Does our aggregator say what the official clients say? Every difference has a cause, or fails.

Recordings are test data beside the project (`STREAMGAUGE_CORPUS`). Long streams of the
openai client cost most and show least, so a plain run takes a fixed share of them;
`STREAMGAUGE_LONG=1` takes all.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.agreement.case import Case
from tests.agreement.causes import CAUSES, cause_of
from tests.agreement.said import Answer, Difference, Said
from tests.agreement.streams import Stream, fixtures, recorded

if TYPE_CHECKING:
    from tests.agreement.readers import Reader

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "agreement.md"

READERS = (
    "openai chat, chunks",
    "openai chat, helper",
    "openai responses, events",
    "openai responses, helper",
    "anthropic, helper",
    "google-genai, chunks",
)
OURS = tuple(fixtures(ROOT / "fixtures"))
LONG = os.environ.get("STREAMGAUGE_LONG") == "1"
SHORT = {"openai-chat": 20, "openai-responses": 60}
"""Events up to which every stream of a dialect is read; of longer ones, one in `SHARE`."""
SHARE = 40


@pytest.fixture(scope="module")
def readers() -> dict[str, Reader]:
    """The official clients; they are heavy to import, so only tests that ask for them do."""
    from tests.agreement.readers import readers

    return {reader.name: reader for reader in readers()}


@pytest.fixture(scope="module")
def recordings(request: pytest.FixtureRequest) -> tuple[Stream, ...]:
    """Every recording of the four dialects."""
    return tuple(recorded(request.getfixturevalue("corpus")))


def chosen(streams: Iterable[Stream]) -> Iterator[Stream]:
    """What a run reads: the same streams every time."""
    for stream in streams:
        cheap = stream.events <= SHORT.get(stream.dialect, stream.events)
        if LONG or cheap or zlib.crc32(stream.id.encode()) % SHARE == 0:
            yield stream


def unexplained(reader: Reader, streams: Iterable[Stream]) -> Iterator[str]:
    """A line for every difference that has no cause."""
    for stream in streams:
        for difference in reader.differences(stream):
            if cause_of(Case(stream=stream, reader=reader, difference=difference)) is None:
                yield told(stream, difference)


def told(stream: Stream, difference: Difference) -> str:
    """One difference as a line."""
    place = difference.where if difference.choice is None else f"{difference.choice}, "
    place += "" if difference.choice is None else difference.where
    ours, theirs = repr(difference.ours)[:300], repr(difference.theirs)[:300]
    return f"{stream.id} ({place})\n    ours   {ours}\n    theirs {theirs}"


@pytest.mark.parametrize("name", READERS)
def test_recordings_say_the_same(
    name: str, readers: dict[str, Reader], recordings: tuple[Stream, ...]
) -> None:
    reader = readers[name]
    streams = [stream for stream in chosen(recordings) if stream.dialect == reader.dialect]
    assert streams
    refuse(unexplained(reader, streams))


@pytest.mark.parametrize("stream", OURS, ids=lambda stream: stream.id)
def test_fixtures_say_the_same(stream: Stream, readers: dict[str, Reader]) -> None:
    fitting = [reader for reader in readers.values() if reader.dialect == stream.dialect]
    assert fitting
    for reader in fitting:
        refuse(f"{reader.name}: {line}" for line in unexplained(reader, [stream]))


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_every_cause_explains_something(
    cause: object, readers: dict[str, Reader], request: pytest.FixtureRequest
) -> None:
    named = next(known for known in CAUSES if known is cause)
    found = {stream.id: stream for stream in OURS}
    if named.witness not in found:
        recordings = request.getfixturevalue("recordings")
        found = {stream.id: stream for stream in recordings}
    witness = found[named.witness]
    differences = [
        Case(stream=witness, reader=reader, difference=difference)
        for reader in readers.values()
        if reader.dialect == witness.dialect and reader.name in named.readers
        for difference in reader.differences(witness)
    ]
    assert named in [cause_of(case) for case in differences]


def _other_text(said: Said) -> Said:
    return replace(said, answers={0: replace(said.answers[0], text="something else")})


def _other_call(said: Said) -> Said:
    calls = tuple(call._replace(name="another") for call in said.answers[0].calls)
    return replace(said, answers={0: replace(said.answers[0], calls=calls[1:])})


def _other_finish(said: Said) -> Said:
    return replace(said, answers={0: replace(said.answers[0], finish="another")})


def _other_usage(said: Said) -> Said:
    return replace(said, usage={"tokens": 1})


def _no_answer(_: Said) -> Said:
    return Said(answers={0: Answer()})


@pytest.mark.parametrize(
    "spoil",
    [_other_text, _other_finish, _other_usage, _no_answer],
    ids=lambda spoil: spoil.__name__,
)
@pytest.mark.parametrize("name", READERS)
def test_a_wrong_answer_has_no_cause(
    name: str, spoil: Callable[[Said], Said], readers: dict[str, Reader]
) -> None:
    reader = readers[name]
    stream = next(s for s in OURS if s.dialect == reader.dialect and _agrees(reader, s))
    wrong = replace(reader, hear=lambda body: spoil(reader.hear(body)))
    assert list(unexplained(wrong, [stream]))


def _agrees(reader: Reader, stream: Stream) -> bool:
    said = reader.ours(stream.body)
    whole = 0 in said.answers and said.answers[0].text and said.answers[0].finish and said.usage
    return bool(whole) and not stream.broken and not list(reader.differences(stream))


def test_the_page_tells_of_every_reader_and_every_cause(readers: dict[str, Reader]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    causes = page.partition("## The causes")[2]
    assert re.findall(r"^\| `([a-z0-9-]+)` \|", causes, flags=re.MULTILINE) == [
        c.name for c in CAUSES
    ]
    # Two tables name them: what was recorded, and what was drawn.
    assert re.findall(r"^\| (\w.*?, \w+) \|", page, flags=re.MULTILINE) == [*READERS, *READERS]
    assert list(readers) == list(READERS)


def refuse(lines: Iterable[str]) -> None:
    """Fail with every line, and pass without any."""
    found = list(lines)
    if found:
        pytest.fail("\n".join([f"{len(found)} without a cause:", *found]), pytrace=False)
