"""Good streams from the simulator: what each vendor answers to every scenario that it can serve.

They carry what files seldom do: the request, a head, arrivals, several turns. No socket is opened;
the time between two requests is a constant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from streamgauge.dialects import catalogue
from streamgauge.exchange import Exchange
from streamgauge.pipeline import judge_exchange
from streamgauge.proof.good import Good, Kind
from streamgauge.replay.simulator import Simulator
from streamgauge.targets.asking import wire_request
from streamgauge.targets.target import Target
from streamgauge.trials.conversation import Conversation
from streamgauge.trials.scenario import Scenario, Step, from_data
from streamgauge.trials.trial import Trial, plan
from streamgauge.vendors.profile import Profile

_MODEL = "simulated"
_BETWEEN_MS = 60_000.0
"""Milliseconds from one request to the next: shorter than a cache lives."""


def simulated(
    dialect: str, profiles: Iterable[Profile], scenarios: Mapping[str, Any]
) -> Iterator[Good]:
    """The answers of these vendors in one dialect, by their scenarios.

    `scenarios` is the TOML of each by name. A step that breaks a rule on purpose, or that is let
    go before its end, is no good stream and ends its conversation.
    """
    asked = [from_data(name, one) for name, one in scenarios.items()]
    for profile in profiles:
        yield from _of_target(_target(profile, dialect), asked)


def _target(profile: Profile, dialect: str) -> Target:
    facts = profile.narrowed(dialect).facts
    return Target(
        name=f"{profile.slug}/{dialect}",
        profile=profile,
        dialect=catalogue.named(dialect),
        base_url=str(facts.get("base-url", "https://api.example/v1")),
        model=str(facts.get("default-model", _MODEL)),
        embedded=True,
    )


def _of_target(target: Target, scenarios: Iterable[Scenario]) -> Iterator[Good]:
    # Pairs try a cache by many equal requests, and say nothing that the others do not.
    single = [one for one in scenarios if one.pairs is None]
    trials, _ = plan([target], single)
    simulator = Simulator(target.profile)
    for trial in trials:
        yield from _of_trial(trial, simulator)


def _of_trial(trial: Trial, simulator: Simulator) -> Iterator[Good]:
    conversation = Conversation(trial, frozenset())
    for number, step in enumerate(trial.scenario.steps):
        if not _is_plain(step):
            return
        exchange = _answer(trial, conversation, number, simulator)
        good = Good(
            name=f"{Kind.SIMULATED.value}/{trial.source(number, whole=False)}",
            kind=Kind.SIMULATED,
            dialect=trial.target.dialect.name,
            vendor=trial.target.profile.slug,
            exchange=exchange,
        )
        yield good
        if not conversation.goes_on(judge_exchange(exchange, good.options)):
            return


def _is_plain(step: Step) -> bool:
    return not (step.breaks or step.wrong_key or step.cancel_after is not None)


def _answer(
    trial: Trial, conversation: Conversation, number: int, simulator: Simulator
) -> Exchange:
    prompt = conversation.prompt(number, stream=True)
    request = wire_request(trial.target, prompt, key="sk-simulated")
    return simulator.answer(request, number * _BETWEEN_MS)
