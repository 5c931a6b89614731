"""The good streams that are broken: fixtures, and a seeded sample of recorded streams."""

from __future__ import annotations

import json
import random
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streamgauge.capture.request import request_from_json
from streamgauge.verdict.judge import Verdict
from tests.breakage.streams import DIALECTS, Stream, split
from tests.breakage.trial import judged

_BIGGEST = 20_000
"""Bytes up to which a recorded stream is broken: long ones repeat what short ones have."""


def fixtures(root: Path) -> Iterator[Stream]:
    """The fixtures that break nothing and are event streams."""
    for described in sorted(root.rglob("fixture.toml")):
        said = tomllib.loads(described.read_text(encoding="utf-8"))
        body, asked = described.with_name("stream.sse"), described.with_name("request.json")
        if said["breaks"] or said["ending"] != "complete" or not body.is_file():
            continue
        yield Stream(
            name=described.parent.relative_to(root).as_posix(),
            dialect=said["dialect"],
            vendor=said["vendor"],
            events=split(body.read_bytes()),
            request=_sent(asked) if asked.is_file() else None,
        )


def _sent(path: Path) -> dict[str, Any]:
    """The JSON of a request, which may stand in an envelope of address and headers."""
    sent: dict[str, Any] = json.loads(request_from_json(path.read_bytes()).body)
    return sent


def sample(corpus: Path, seed: int, each: int) -> Iterator[Stream]:
    """`each` recorded streams per dialect and vendor that pass, by a seeded choice."""
    chance = random.Random(seed)
    for rows in _by_vendor(corpus).values():
        chance.shuffle(rows)
        good = (stream for row in rows if (stream := _recorded(corpus, row)) is not None)
        yield from (stream for stream, _ in zip(good, range(each), strict=False))


def _by_vendor(corpus: Path) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        usable = row["framing"] == "sse" and row["answers"] == 1 and row["bytes"] < _BIGGEST
        if row["dialect"] in DIALECTS and usable:
            found[row["dialect"], row["vendor"]].append(row)
    return found


def _recorded(corpus: Path, row: dict[str, Any]) -> Stream | None:
    stream = Stream(
        name=row["id"],
        dialect=row["dialect"],
        vendor=row["vendor"],
        events=split((corpus / row["file"]).read_bytes()),
        request=row["request"],
    )
    return stream if judged(stream, "auto").ruling.verdict is Verdict.PASS else None
