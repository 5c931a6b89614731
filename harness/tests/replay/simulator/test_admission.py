"""Who is served: keys, models, and the troubles that were asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streamgauge.exchange import Request
from streamgauge.replay.simulator import admission
from streamgauge.replay.simulator.heard import Heard
from streamgauge.replay.simulator.refusals import Phrasebook
from streamgauge.replay.simulator.settings import Settings, Trouble

Ask = Callable[..., Request]
Hear = Callable[..., Heard]
WORDS = Phrasebook(dialect="openai-chat", facts={})


@pytest.mark.parametrize(
    ("key", "settings", "status"),
    [
        ("sk-any", Settings(), None),
        (None, Settings(), 401),
        ("sk-wrong-key", Settings(), 401),
        ("sk-other", Settings(keys=frozenset({"sk-mine"})), 401),
        ("sk-mine", Settings(keys=frozenset({"sk-mine"})), None),
        ("sk-sim-quota", Settings(), 429),
        ("sk-sim-forbidden", Settings(), 403),
        ("sk-sim-overload", Settings(), 503),
        ("sk-sim-break", Settings(), None),
    ],
)
def test_a_key_opens_or_not(
    ask: Ask, key: str | None, settings: Settings, status: int | None
) -> None:
    why = admission.keyless(ask("Hi.", key=key), WORDS, settings)
    assert (why and why.refusal.status) == status


def test_a_vendor_may_ask_for_no_key(ask: Ask) -> None:
    open_house = Phrasebook(dialect="openai-chat", facts={"key": "optional"})
    assert admission.keyless(ask("Hi.", key=None), open_house, Settings()) is None


@pytest.mark.parametrize(
    ("model", "settings", "status"),
    [
        ("any", Settings(), None),
        (None, Settings(), 400),
        ("no-such-model", Settings(), 404),
        ("other", Settings(models=frozenset({"mine"})), 404),
        ("sim-rate-limit", Settings(), 429),
        ("sim-break", Settings(), None),
    ],
)
def test_a_model_is_there_or_not(
    hear: Hear, model: str | None, settings: Settings, status: int | None
) -> None:
    why = admission.modelless(hear("Hi.", model=model), WORDS, settings)
    assert (why and why.refusal.status) == status


def test_every_nth_request_is_refused() -> None:
    settings = Settings(every={3: Trouble.RATE_LIMIT, 5: Trouble.OVERLOAD})
    found = [admission.due(number, WORDS, settings) for number in range(1, 7)]
    statuses = [why and why.refusal.status for why in found]
    assert statuses == [None, None, 429, None, 503, 429]


def test_a_break_is_asked_for_by_key_model_or_number(ask: Ask, hear: Hear) -> None:
    plain, by_key = ask("Hi."), ask("Hi.", key="sim-break")
    heard, by_model = hear("Hi."), hear("Hi.", model="sim-break")
    often = Settings(every={2: Trouble.BREAK})
    assert not admission.breaks(plain, heard, 1, often)
    assert admission.breaks(plain, heard, 2, often)
    assert admission.breaks(by_key, heard, 1, Settings())
    assert admission.breaks(plain, by_model, 1, Settings())
