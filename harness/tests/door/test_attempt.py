"""An attempt: scenarios that are chosen, keys that come back from a provider, runs gone on with."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamgauge.door.attempt import scenarios
from streamgauge.door.trouble import UsageError
from streamgauge.exchange import Exchange, Framing, Head

pytestmark = pytest.mark.usefixtures("no_keys")

KEY = "sk-planted-0123456789abcdef"
ARGUMENTS = ("--scenario", "plain-text", "--report", "html,json,junit,markdown")
OWN = """
title = "Ours"
says = "It answers."
[[steps]]
user = "Hi"
"""


def test_globs_choose_and_a_folder_stands_in(tmp_path: Path) -> None:
    assert [one.name for one in scenarios(["plain-*", "usage"], None)] == ["plain-text", "usage"]
    assert len(scenarios([], None)) >= 20
    (tmp_path / "ours.toml").write_text(OWN)
    assert [one.name for one in scenarios([], str(tmp_path))] == ["ours"]
    with pytest.raises(UsageError, match="--scenario plain: none has that name; known: ours"):
        scenarios(["plain"], str(tmp_path))


def stream(*pieces: str, headers: tuple[tuple[str, str], ...] = ()) -> Exchange:
    """A chat answer, one network piece for each text."""
    chunks = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces)]
    lines = [_line(delta, None) for delta in chunks] + [_line({}, "stop"), b"data: [DONE]\n\n"]
    return Exchange(
        head=Head(status=200, headers=(("content-type", "text/event-stream"), *headers)),
        body=b"".join(lines),
        arrivals=tuple((sum(map(len, lines[:n])), float(n)) for n in range(len(lines))),
        framing=Framing.CHUNKED,
    )


def _line(delta: dict[str, str], finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n".encode()


def cut(exchange: Exchange, places: list[int]) -> Exchange:
    """The same body in pieces of any size."""
    bounds = sorted({0, *(place % len(exchange.body) for place in places)})
    arrivals = tuple((place, float(n)) for n, place in enumerate(bounds))
    return Exchange(head=exchange.head, body=exchange.body, arrivals=arrivals,
                    framing=Framing.CHUNKED)  # fmt: skip


def refusal(key: str) -> Exchange:
    said = {"error": {"message": f"Incorrect API key provided: {key}", "type": "auth"}}
    return Exchange(
        head=Head(status=401, headers=(("content-type", "application/json"), ("x-echo", key))),
        body=json.dumps(said).encode(),
    )


ECHOES: dict[str, Callable[[str], Exchange]] = {
    "in its text": lambda key: stream("Your key is ", key, "."),
    "over two events": lambda key: stream("Your key is " + key[:9], key[9:] + "."),
    "letter by letter": lambda key: stream("Your key is ", *key, "."),
    "over two pieces": lambda key: cut(stream("Your key is " + key), [150, 250, 275, 290]),
    "in a header": lambda key: stream("Hi", headers=(("x-echo", key), ("set-cookie", f"k={key}"))),
    "in an error": refusal,
    "in an error in mid-stream": lambda key: Exchange(
        head=Head(status=200, headers=(("content-type", "text/event-stream"),)),
        body=stream("Hi").body[:150] + f'data: {{"error":{{"message":"{key}"}}}}\n\n'.encode(),
    ),
}


def written(folder: Path) -> str:
    return "".join(p.read_text() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("command", ["run", "record"])
@pytest.mark.parametrize("echo", ECHOES)
def test_a_key_that_a_provider_sends_back_stands_nowhere(
    echo: str, command: str, run, providers, tmp_path: Path
) -> None:
    url = providers.answering(lambda _: ECHOES[echo](KEY))
    os.environ["MINE_KEY"] = KEY  # taken away again by `no_keys`
    result = run(
        command, f"{url}/v1", "--model", "m", "--api-key-env", "MINE_KEY", *ARGUMENTS,
    )  # fmt: skip
    assert result.exit_code in (0, 1), result.output
    assert any(KEY in str(value) for _, value in providers.asked[0].headers)
    assert KEY not in result.output + written(tmp_path)
    assert (tmp_path / "cassettes").is_dir() is (command == "record")


@settings(
    max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    key=st.from_regex(r"[A-Za-z0-9_+/=.-]{12,48}", fullmatch=True),
    places=st.lists(st.integers(0, 2000), max_size=8),
)
def test_no_key_is_kept_wherever_the_stream_is_cut(
    key: str, places: list[int], run, providers, tmp_path: Path
) -> None:
    answer = cut(stream(f"It is {key}.", headers=(("x-echo", key),)), places)
    url = providers.answering(lambda _: answer)
    os.environ["MINE"] = key
    try:
        result = run(
            "record", f"{url}/v1", "--model", "m", "--api-key-env", "MINE", "--report", "html",
            "--scenario", "plain-text",
        )  # fmt: skip
    finally:
        del os.environ["MINE"]
    assert result.exit_code in (0, 1), result.output
    assert key not in result.output + written(tmp_path)


WRONG_RUNS: dict[str, tuple[str, str]] = {
    "no JSON": ("x\n", "reports/latest/run.jsonl: "),
    "no header": ('{"kind": "footer"}\n', "reports/latest/run.jsonl: "),
    "an empty header": ('{"kind": "header"}\n', "reports/latest/run.jsonl: "),
    "nothing": ("", "reports/latest/run.jsonl: "),
}


@pytest.mark.parametrize("name", WRONG_RUNS)
def test_what_is_no_run_is_not_resumed(name: str, run, tmp_path: Path) -> None:
    text, says = WRONG_RUNS[name]
    (tmp_path / "reports" / "latest").mkdir(parents=True)
    (tmp_path / "reports" / "latest" / "run.jsonl").write_text(text)
    result = run("run", "--resume", "--vendor", "moonshot")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"streamgauge: {says}")
    assert result.stderr.count("\n") == 1


def test_another_run_is_not_gone_on_with(run) -> None:
    arguments = ["run", "--vendor", "zhipu", "--replay-speed", "0", "-q"]
    assert run(*arguments, "--scenario", "plain-text").exit_code == 0
    for more in (["--scenario", "usage"], ["--scenario", "plain-text", "--model", "other"]):
        refused = run(*arguments, *more, "--resume")
        assert refused.exit_code == 2
        assert "run.jsonl: cannot be resumed: `" in refused.stderr
    assert run(*arguments, "--scenario", "plain-text", "--resume").exit_code == 0
