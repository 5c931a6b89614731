"""Client libraries on trial, in short: those that are installed here, over a dozen cases.

The long form is `streamgauge clients`: every client, every case. Here OpenAI's and Anthropic's SDKs
for Python are tried as they are installed beside us, and OpenAI's for Node where its environment
has been made before. A case is held to what it says; what a client is known to do otherwise at a
case is stated here, and is exposed when it no longer does.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from functools import cache

import pytest

from streamgauge import data
from streamgauge.door.environments import environment, folder
from streamgauge.trials.clients.case import Case, from_data
from streamgauge.trials.clients.engine import Client, Tried, planned, try_clients
from streamgauge.trials.clients.roster import Package, packages, protocol_folder
from streamgauge.trials.clients.sources import played
from streamgauge.verdict.grading import Behaviour

NAMES = (
    "plain-text.{}.whole",
    "plain-text.{}.sevens",
    "split-unicode.{}.characters",
    "one-tool.{}",
    "parallel-tools.{}",
    "cut-in-text.{}",
    "cut-in-arguments.{}",
    "drop-in-text.{}",
    "drop-in-text-and-closed.{}",
    "crlf.{}",
    "comments.{}",
    "status-429.{}",
    "error-in-stream.{}",
)
CLIENTS = (
    "openai/chat-create",
    "openai/chat-stream",
    "anthropic/messages-stream",
    "openai-node/chat-create",
)

KNOWN: Mapping[str, Mapping[str, Behaviour]] = {
    # The last call of a message whose stream was cut has whatever could be read of it.
    "anthropic/messages-stream": {"cut-in-arguments": Behaviour.TRUNCATED_TOOL_CALL},
    # Under `connection: close` Node's fetch takes a body without its last chunk for a whole one.
    "openai-node/chat-create": {"drop-in-text-and-closed": Behaviour.SILENT},
}
"""By client and case, what is otherwise than the case wants."""


@cache
def package(name: str) -> Package:
    (found,) = (one for one in packages(data.clients_root()) if one.name == name)
    return found


def client(name: str) -> Client:
    """A client as it is here; skips where it is not."""
    library = package(name.partition("/")[0])
    if library.language == "python":
        pytest.importorskip(library.name)
    elif shutil.which("node") is None:
        pytest.skip("node is not installed")
    elif not any(folder().glob(f"{library.name}-*/.ready")):
        pytest.skip(f"its environment is not made: streamgauge clients {library.name} makes it")
    here = environment(library, protocol_folder(data.clients_root()), here=True, say=lambda _: None)
    (mode,) = (one for one in library.modes if one.name == name)
    return Client(
        name=name,
        dialect=mode.dialect,
        program=here.program(mode),
        able=mode.able,
        edition=here.edition,
    )


@cache
def cases(dialect: str) -> tuple[Case, ...]:
    known = {one.id: one for table in data.cases_data().values() for one in from_data(table)}
    return tuple(known[name.format(dialect)] for name in NAMES)


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_does_what_the_cases_want(name: str) -> None:
    one = client(name)
    found: list[Tried] = []
    plan = planned([one], [played(case) for case in cases(one.dialect)])
    asyncio.run(try_clients(plan, found.append, seconds=20.0))
    graded = {tried.played.case.id: tried.grade for tried in found if tried.grade is not None}
    assert len(graded) == len(NAMES)
    known = {f"{case}.{one.dialect}": told for case, told in KNOWN.get(name, {}).items()}
    otherwise = {id: grade.behaviour for id, grade in graded.items() if not grade.kept}
    assert otherwise == known, [f"{id}: {grade.says}" for id, grade in graded.items()]
