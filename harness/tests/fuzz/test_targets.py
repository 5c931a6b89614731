"""Every target holds on what fuzzing begins with, on a few changes of it, and would show a fault.

Coverage-guided runs are longer and belong to the night; docs/fuzzing.md says how. With
`STREAMGAUGE_LONG=1` each target has a short one here.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from fuzz import contract, targets
from fuzz.command import main
from fuzz.contract import BrokenContractError, bounded
from fuzz.mutate import mutate
from fuzz.seeds import seeds
from fuzz.targets import TARGETS
from fuzz.trouble import tried
from streamgauge.capture import sniff
from streamgauge.dialects.catalogue import DIALECTS
from streamgauge.door import judging
from streamgauge.exchange import Exchange
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.wire import sse
from streamgauge.wire.event import Event

LONG = os.environ.get("STREAMGAUGE_LONG") == "1"
FEW = 60
"""Seeds that a plain run tries of each target, spread over all of them; and changes of seeds."""


def chosen(target: str) -> Sequence[bytes]:
    every = list(seeds(target))
    return every if LONG else every[:: max(1, len(every) // FEW)]


@pytest.mark.parametrize("name", TARGETS)
def test_what_fuzzing_begins_with_holds(name: str) -> None:
    begins = chosen(name)
    assert len(begins) > 10
    for seed in begins:
        bounded(TARGETS[name].run, seed)


@pytest.mark.parametrize("name", TARGETS)
def test_changed_inputs_hold(name: str) -> None:
    for number, seed in enumerate(chosen(name)):
        changed = mutate(seed, number)
        assert changed == mutate(seed, number)
        bounded(TARGETS[name].run, changed)


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_at_all_holds(name: str) -> None:
    bounded(TARGETS[name].run, b"")


def test_every_dialect_and_every_ending_of_a_file_is_a_target() -> None:
    assert {dialect.name for dialect in DIALECTS} <= set(TARGETS)
    endings = {Path(name.removesuffix(".gz")).suffix for name in targets.NAMES if name != "-"}
    assert endings | {".yml"} == set(sniff.ENDINGS)


# A target that cannot fail proves nothing, so each kind of them is shown to bite.


def _loses_a_byte(body: bytes, *_: Any) -> Iterator[Event]:
    return sse.events(body[:-1])


def _deaf(*_: Any) -> list[Event]:
    return []


def _raises(*_: Any, **__: Any) -> Any:
    raise KeyError("index")


def _other_when_exact(exchange: Exchange, options: Options) -> Judgement:
    judgement = judge_exchange(exchange, options)
    transcript = judgement.transcript
    if not options.exact or transcript is None:
        return judgement
    folded = dataclasses.replace(transcript.folded, message=_MESSAGE)
    return dataclasses.replace(judgement, transcript=dataclasses.replace(transcript, folded=folded))


_MESSAGE = dataclasses.replace(
    judge_exchange(Exchange(body=b""), Options(dialect="gemini")).message,  # type: ignore[type-var]
    id="another",
)


class _Torn(sse.Decoder):
    """Forgets what it held at the end of a body."""

    def close(self) -> list[Event]:
        return super().close()[1:]


SPOILT: Mapping[str, tuple[Any, str, Any]] = {
    "gemini": (targets, "judge_exchange", _other_when_exact),
    "documents": (targets, "judge_exchange", _raises),
    "requests": (targets, "judge_exchange", _raises),
    "check": (judging, "judge_exchange", _raises),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_fault_of_ours_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*SPOILT[name])
    assert any(tried(TARGETS[name].run, seed) for seed in chosen(name))


@pytest.mark.parametrize(
    ("whole", "decoder"),
    [(_loses_a_byte, sse.Decoder), (_deaf, sse.Decoder), (sse.events, _Torn)],
    ids=["a byte is lost", "nothing is heard", "the last event is lost in pieces"],
)
def test_a_fault_of_a_decoder_is_told(whole: Any, decoder: Any) -> None:
    run = targets._wire(whole, decoder)
    with pytest.raises(BrokenContractError):
        run(b"\x00data: a\n\ndata: b")


def test_too_much_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "SECONDS", 0.02)

    def slow(_: bytes) -> None:
        end = time.process_time() + 0.05
        while time.process_time() < end:
            pass

    with pytest.raises(BrokenContractError, match=r"s for 3 bytes"):
        bounded(slow, b"abc")


def test_too_much_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter((1000, 5000))
    monkeypatch.setattr(contract, "GROWTH", 3000)
    monkeypatch.setattr(contract, "_most_memory", lambda: next(readings))
    with pytest.raises(BrokenContractError, match="4000 bytes of memory for 1 bytes"):
        bounded(lambda _: None, b"a")


@pytest.mark.skipif(not LONG, reason="a run by coverage is long; STREAMGAUGE_LONG=1 starts it")
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is missing")
@pytest.mark.parametrize("name", TARGETS)
def test_a_short_run_by_coverage_finds_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STREAMGAUGE_FUZZ", str(tmp_path))
    code = main([name, "--seconds", "30", "--within", "120"])
    assert code == 0, capsys.readouterr().out
