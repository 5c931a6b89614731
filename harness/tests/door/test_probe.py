"""`streamgauge probe`: one stream, its figures and its trace; refusals and silences in words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from streamgauge.exchange import Close, Exchange, Head

pytestmark = pytest.mark.usefixtures("no_keys")

KEY = "sk-planted-0123456789abcdef"


def test_the_simulator_is_probed_where_nobody_is_named(run) -> None:
    result = run("probe")
    assert result.exit_code == 0, result.output
    said = result.stdout
    assert re.search(
        r"status 200, [\d,]+ bytes in \d+ pieces, \d+ events, \d+ chunks, closed", said
    )
    assert re.search(r"first token: any \d+\.\d ms, content \d+\.\d ms", said)
    assert re.search(r"total \d+\.\d ms, longest gap \d+\.\d ms", said)
    assert re.search(r"usage: input_tokens \d+, output_tokens \d+", said)
    trace = "reports/latest/probe.yaml"
    assert f"kept in {trace}; judge it again with\n  streamgauge check {trace} --vendor op" in said
    assert run("check", trace, "--vendor", "openai").exit_code == 0


def test_a_refusal_is_told_in_the_vendor_s_words(
    run, providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = providers.simulated("moonshot", keys=(KEY,))
    monkeypatch.setenv("MINE", "sk-wrong-0123456789")
    result = run(
        "probe", url, "--model", "k", "--vendor", "moonshot", "--api-key-env", "MINE",
        "--trace", "a/b.yaml",
    )  # fmt: skip
    assert "status 401" in result.stdout
    assert "error: Invalid Authentication" in result.stdout
    assert "sk-wrong" not in result.output + Path("a/b.yaml").read_text()


TROUBLES: dict[str, tuple[list[str], str]] = {
    "nobody there": (["http://127.0.0.1:9/v1", "--model", "m"], "no answer: no connection: "),
    "no key": (["moonshot"], "moonshot: no key: set MOONSHOT_API_KEY or KIMI_API_KEY in the env"),
    "no such word": (["nonsense"], "nonsense: no target, vendor or URL"),
    "no model": (["http://127.0.0.1:9/v1"], "http://127.0.0.1:9/v1: which model?"),
    "a file as a folder": (["--trace", "file/a.yaml"], "--trace file: "),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_a_trouble_is_one_line(name: str, run) -> None:
    Path("file").write_text("")
    arguments, says = TROUBLES[name]
    result = run("probe", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"streamgauge: {says}")
    assert result.stderr.count("\n") == 1


def test_an_answer_that_is_no_stream_and_words_that_act_are_shown_as_they_are(
    run, providers
) -> None:
    said = {"error": {"message": f"no \x1b[31m{KEY}", "type": "x"}}
    refusal = Exchange(
        head=Head(status=503, headers=(("content-type", "application/json"),)),
        body=json.dumps(said).encode(),
        close=Close.CLEAN,
    )
    url = providers.answering(lambda _: refusal)
    result = run("probe", f"{url}/v1", "--model", "m")
    assert result.exit_code in (1, 2)
    assert r"no \x1b[31m" in result.stdout
    assert "\x1b[31m" not in result.output
