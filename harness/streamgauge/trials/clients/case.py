"""A case: a stream, what is done to it on the way, and what a client must make of it.

Values, and how they are read from the TOML in `conformance/cases` (format:
`conformance/schemas/case.schema.json`, explained in docs/clients.md). One table is a case for each
dialect that it names a stream for. It must never make the stream: `sources` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from streamgauge.exchange import Framing
from streamgauge.rules.finding import Level
from streamgauge.verdict.grading import Behaviour, Charge, Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One stream for one client.

    `stream` is `fixture:<dialect>/<behaviour>`, `simulated:<vendor>/<scenario>` or, where its
    payloads are `written` in the case itself (one a line, as `vendor` sends them),
    `written:<name>`. `prompt` is what the user of a scenario says in place of its own words, or
    empty. `fault` is a fault as the catalogue names it, or empty; `split` is a plan of `splitting`.
    `connection` is the head's `Connection` value, or empty for none. `turns` is how many requests
    belong to it.
    `needs` are features without which a client is not asked. `group` joins cases that say the same
    in other splits; such a group must be answered alike.
    """

    id: str
    dialect: str
    says: str
    stream: str
    charge: Charge
    authority: str
    written: str = ""
    vendor: str = "unknown"
    prompt: str = ""
    fault: str = ""
    split: str = "events"
    framing: Framing = Framing.CHUNKED
    connection: str = "keep-alive"
    turns: int = 1
    needs: frozenset[str] = frozenset()
    group: str = ""
    classes: tuple[str, ...] = ()


def from_data(data: Mapping[str, Any]) -> Iterator[Case]:
    """Every case of one TOML that its schema accepts. `id` is `name.dialect`, then `.split`."""
    common = {key: value for key, value in data.items() if key != "case"}
    for name, own in data["case"].items():
        table = {**common, **own}
        written = table.get("written", {})
        streams = table.get("streams", {}) | dict.fromkeys(written, f"written:{name}")
        for dialect, stream in streams.items():
            members = _members(f"{name}.{dialect}", dialect, table)
            case = Case(stream=stream, written=written.get(dialect, ""), **members)
            yield from _split(case, table)


def _members(id: str, dialect: str, table: Mapping[str, Any]) -> dict[str, Any]:
    authority = table["authority"]
    return {
        "id": id,
        "dialect": dialect,
        "says": table["says"],
        "charge": Charge(
            duty=Duty(table["duty"]),
            level=Level(table.get("level", "must")),
            allowed=frozenset(map(Behaviour, table.get("allowed", ()))),
        ),
        "authority": authority if isinstance(authority, str) else authority[dialect],
        "vendor": table.get("vendor", "unknown"),
        "prompt": table.get("prompt", ""),
        "fault": table.get("fault", ""),
        "framing": Framing(table.get("framing", "chunked")),
        "connection": table.get("connection", "keep-alive"),
        "turns": table.get("turns", 1),
        "needs": frozenset(table.get("needs", ())),
        "classes": tuple(table.get("classes", ())),
    }


def _split(case: Case, table: Mapping[str, Any]) -> Iterator[Case]:
    splits = table.get("splits", ["events"])
    if len(splits) == 1:
        yield replace(case, split=splits[0])
        return
    for split in splits:
        yield replace(case, id=f"{case.id}.{split}", split=split, group=case.id)
