"""Law 5, determinism: the same input gives the same run and the same page, byte for byte.

In this process and in another, whatever the seed of its hashes, with one process or with two.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge import check
from streamgauge.data import fixtures_root
from streamgauge.report.plain_json import dumps

HARNESS = Path(__file__).resolve().parents[2]
FILES = ("run.jsonl", "report.html", "report.json", "junit.xml", "report.md")


@given(data=st.data())
def test_a_body_is_judged_the_same_twice(
    data: st.DataObject, spoiled: st.SearchStrategy[bytes]
) -> None:
    body = data.draw(spoiled)
    assert dumps(check(body).record) == dumps(check(body).record)


def judge_elsewhere(folder: Path, out: Path, seed: str, jobs: str = "1") -> dict[str, bytes]:
    """A run of the command in a process of its own: what it printed and wrote."""
    environment = {**os.environ, "PYTHONPATH": str(HARNESS), "PYTHONHASHSEED": seed}
    environment["SOURCE_DATE_EPOCH"] = "1700000000"
    command = [sys.executable, "-m", "streamgauge", "check", ".", "--format", "jsonl"]
    command += ["--report", "html,json,junit,markdown", "--report-dir", str(out), "--jobs", jobs]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    return {"stdout": done.stdout, **{name: (out / name).read_bytes() for name in FILES}}


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few streams with findings of every kind, and files that cannot be read."""
    folder = tmp_path_factory.mktemp("recordings")
    chunk = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}}]}
    for number in range(20):
        odd = {f"key{number * at}": {"b", "a", str(at)} and at for at in range(5)}
        line = f"data: {json.dumps({**chunk, 'usage': odd, 'id': f'i{number}'})}\n\n"
        (folder / f"{number}.sse").write_text(line * (number + 1) + "event: x\ndata: {")
    (folder / "broken.yaml").write_text("a: [")
    for path in list(fixtures_root().rglob("stream.*"))[:12]:
        (folder / f"{'-'.join(path.parts[-3:])}").write_bytes(path.read_bytes())
    return folder


def test_another_process_with_another_hash_seed_writes_the_same_bytes(
    recordings: Path, tmp_path: Path
) -> None:
    first = judge_elsewhere(recordings, tmp_path / "out", "0")
    second = judge_elsewhere(recordings, tmp_path / "out", "4242", jobs="2")
    assert [name for name in first if first[name] != second[name]] == []
    assert b"2023-11-14T22:13:20Z" in first["run.jsonl"]
