"""Good streams are gathered: fixtures, the simulator, drawn exchanges, cassettes, one's own."""

from __future__ import annotations

import builtins
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streamgauge.door import goods as door
from streamgauge.door.goods import Wanted, gather
from streamgauge.door.trouble import UsageError
from streamgauge.proof.forms import QUICK
from streamgauge.proof.good import Good, Kind
from streamgauge.proof.trying import bare

WANTED = Wanted(form=QUICK, drawn=0, seed=1)


def named(*names: str, **changed: Any) -> list[Good]:
    return gather(replace(WANTED, names=names, **changed))


@pytest.mark.parametrize("name", [kind.value for kind in Kind if kind is not Kind.OWN])
def test_every_kind_can_be_asked_for_alone(name: str) -> None:
    found = named(f"{name}/*", drawn=1)
    assert {good.kind.value for good in found} == {name}
    assert len({good.name for good in found}) == len(found)


def test_fixtures_that_break_nothing_break_nothing() -> None:
    found = list(door.written())
    assert len(found) > 40
    assert {good.name: bare(good).broken for good in found if bare(good).broken} == {}


def test_a_name_no_stream_has_is_one_line() -> None:
    with pytest.raises(UsageError, match="no good stream has such a name"):
        named("nothing/*")


def test_the_quick_form_plays_those_who_define_a_dialect() -> None:
    assert len({(one.vendor, one.dialect) for one in named("simulated/*/plain-text")}) == 4


def test_without_hypothesis_the_user_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("streamgauge.proof.drawn"):
            raise ModuleNotFoundError("No module named 'hypothesis'", name="hypothesis")
        return found(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"hypothesis is missing.*streamgauge\[proof\].*--goods 0"):
        named("drawn/*", drawn=1)
    assert named("written/wire/plain-stream", drawn=1)


def test_recordings_of_ones_own_are_taken(streams: dict[str, bytes], tmp_path: Path) -> None:
    for name in ("good", "cut", "page"):
        (tmp_path / f"{name}.sse").write_bytes(streams[name])
    found = gather(replace(WANTED, names=("own/*",), corpus=(str(tmp_path),)))
    counts = Counter(bare(good).is_good for good in found)
    assert [Path(good.name).name for good in found] == ["cut.sse", "good.sse"]
    assert counts == {True: 1, False: 1}
    assert {good.dialect for good in found} == {"openai-chat"}


def test_what_cannot_be_read_does_not_stop_the_others(
    streams: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "a.har").write_text("{")
    (tmp_path / "b.sse").write_bytes(streams["good"])
    assert len(list(door.own((str(tmp_path),)))) == 1


@pytest.mark.parametrize("name", ["missing.sse", "a.har"])
def test_a_file_that_was_named_must_be_readable(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.har").write_text("{")
    with pytest.raises(UsageError, match=f"--corpus .*{name}: "):
        list(door.own((str(tmp_path / name),)))


def test_a_hostile_file_name_is_spelled_out(streams: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.sse").write_bytes(streams["good"])
    (good,) = door.own((str(tmp_path),))
    assert good.name.endswith(r"a\x1b[31m.sse")
