"""The run file: what is written is read back, and what is not whole is said to be so."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource

from streamgauge.report import jsonl, run
from streamgauge.report.run import ReportBytes, Run, RunWriter
from streamgauge.verdict.deviations import Excuse
from streamgauge.verdict.judge import Counts, Verdict

Record = dict[str, Any]
SCHEMAS = Path(__file__).parents[3] / "conformance" / "schemas"


def lines_of(found: Run) -> list[Record]:
    return [found.header, *found.results, *([found.footer] if found.footer else [])]


def text_of(found: Run) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines_of(found))


def test_a_run_is_read_as_it_was_written(sample_run: Run, sample_records: list[Record]) -> None:
    assert list(sample_run.records) == sample_records
    assert sample_run.header["created"] == "2025-01-02T03:04:05Z"
    assert sample_run.footer is not None
    assert sample_run.footer["counts"] == {
        "streams": 6,
        "pass": 2,
        "warn": 1,
        "fail": 1,
        "unsupported": 1,
        "unreadable": 1,
        "findings": {"must": 6, "should": 2, "may": 2, "excused": 1},
    }
    assert [one["rule"] for one in sample_run.footer["deviations"]["stale"]] == ["usage/*"]


def test_every_line_follows_the_schema(sample_run: Run) -> None:
    names = ("run", "result", "message")
    schemas = [json.loads((SCHEMAS / f"{name}.schema.json").read_bytes()) for name in names]
    resources = [(schema["$id"], Resource.from_contents(schema)) for schema in schemas]
    registry: Registry[Any] = Registry().with_resources(resources)
    validator = jsonschema.Draft202012Validator(
        {"$ref": "urn:streamgauge:schema:run"}, registry=registry
    )
    faults = [
        error.message for line in lines_of(sample_run) for error in validator.iter_errors(line)
    ]
    assert faults == []


def test_a_written_excuse_follows_the_schema() -> None:
    schema = json.loads((SCHEMAS / "run.schema.json").read_bytes())["$defs"]["excuse"]
    excuse = Excuse(rule="a/b", reason="r", link="", since="2025", target="kimi")
    jsonschema.Draft202012Validator(schema).validate(excuse.record())


def test_a_line_is_written_as_soon_as_it_is_known(sample_records: list[Record]) -> None:
    """A killed run keeps every stream that was judged."""

    class Pipe(io.StringIO):
        flushed = ""

        def flush(self) -> None:
            self.flushed = self.getvalue()

    pipe = Pipe()
    writer = RunWriter(sink=pipe)
    writer.begin(run.header(version="1", created="c", rules_digest="d", rules={}, options={}))
    for number, record in enumerate(sample_records, start=1):
        writer.add(record)
        cut = run.read(pipe.flushed)
        assert (len(cut.results), cut.footer) == (number, None)
    assert writer.counts.streams == len(sample_records)


def test_rules_are_written_in_the_order_of_their_slugs() -> None:
    given: Record = {"b/y": {}, "a/x": {}}
    header = run.header(version="1", created="c", rules_digest="d", rules=given, options={})
    assert list(header["rules"]) == ["a/x", "b/y"]


def test_without_a_footer_a_run_was_cut_short(sample_run: Run) -> None:
    text = text_of(sample_run)
    whole = text.splitlines(keepends=True)
    assert run.read("".join(whole[:-1])).footer is None
    assert run.read("".join(whole[:-1]) + whole[-1][:20]) == run.read("".join(whole[:-1]))
    assert run.read(text.rstrip("\n")) == sample_run
    assert run.read(text.encode()) == sample_run


@pytest.mark.parametrize("cut", range(1, 400, 7))
def test_wherever_a_run_is_cut_it_is_read_or_refused(sample_run: Run, cut: int) -> None:
    text = text_of(sample_run)
    head = text.index("\n") + 1
    if cut >= head - 1:
        assert run.read(text[:cut]).footer is None
    else:
        with pytest.raises(ValueError, match=r"^line 1: "):
            run.read(text[:cut])


def change(**members: Any) -> Callable[[Record], Record]:
    return lambda line: {**line, **members}


def in_record(**members: Any) -> Callable[[Record], Record]:
    return lambda line: {**line, "result": {**line["result"], **members}}


@pytest.mark.parametrize(
    ("number", "spoil", "says"),
    [
        (1, change(kind="result"), "line 1: not a run: the header is missing"),
        (1, change(schema=2), "line 1: a run of schema 2; this is 1"),
        (1, change(rules=[]), "line 1: a header needs the objects `rules` and `options`"),
        (2, change(kind="note"), "line 2: expected a result, got 'note'"),
        (2, change(kind="footer"), "line 2: expected a result, got 'footer'"),
        (2, change(result=None), "line 2: not a result record: "),
        (3, in_record(verdict="maybe"), "line 3: not a result record: 'maybe' is not a valid"),
        (3, in_record(source=7), "line 3: not a result record: a source that is not a string"),
        (3, in_record(findings=[{}]), "line 3: not a result record: 'level'"),
        (3, in_record(findings="x"), "line 3: not a result record: "),
        (8, change(counts={}), "line 8: a footer lacks 'streams'"),
        (8, change(exit="1"), "line 8: a count that is not a whole number"),
        (8, change(deviations={"stale": 1, "unexercised": []}), "line 8: deviations that are not"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_spoiled_line_is_named(
    sample_run: Run, number: int, spoil: Callable[[Record], Record], says: str
) -> None:
    lines = [json.dumps(line) for line in lines_of(sample_run)]
    lines[number - 1] = json.dumps(spoil(json.loads(lines[number - 1])))
    with pytest.raises(ValueError) as error:
        run.read("\n".join(lines) + "\n")
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", "line 1: not a run: the header is missing"),
        ("data: {}\n\n", "line 1: not JSON"),
        ("[]\n", "line 1: not a JSON object"),
        ("[" * 100_000 + "\n", "line 1: nested too deeply"),
        (b"{}\n\xff\n", "line 2: not UTF-8"),
    ],
    ids=ascii,
)
def test_what_is_no_run_is_refused(data: str | bytes, says: str) -> None:
    with pytest.raises(ValueError) as error:
        run.read(data)
    assert str(error.value) == says


@given(st.binary(max_size=300), st.data())
def test_a_packed_body_is_unpacked_again(body: bytes, data: st.DataObject) -> None:
    starts = data.draw(st.sets(st.integers(0, max(len(body) - 1, 0))))
    bounds = (*sorted(starts), len(body))
    assert run.unpack_body(run.pack_body(body, bounds)) == (body, bounds)


@pytest.mark.parametrize(
    "spoil",
    [
        change(encoding="gzip"),
        change(data="!"),
        change(data="AAAA"),
        change(bytes=3),
        change(bytes="x"),
        change(bytes=-1),
        change(bounds=None),
        lambda packed: {key: packed[key] for key in packed if key != "data"},
    ],
    ids=[
        "encoding",
        "not base64",
        "not zlib",
        "too short",
        "no number",
        "a negative number",
        "no bounds",
        "no data",
    ],
)
def test_a_spoiled_body_is_refused(spoil: Callable[[Record], Record]) -> None:
    with pytest.raises(ValueError, match=r"^not a packed body: "):
        run.unpack_body(spoil(run.pack_body(b"data: 1\n\n", (0, 9))))


def test_a_body_expands_no_further_than_it_says() -> None:
    bomb = run.pack_body(b"\0" * 10_000_000, (0,))
    with pytest.raises(ValueError, match="at least 11 bytes and not 10"):
        run.unpack_body({**bomb, "bytes": 10})


def test_a_packed_body_is_compressed_and_little_endian() -> None:
    packed = run.pack_body(b"a" * 10_000, (0, 258, 10_000))
    raw = zlib.decompress(run.base64.b64decode(packed["bounds"]))
    assert raw == b"\0\0\0\0\x02\x01\0\0\x10\x27\0\0"
    assert len(packed["data"]) < 100


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        (ReportBytes.ALL, [0, 1, 2, 3, 4, 5]),
        (ReportBytes.BROKEN, [1, 2, 3]),
        (ReportBytes.NONE, []),
    ],
)
def test_bytes_are_kept_as_asked(
    sample_records: list[Record], policy: ReportBytes, kept: list[int]
) -> None:
    assert [at for at, one in enumerate(sample_records) if policy.keeps(one)] == kept


def test_counts_come_from_the_records(sample_records: list[Record]) -> None:
    counts = Counts()
    for record in sample_records:
        counts = run.counted(counts, record)
    assert counts.verdicts[Verdict.PASS] == 2
    assert counts.excused == 1


def test_the_same_run_gives_the_same_bytes(sample_run: Run, hostile_run: Run) -> None:
    for found in (sample_run, hostile_run):
        sink = io.StringIO()
        writer = RunWriter(sink=sink)
        writer.begin(found.header)
        for line in found.results:
            writer.add(line["result"], line["body"])
        assert found.footer is not None
        writer.end(found.footer)
        assert run.read(sink.getvalue()) == found
        assert sink.getvalue().isascii()
        assert jsonl.render(found) == jsonl.render(run.read(sink.getvalue()))
