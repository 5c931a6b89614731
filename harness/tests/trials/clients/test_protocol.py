"""Every wrapper that can be started here without installing anything keeps to the protocol.

A wrapper in a new language need only pass this. Those whose library is installed elsewhere, in
an environment that was made before, are tried with STREAMGAUGE_LONG=1.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from streamgauge import data, schema
from streamgauge.door.environments import Environment, NotHereError, environment, is_made
from streamgauge.reply import Died, Hung
from streamgauge.targets.client import Wrapper
from streamgauge.trials.clients.case import from_data
from streamgauge.trials.clients.roster import Mode, Package, packages, protocol_folder
from streamgauge.trials.clients.sources import played
from streamgauge.trials.clients.stage import Stage

STREAMS = {
    "openai-chat": "simulated:openai/plain-text",
    "openai-responses": "simulated:openai/plain-text",
    "anthropic-messages": "simulated:anthropic/plain-text",
    "gemini": "simulated:google/plain-text",
}
PACKAGES = packages(data.clients_root())
PATIENCE = 60.0


class Session(NamedTuple):
    """What a wrapper said: its hello, a stream, a server that is not there, a stream again."""

    hello: Any
    first: Any
    refused: Any
    again: Any
    text: str


@pytest.fixture(scope="module", params=PACKAGES, ids=[one.name for one in PACKAGES])
def session(request: pytest.FixtureRequest) -> Session:
    """One process for each package, in its first mode."""
    package: Package = request.param
    return asyncio.run(_session(startable(package), package.modes[0]))


def startable(package: Package) -> Environment:
    """How a package is started as it is here; a skip where something would be installed."""
    protocol = protocol_folder(data.clients_root())
    beside_us = package.language == "python" and is_beside_us(package.folder)
    made_before = bool(os.environ.get("STREAMGAUGE_LONG")) and is_made(package)
    if package.language and not beside_us and not made_before:
        pytest.skip(f"{package.name} is not installed beside us")
    try:
        return environment(package, protocol, here=beside_us, say=pytest.fail)
    except NotHereError as error:
        pytest.skip(str(error))


def is_beside_us(folder: Path) -> bool:
    """Whether every library that it asks for is installed where this test runs."""
    wanted = (folder / "requirements.in").read_text(encoding="utf-8").split()
    try:
        return bool([version(re.split(r"[\[=]", name)[0]) for name in wanted])
    except PackageNotFoundError:
        return False


async def _session(made: Environment, mode: Mode) -> Session:
    table = {
        "says": "Text.", "duty": "equal", "authority": "-",
        "streams": {mode.dialect: STREAMS[mode.dialect]},
    }  # fmt: skip
    one = played(next(from_data({"case": {"a": table}})))
    (part,) = one.good.message.choices[0].parts
    async with Stage({one.case.id: one}) as stage, Wrapper(made.program(mode)) as wrapper:
        hello = await wrapper.hear(PATIENCE)
        urls = stage.url(one.case.id, "a"), nobody(), stage.url(one.case.id, "b")
        said = [
            await wrapper.ask(asked(number, url), PATIENCE) for number, url in enumerate(urls, 1)
        ]
    return Session(hello, *said, text=part.content)


def nobody() -> str:
    """A base URL at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def asked(number: int, url: str) -> dict[str, Any]:
    ask = {
        "ask": number, "case": "a", "base_url": url, "api_key": "sk-loopback-only",
        "model": "simulated", "prompt": "Hello", "thinking": False, "tools": [],
        "tool_result": "", "turns": 1, "seconds": 20.0,
    }  # fmt: skip
    assert list(schema.problems("client.ask", ask)) == []
    return ask


def lines(session: Session) -> Iterator[tuple[str, Any]]:
    yield "client.hello", session.hello
    for said in (session.first, session.refused, session.again):
        yield "client.said", said


def test_every_line_keeps_to_its_schema(session: Session) -> None:
    for name, said in lines(session):
        assert not isinstance(said, Hung | Died), said
        assert list(schema.problems(name, said)) == []


def test_an_answer_bears_the_number_of_its_question(session: Session) -> None:
    assert [said["ask"] for said in (session.first, session.refused, session.again)] == [1, 2, 3]


def test_the_text_of_a_stream_is_handed_over(session: Session) -> None:
    assert session.first["answer"]["text"] == session.text


def test_an_error_is_reported_and_the_next_question_is_answered(session: Session) -> None:
    assert session.refused["error"]["types"]
    assert session.again["answer"]["text"] == session.text
