"""`pytest -m live` as users run it: nothing to try, a wrong key, a good one, several processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from streamgauge.pytest_plugin import TrialResult, is_live

pytestmark = pytest.mark.usefixtures("no_keys")

KEY = "sk-planted-0123456789abcdef"
HARNESS = str(Path(__file__).parents[2])
LIVE = ("-m", "live")
TWO = ("--streamgauge-scenario", "plain-text", "--streamgauge-scenario", "usage")
OWN_TEST = """
import pytest

@pytest.mark.live
def test_ours(live_result):
    live_result.demand()

@pytest.mark.live
def test_somebody_else_s():
    pass

def test_of_the_kernel():
    pass
"""

Pytest = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def inner(tmp_path: Path) -> Pytest:
    """`inner(*arguments, MOONSHOT_API_KEY=…)`: pytest in an empty folder, our plugin installed."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "-p", "streamgauge.pytest_plugin"]
        # Other people's plugins cost a second each; a proxy that is not there keeps us from the
        # network whatever goes wrong.
        quiet = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "HTTPS_PROXY": "http://127.0.0.1:9"}
        return subprocess.run(
            [*command, "-p", "no:cacheprovider", "--color=no", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": HARNESS, **quiet, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


@pytest.fixture
def kimi(providers, tmp_path: Path) -> str:
    """A Moonshot that knows one key, configured as a target; its URL."""
    url: str = providers.simulated("moonshot", keys=(KEY,))
    (tmp_path / "streamgauge.toml").write_text(
        f"[targets.kimi]\nvendor = 'moonshot'\nbase-url = '{url}'\n"
    )
    return url


def records(folder: Path) -> list[dict]:
    lines = [json.loads(line) for line in (folder / "run.jsonl").read_text().splitlines()]
    return [line["result"] for line in lines if line["kind"] == "result"]


def test_without_a_key_it_says_what_to_set_and_is_not_green(inner: Pytest) -> None:
    done = inner(*LIVE)
    assert done.returncode == 5
    assert "streamgauge: nothing to try: set a provider's key (" in done.stdout
    assert "MOONSHOT_API_KEY" in done.stdout


@pytest.mark.usefixtures("kimi")
def test_a_wrong_key_fails_in_the_vendor_s_words(inner: Pytest) -> None:
    done = inner(*LIVE, *TWO, MOONSHOT_API_KEY="sk-wrong-0123456789")
    assert done.returncode == 1
    assert "2 failed" in done.stdout
    assert "Invalid Authentication" in done.stdout
    assert "sk-wrong-0123456789" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout


@pytest.mark.usefixtures("kimi")
def test_a_good_key_is_green_with_one_item_a_scenario(
    inner: Pytest, tmp_path: Path, providers
) -> None:
    done = inner(*LIVE, *TWO, "-v", MOONSHOT_API_KEY=KEY, KIMI_STREAM_ENABLED="1")
    assert done.returncode == 0, done.stdout
    assert "streamgauge-live::kimi/plain-text PASSED" in done.stdout
    assert "streamgauge-live::kimi/usage PASSED" in done.stdout
    assert "streamgauge: report: reports/live/report.html" in done.stdout
    found = records(tmp_path / "reports" / "live")
    assert len(providers.asked) == len(found)
    assert {one["metadata"]["live"]["scenario"] for one in found} == {"plain-text", "usage"}
    assert all(KEY not in path.read_text() for path in tmp_path.rglob("*.*") if path.is_file())


@pytest.mark.usefixtures("kimi")
def test_a_closed_gate_is_told_and_asked_whole(inner: Pytest, tmp_path: Path) -> None:
    done = inner(*LIVE, *TWO, MOONSHOT_API_KEY=KEY)
    assert done.returncode == 0, done.stdout
    assert "kimi: asked without streaming: KIMI_STREAM_ENABLED is not set" in done.stdout
    found = records(tmp_path / "reports" / "live")
    assert [one["metadata"]["streamed"] for one in found] == [False, False]


@pytest.mark.usefixtures("kimi")
def test_several_processes_ask_once(inner: Pytest, tmp_path: Path, providers) -> None:
    done = inner(*LIVE, *TWO, "-p", "xdist", "-n", "2", MOONSHOT_API_KEY=KEY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    assert "streamgauge: report: reports/live/report.html" in done.stdout
    assert len(providers.asked) == len(records(tmp_path / "reports" / "live"))


@pytest.mark.usefixtures("kimi")
def test_skips_alone_are_not_green(inner: Pytest) -> None:
    arguments = ("--streamgauge-scenario", "two-choices", "-rs")
    done = inner(*LIVE, *arguments, MOONSHOT_API_KEY=KEY)
    assert done.returncode == 5, done.stdout
    assert "1 skipped" in done.stdout


@pytest.mark.usefixtures("kimi")
def test_one_s_own_test_takes_the_place_of_ours(inner: Pytest, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(OWN_TEST)
    done = inner(*LIVE, *TWO, "-v", MOONSHOT_API_KEY=KEY)
    assert done.returncode == 0, done.stdout
    assert "test_mine.py::test_ours[kimi/plain-text] PASSED" in done.stdout
    assert "streamgauge-live::" not in done.stdout
    assert "3 passed, 1 deselected" in done.stdout


@pytest.mark.usefixtures("kimi")
def test_nobody_s_other_tests_are_touched(inner: Pytest, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(OWN_TEST)
    plain = inner(MOONSHOT_API_KEY=KEY)
    assert plain.returncode == 0
    assert "2 passed, 1 deselected" in plain.stdout
    assert not (tmp_path / "reports").exists()
    keyless = inner(*LIVE)
    assert keyless.returncode == 0
    assert "1 passed, 2 deselected" in keyless.stdout
    assert "streamgauge: kimi: no key: set MOONSHOT_API_KEY or KIMI_API_KEY" in keyless.stdout
    named = inner(*LIVE, "test_mine.py::test_somebody_else_s", MOONSHOT_API_KEY=KEY)
    assert "1 passed" in named.stdout
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("max-requests = 'x'", "streamgauge.toml: /max-requests: "),
        ("[targets.a]\nvendor = 'acme'", "target a: --vendor acme: no such vendor"),
    ],
    ids=["no configuration", "no vendor"],
)
def test_a_wrong_configuration_is_a_usage_error(
    text: str, says: str, inner: Pytest, tmp_path: Path
) -> None:
    (tmp_path / "streamgauge.toml").write_text(text)
    done = inner(*LIVE)
    assert done.returncode == 4
    assert f"ERROR: streamgauge: {says}" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.usefixtures("kimi")
def test_a_fault_of_ours_shows_no_key_even_with_locals(inner: Pytest, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from streamgauge.trials import expectation\n"
        "def broken(*_):\n    raise RuntimeError('ours')\n"
        "expectation.unmet = broken\n"
    )
    done = inner(*LIVE, *TWO, "--showlocals", MOONSHOT_API_KEY=KEY)
    assert done.returncode == 1
    assert "RuntimeError: ours" in done.stdout
    assert KEY not in done.stdout + done.stderr


def test_the_instruments_replay_record_and_judge(
    inner: Pytest, tmp_path: Path, streams: dict[str, bytes]
) -> None:
    (tmp_path / "good.sse").write_bytes(streams["good"])
    (tmp_path / "test_client.py").write_text(
        """
import asyncio
import pathlib
import httpx
from streamgauge import Exchange
from streamgauge.exchange import Head

BODY = pathlib.Path(__file__).with_name('good.sse').read_bytes()

async def ask(streamgauge, tmp_path, **answer):
    async with streamgauge.replay_server(Exchange(body=BODY, **answer)) as server:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.post(server.url + '/v1/chat/completions', json={})).content

def test_it(streamgauge, tmp_path):
    body = asyncio.run(ask(streamgauge, tmp_path, head=Head(status=200)))
    assert body == BODY
    assert streamgauge.judge(body).record['verdict'] == 'pass'
    with streamgauge.recorder(tmp_path / 'a.yaml', [b'sk-planted-0123456789']) as recorder:
        assert recorder is not None
"""
    )
    done = inner()
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("expression", "live"),
    [("live", True), ("not live", False), ("live and not slow", True), ("delivery", False)],
)
def test_when_live_tests_are_asked_for(expression: str, live: bool) -> None:
    assert is_live(expression) is live


def test_a_trial_without_a_result_or_with_a_leak_is_never_green() -> None:
    with pytest.raises(pytest.fail.Exception, match="the run holds no result of this trial"):
        TrialResult("a/b", (), None).demand()
    with pytest.raises(pytest.fail.Exception, match=r"a live key stands in x:1; delete it"):
        TrialResult("a/b", ({"verdict": "pass"},), None, ("x:1",)).demand()
    with pytest.raises(pytest.skip.Exception, match="why"):
        TrialResult("a/b", (), "why").demand()
