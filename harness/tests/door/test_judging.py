"""Judging inputs in the order they were named in, in one process or several."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamgauge.door.inputs import Input
from streamgauge.door.judging import Plan, judge_all, judge_input
from streamgauge.report.run import ReportBytes, unpack_body

PLAN = Plan(
    dialect="auto",
    vendor="auto",
    rule=(),
    skip_rule=(),
    excuses=(),
    secrets=(),
    request=None,
    keep=ReportBytes.ALL,
)


def named(path: Path, *, by_user: bool = True) -> Input:
    return Input(source=path.name, path=path, named=by_user)


@pytest.mark.parametrize("jobs", [1, 2])
def test_order_is_kept(jobs: int, streams: dict[str, bytes], tmp_path: Path) -> None:
    found = []
    for number in range(40):
        path = tmp_path / f"{number}.sse"
        path.write_bytes(streams["good"] * (40 - number))
        found.append(named(path))
    judged = list(judge_all(found, PLAN, jobs))
    assert [one.record["source"] for one in judged] == [one.source for one in found]


@pytest.mark.parametrize(("by_user", "trouble"), [(True, 1), (False, 0)])
def test_what_cannot_be_read_troubles_a_run_that_was_asked_for_it(
    by_user: bool, trouble: int, tmp_path: Path
) -> None:
    (judged,) = judge_input(named(tmp_path / "none.sse", by_user=by_user), PLAN)
    assert (judged.record["verdict"], judged.trouble) == ("unreadable", trouble)


def test_the_bytes_that_are_kept_are_the_body(streams: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "a.sse").write_bytes(streams["good"])
    (judged,) = judge_input(named(tmp_path / "a.sse"), PLAN)
    assert judged.body is not None
    body, bounds = unpack_body(judged.body)
    assert body == streams["good"]
    assert (bounds[0], bounds[-1], len(bounds)) == (0, len(body), 6)


def test_a_fixture_is_excused_for_what_it_names(streams: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "a [b]"
    folder.mkdir()
    (folder / "stream.sse").write_bytes(streams["cut"])
    told = (
        'says = "it is cut"\nvendor = "openai"\nbreaks = ["ending/end-is-reached", "usage/is-sent"]'
    )
    (folder / "fixture.toml").write_text(told)
    path = folder / "stream.sse"
    (judged,) = judge_input(Input(source=str(path), path=path, named=True), PLAN)
    excused = {one["rule"]: one["excused"] for one in judged.record["findings"]}
    assert judged.record["vendor"] == "openai"
    assert excused["ending/end-is-reached"] == "broken on purpose: it is cut"
