"""`streamgauge check`: exit codes, formats, reports, deviations; one bad file stops nothing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from streamgauge import data
from streamgauge.door import check

Run = Callable[..., Result]
Streams = dict[str, bytes]


def records(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def assert_fits(schema: str, value: Any) -> None:
    known = [data.schema(name) for name in ("result", "message", "run", "deviations")]
    pairs = [(one["$id"], Resource.from_contents(one)) for one in known]
    registry: Registry[Any] = Registry().with_resources(pairs)
    validator = Draft202012Validator(data.schema(schema), registry=registry)
    errors = validator.iter_errors(value)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


CODES: dict[str, tuple[dict[str, str], list[str], int]] = {
    "a good stream": ({"a.sse": "good"}, ["a.sse"], 0),
    "a cut stream": ({"a.sse": "cut"}, ["a.sse"], 1),
    "good and cut": ({"a.sse": "good", "b.sse": "cut"}, ["a.sse", "b.sse"], 1),
    "cut, that never fails": ({"a.sse": "cut"}, ["a.sse", "--fail-on", "never"], 0),
    "cut, without its rule": ({"a.sse": "cut"}, ["a.sse", "--rule", "framing/*"], 0),
    "a stranger alone": ({"a.sse": "stranger"}, ["a.sse"], 2),
    "a page alone": ({"a.txt": "page"}, ["a.txt", "--fail-on", "never"], 2),
    "a stranger beside a good one": ({"a.sse": "good", "b.sse": "stranger"}, ["."], 0),
    "a missing file": ({}, ["a.sse"], 2),
    "a missing file beside a cut one": ({"a.sse": "cut"}, ["a.sse", "b.sse"], 2),
    "a missing file, that never fails": (
        {"a.sse": "good"},
        ["a.sse", "b.sse", "--fail-on", "never"],
        2,
    ),
    "a folder": ({"sub/a.sse": "good", "sub/notes.md": "page"}, ["sub"], 0),
    "an empty folder": ({"sub/notes.md": "page"}, ["sub"], 2),
    "a good file beside an empty folder": (
        {"a.sse": "good", "sub/notes.md": "page"},
        ["a.sse", "sub"],
        2,
    ),
}


@pytest.mark.parametrize("name", CODES)
def test_the_exit_code_says_what_was_found(
    name: str, run: Run, streams: Streams, tmp_path: Path
) -> None:
    files, arguments, code = CODES[name]
    for path, kind in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(streams[kind])
    assert run("check", *arguments).exit_code == code


def test_standard_input_is_a_recording(run: Run, streams: Streams) -> None:
    (record,) = records(run("check", "-", "--format", "jsonl", input=streams["good"]))
    assert (record["source"], record["ending"]) == ("-", "complete")


def test_gzipped_recordings_are_read(run: Run, streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "a.sse.gz").write_bytes(gzip.compress(streams["good"], mtime=0))
    (record,) = records(run("check", "a.sse.gz", "--format", "jsonl"))
    assert (record["source"], record["metadata"]["bytes"]) == ("a.sse.gz", len(streams["good"]))


def test_several_exchanges_of_a_file_are_numbered(
    run: Run, streams: Streams, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(json.dumps(cassette(streams["good"], streams["cut"])))
    found = records(run("check", "a.yaml", "--format", "jsonl"))
    assert [(one["source"], one["ending"]) for one in found] == [
        ("a.yaml#0", "complete"),
        ("a.yaml#1", "truncated"),
    ]


def cassette(*bodies: bytes) -> dict[str, Any]:
    request = {"method": "POST", "uri": "https://api.example/v1/chat/completions", "headers": {}}
    response = {"status": {"code": 200, "message": "OK"}, "headers": {}}
    return {
        "version": 1,
        "interactions": [
            {
                "request": {**request, "body": "{}"},
                "response": {**response, "body": {"string": b.decode()}},
            }
            for b in bodies
        ],
    }


def test_one_bad_file_never_stops_the_others(run: Run, streams: Streams, tmp_path: Path) -> None:
    bad = {
        "a.yaml": b"a: [",
        "b.har": b"{",
        "c.sse.gz": b"\x1f\x8bno gzip",
        "d.json": b"[" * 5000,
        "e.yaml": b"[" * 5000,
        "f.har": b'{"log": 7}',
        "g.yaml": b"version: 1\ninteractions: {}\n",
    }
    for name, content in {**bad, "z.sse": streams["good"]}.items():
        (tmp_path / name).write_bytes(content)
    found = records(run("check", ".", "--format", "jsonl"))
    assert len(found) == len(bad) + 1
    for record in found:
        assert_fits("result", record)
    assert found[-1]["verdict"] == "pass"
    unreadable = [one for one in found if one["verdict"] == "unreadable"]
    assert "./a.yaml" in [one["source"] for one in unreadable]
    assert all(one["error"] and "\n" not in one["error"] for one in unreadable)


DESCRIPTIONS = {
    "an unknown dialect": 'dialect = "latin"',
    "an unknown vendor": 'vendor = "acme"',
    "no list of rules": "breaks = 7",
    "rules that are no text": "breaks = [7]",
    "no arrivals": 'arrivals = "soon"',
    "an unknown close": 'close = "slammed"',
    "headers that are no table": 'headers = "x"',
    "a status that is no number": 'status = "ok"',
    "no TOML": "dialect =",
}


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_broken_description_is_one_unreadable_input(
    name: str, run: Run, streams: Streams, tmp_path: Path
) -> None:
    (tmp_path / "fx").mkdir()
    (tmp_path / "fx" / "stream.sse").write_bytes(streams["good"])
    (tmp_path / "fx" / "fixture.toml").write_text(DESCRIPTIONS[name])
    (tmp_path / "z.sse").write_bytes(streams["good"])
    found = records(run("check", "fx", "z.sse", "--format", "jsonl"))
    assert [one["verdict"] for one in found] == ["unreadable", "pass"]
    assert "fixture.toml" in found[0]["error"]


def test_a_request_beside_a_recording_is_what_was_asked(run: Run, tmp_path: Path) -> None:
    document = {"object": "chat.completion", "choices": [{"index": 0, "message": {"content": "a"}}]}
    (tmp_path / "a.json").write_text(json.dumps(document))
    assert records(run("check", "a.json", "--format", "jsonl"))[0]["ending"] == "not-a-stream"
    (tmp_path / "a.request.json").write_text('{"stream": false}')
    assert records(run("check", "a.json", "--format", "jsonl"))[0]["ending"] == "complete"
    (tmp_path / "a.request.json").unlink()
    (tmp_path / "asked.json").write_text('{"stream": false}')
    asked = run("check", "a.json", "--request", "asked.json", "--format", "jsonl")
    assert records(asked)[0]["ending"] == "complete"


def test_rules_are_chosen_by_glob(run: Run, streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "a.sse").write_bytes(streams["cut"])

    def broken(*arguments: str) -> set[str]:
        (record,) = records(run("check", "a.sse", "--format", "jsonl", *arguments))
        return {one["rule"] for one in record["findings"]}

    every = broken()
    assert "ending/end-is-reached" in every
    assert broken("--rule", "ending/end-*") == {"ending/end-is-reached"}
    assert broken("--skip-rule", "ending/*") == {r for r in every if not r.startswith("ending/")}
    assert broken("--rule", "ending/*", "--rule", "schema/*", "--skip-rule", "*/end-*") == {
        r for r in every if r.startswith(("ending/", "schema/")) and "/end-" not in r
    }


def test_json_lines_fit_the_schema_of_the_result(
    run: Run, streams: Streams, tmp_path: Path
) -> None:
    for name, body in streams.items():
        (tmp_path / f"{name}.sse").write_bytes(body)
    result = run("check", ".", "missing.sse", "--format", "jsonl")
    found = records(result)
    assert [one["source"] for one in found] == [
        *("./cut.sse", "./good.sse", "./page.sse", "./stranger.sse", "missing.sse")
    ]
    for record in found:
        assert_fits("result", record)
    verdicts = [one["verdict"] for one in found]
    assert verdicts == ["fail", "pass", "unsupported", "unsupported", "unreadable"]


def test_json_is_one_document_with_every_record(run: Run, streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "a.sse").write_bytes(streams["cut"])
    result = run("check", "a.sse", "a.sse", "--format", "json")
    assert [one["source"] for one in json.loads(result.stdout)["results"]] == ["a.sse", "a.sse"]


def test_github_annotates_the_file(run: Run, streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "a.sse").write_bytes(streams["cut"])
    lines = run("check", "a.sse", "--format", "github").stdout.splitlines()
    assert any(line.startswith("::error file=a.sse,") for line in lines)


def test_text_names_the_stream_its_verdict_and_its_rules(
    run: Run, streams: Streams, tmp_path: Path
) -> None:
    (tmp_path / "a.sse").write_bytes(streams["cut"])
    result = run("check", "a.sse")
    assert "a.sse" in result.stdout
    assert "ending/end-is-reached" in result.stdout
    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_quiet_prints_nothing(run: Run, streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "a.sse").write_bytes(streams["cut"])
    arguments = ["-q", "--report", "html", "--report-dir", "out", "--update-deviations", "d.toml"]
    result = run("check", "a.sse", *arguments)
    assert (result.stdout, result.stderr, result.exit_code) == ("", "", 1)


def test_every_view_and_the_run_are_written(run: Run, streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "a.sse").write_bytes(streams["cut"])
    run("check", "a.sse", "--report", "html, json,junit,markdown", "--report-dir", "x/y")
    names = {path.name for path in (tmp_path / "x" / "y").iterdir()}
    assert names == {"run.jsonl", "report.html", "report.json", "junit.xml", "report.md"}
    lines = (tmp_path / "x" / "y" / "run.jsonl").read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["header", "result", "footer"]
    for line in lines:
        assert_fits("run", json.loads(line))


KEPT = {"all": ["cut", "good"], "broken": ["cut"], "none": []}


@pytest.mark.parametrize("which", KEPT)
def test_reports_keep_the_bytes_that_were_asked_for(
    which: str, run: Run, streams: Streams, tmp_path: Path
) -> None:
    for name in ("cut", "good"):
        (tmp_path / f"{name}.sse").write_bytes(streams[name])
    arguments = ["--report", "json", "--report-dir", "out", "--report-bytes", which]
    run("check", "cut.sse", "good.sse", "--skip-rule", "usage/*", *arguments)
    lines = map(json.loads, (tmp_path / "out" / "run.jsonl").read_text().splitlines())
    kept = [Path(one["result"]["source"]).stem for one in lines if one.get("body")]
    assert kept == KEPT[which]


BLOCKED = {
    "a file where the folder of reports goes": ["--report", "json", "--report-dir", "a.sse"],
    "a folder where the run goes": ["--report", "json", "--report-dir", "taken"],
    "a folder where a view goes": ["--report", "markdown", "--report-dir", "half"],
    "a folder where deviations go": ["--update-deviations", "taken"],
    "no folder for deviations": ["--update-deviations", "none/d.toml"],
}


@pytest.mark.parametrize("name", BLOCKED)
def test_a_path_that_cannot_be_written_is_one_line(
    name: str, run: Run, streams: Streams, tmp_path: Path
) -> None:
    (tmp_path / "a.sse").write_bytes(streams["good"])
    (tmp_path / "taken" / "run.jsonl").mkdir(parents=True)
    (tmp_path / "half" / "report.md").mkdir(parents=True)
    result = run("check", "a.sse", "-q", *BLOCKED[name])
    assert result.exit_code == 2
    assert result.stderr.startswith("streamgauge: ")
    assert result.stderr.count("\n") == 1


EXCUSE = """
[[deviation]]
source = "a.sse"
rule = "{rule}"
reason = "known"
link = ""
since = "2026-11-01"
"""


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(("*", "cut", 0), id="needed"),
        pytest.param(("ending/end-is-reached", "good", 1), id="stale"),
        pytest.param(("timing/no-long-stall", "good", 0), id="never put to the test"),
    ],
)
def test_deviations_excuse_and_go_stale(
    row: tuple[str, str, int], run: Run, streams: Streams, tmp_path: Path
) -> None:
    rule, stream, code = row
    (tmp_path / "a.sse").write_bytes(streams[stream])
    (tmp_path / "d.toml").write_text(EXCUSE.format(rule=rule))
    result = run("check", "a.sse", "--deviations", "d.toml")
    assert result.exit_code == code
    if stream == "good":
        assert rule in result.stdout


def test_an_excused_finding_says_why(run: Run, streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "a.sse").write_bytes(streams["cut"])
    (tmp_path / "d.toml").write_text(EXCUSE.format(rule="ending/*"))
    arguments = ["--deviations", "d.toml", "--format", "jsonl", "--rule", "ending/end-is-reached"]
    (record,) = records(run("check", "a.sse", *arguments))
    assert [one["excused"] for one in record["findings"]] == ["known"]
    assert record["verdict"] == "pass"


def test_deviations_that_were_written_excuse_the_next_run(
    run: Run, streams: Streams, tmp_path: Path
) -> None:
    for name in ("a [1].sse", "b.sse"):
        (tmp_path / name).write_bytes(streams["cut"])
    files = ["a [1].sse", "b.sse"]
    assert run("check", *files, "--update-deviations", "d.toml").exit_code == 1
    assert run("check", *files, "--deviations", "d.toml", "--fail-on", "should").exit_code == 0
    before = (tmp_path / "d.toml").read_text()
    run("check", *files, "--deviations", "d.toml", "--update-deviations", "d.toml")
    assert (tmp_path / "d.toml").read_text() == before
    (tmp_path / "b.sse").write_bytes(streams["good"])
    assert run("check", *files, "--deviations", "d.toml").exit_code == 1
    run("check", *files, "--deviations", "d.toml", "--update-deviations", "d.toml")
    assert "b.sse" not in (tmp_path / "d.toml").read_text()


def test_several_processes_print_and_write_the_same_bytes(
    run: Run, streams: Streams, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    for number in range(40):
        kind = list(streams)[number % len(streams)]
        (tmp_path / "in" / f"{number}.sse").write_bytes(streams[kind])

    def judged(jobs: str) -> tuple[str, bytes]:
        arguments = ["--format", "jsonl", "--report", "json", "--report-dir", "out", "--jobs", jobs]
        stdout = run("check", "in", *arguments).stdout
        return stdout, (tmp_path / "out" / "run.jsonl").read_bytes()

    assert judged("1") == judged("2")


def test_an_interruption_is_told_and_ends_with_2(
    run: Run, streams: Streams, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.sse").write_bytes(streams["good"])

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "judge_all", interrupted)
    result = run("check", "a.sse")
    assert result.exit_code == 2
    assert "interrupted" in result.stderr


@pytest.mark.corpus
def test_recordings_are_judged_in_one_run(run: Run, corpus: Path) -> None:
    """A folder of every dialect; all streams with the long run of law 9."""
    folders = sorted(path for path in (corpus / "streams").glob("*/*") if path.is_dir())
    chosen = [str(path) for path in folders if len(list(path.iterdir())) <= 12][:25]
    result = run("check", *chosen, "--format", "jsonl", "--jobs", "1", "--fail-on", "never")
    found = records(result)
    assert len(found) > 50
    for record in found[::10]:
        assert_fits("result", record)
    assert {one["verdict"] for one in found} <= {"pass", "warn", "fail", "unsupported"}
    assert result.exit_code == 0
