"""What a recording saw is in its journal at once, and can be had back when it was killed."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture import Unreadable
from streamgauge.capture.journal import Journal, recover
from streamgauge.capture.recorder import Recorder, journal_path
from streamgauge.capture.taking import Taking
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam

ROOT = Path(__file__).parents[3]
OK = Head(status=200, headers=(("content-type", "text/event-stream"),))
Start = Callable[[Callable[[Any], None]], Any]


def begun(recorder: Recorder, name: str = "a", seam: Seam = Seam.CLIENT) -> Taking:
    taking = recorder.begin(Request(url=f"https://h/{name}", body=b'{"n": 1}'), seam)
    taking.head(OK, Framing.CHUNKED)
    return taking


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@given(
    segments=st.lists(st.binary(min_size=1, max_size=30), max_size=6),
    close=st.sampled_from(Close),
)
def test_what_was_sealed_could_have_been_recovered(
    segments: list[bytes], close: Close, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("journal") / "a.yaml"
    with Recorder(path) as recorder:
        taking = begun(recorder, seam=Seam.SOCKET)
        for place, segment in enumerate(segments):
            taking.segment(segment, place * 1.5)
        taking.end(close)
        assert recover(journal_path(path)) == recorder.exchanges


def test_a_compressed_body_is_recovered_decoded(tmp_path: Path) -> None:
    path, packed = tmp_path / "a.yaml", gzip.compress(b"data: 1\n\n")
    with Recorder(path) as recorder:
        taking = recorder.begin(Request())
        taking.head(Head(status=200, headers=(("content-encoding", "gzip"),)))
        taking.segment(packed, 1.0)
        taking.end(Close.CLEAN)
        (one,) = recover(journal_path(path))
        assert (one,) == recorder.exchanges
    assert (one.body, one.head.header("content-encoding")) == (b"data: 1\n\n", None)


def test_requests_take_turns_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with Recorder(path) as recorder:
        first, second = begun(recorder, "a"), begun(recorder, "b")
        second.segment(b"data: b\n\n", 1.0)
        first.segment(b"data: a\n\n", 2.0)
        second.end(Close.CLEAN)
        written = lines(journal_path(path))
        found = recover(journal_path(path))
    assert [line.get("n") for line in written] == [None, 0, 0, 1, 1, 1, 0, 1]
    assert written[5] == {"n": 1, "at": [0, 1.0], "text": "data: b\n\n"}
    assert [one.body for one in found] == [b"data: a\n\n", b"data: b\n\n"]
    assert [one.close for one in found] == [Close.CANCELLED, Close.CLEAN]


def test_a_request_without_an_answer_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with Recorder(path) as recorder:
        recorder.begin(Request())
        begun(recorder)
        assert len(recover(journal_path(path))) == 1


def test_segments_whose_bytes_were_held_back_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with Recorder(path, [b"hunter2-hunter2"]) as recorder:
        taking = begun(recorder)
        taking.segment(b"data: ", 1.0)
        taking.segment(b"hunter2", 2.0)
        (one,) = recover(journal_path(path))
    assert (one.body, one.arrivals) == (b"data: ", ((0, 1.0),))


def killed(path: Path, *, after: int) -> Exchange:
    """What is left of a recording whose last bytes never reached the disk."""
    with Recorder(path) as recorder:
        taking = begun(recorder)
        for place in range(3):
            taking.segment(b"data: %d\n\n" % place, float(place))
        cut = journal_path(path).read_bytes()[:-after]
        journal_path(path).with_name("cut").write_bytes(cut)
    (one,) = recover(path.with_name("cut"))
    return one


@pytest.mark.parametrize("after", [1, 2, 30])
def test_a_line_that_was_cut_costs_itself_alone(tmp_path: Path, after: int) -> None:
    one = killed(tmp_path / "a.yaml", after=after)
    whole = b"data: 0\n\ndata: 1\n\n" + (b"data: 2\n\n" if after == 1 else b"")
    assert one.body == whole
    assert one.close is Close.CANCELLED


def test_a_journal_that_was_left_is_moved_aside(tmp_path: Path) -> None:
    path = journal_path(tmp_path / "a.yaml")
    for content in ("one", "two"):
        path.write_text(content)
        Journal(path).close()
    assert lines(path) == [{"trace": 1}]
    left = [tmp_path / f"a.yaml.left-{number}.trace.jsonl" for number in (1, 2)]
    assert [file.read_text() for file in left] == ["one", "two"]


def test_two_recordings_never_share_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with Recorder(path) as first:
        with pytest.raises(FileExistsError, match="another recording"):
            Recorder(path)
        begun(first).segment(b"data: 1\n\n", 1.0)
    assert path.exists()


START = '{"trace":1}\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a journal"),
        ("data: 1\n", "not a journal"),
        ('{"trace":2}\n', "not a journal"),
        (START + '{"n":0,"head":{"status":200}, "framing":"chunked"}\n', "damaged"),
        (START + '{"n":0,"head":{"status":200,"headers":[]},"framing":"?"}\n', "damaged"),
        (START + '{"n":0,"at":[1]}\n', "damaged"),
        (START + '{"n":0,"base64":"?"}\n', "damaged"),
        (START + '{"n":0,"end":"somehow"}\n', "damaged"),
    ],
)
def test_what_is_no_journal_is_said(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(text)
    with pytest.raises(Unreadable, match=says):
        recover(path)


def test_lines_that_say_nothing_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(START + '[]\n{"n":"x"}\n{"n":true}\n7\n' + "[" * 99999 + "\n")
    assert recover(path) == ()


def test_a_recovered_exchange_holds_no_key_over_many_events(tmp_path: Path) -> None:
    path = tmp_path / "a"
    pieces = [
        f'{{"n":0,"text":"{{\\"text\\":\\"{part}\\"}}\\n"}}\n' for part in ("hunter2", "-hunter2")
    ]
    head = '{"n":0,"head":{"status":200,"headers":[]},"framing":"chunked"}\n'
    path.write_text(START + head + "".join(pieces))
    (one,) = recover(path, [b"hunter2-hunter2"])
    assert one.body == b'{"text":"XXXXXXX"}\n{"text":"XXXXXXXX"}\n'


RECORDS = """
import sys
import httpx
from streamgauge import record
with httpx.Client(trust_env=False) as client, record(client, sys.argv[2], secrets=[sys.argv[3]]):
    with client.stream("POST", sys.argv[1], json={"stream": True}) as response:
        for piece in response.iter_raw():
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
"""


def test_a_killed_recording_loses_only_what_was_held_back(loopback: Start, tmp_path: Path) -> None:
    """The recorder is killed once it has been seen to read the beginning of a key."""
    key, events = "hunter2-hunter2", [b"data: %d\n\n" % number for number in range(50)]

    def script(peer: Any) -> None:
        peer.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        for data in [*events, b"data: hunter2"]:
            peer.send(b"%x\r\n%s\r\n" % (len(data), data))
        peer.hold()

    server, path = loopback(script), tmp_path / "a.yaml"
    recording = subprocess.Popen(
        [sys.executable, "-c", RECORDS, server.url, str(path), key],
        env=os.environ | {"PYTHONPATH": str(ROOT / "harness")},
        stdout=subprocess.PIPE,
    )
    with recording:
        assert recording.stdout is not None
        sent = b"".join(events) + b"data: hunter2"
        assert recording.stdout.read(len(sent)) == sent
        recording.send_signal(signal.SIGKILL)
    assert recording.returncode == -signal.SIGKILL
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml.trace.jsonl"]
    (one,) = recover(journal_path(path), [key.encode()])
    assert one.body == b"".join(events) + b"data: "
    assert one.close is Close.CANCELLED
    assert one.arrivals is not None
    assert one.request is not None
    assert one.request.body.replace(b" ", b"") == b'{"stream":true}'
