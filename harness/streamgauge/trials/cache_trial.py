"""The cache trial: a prefix that nobody has seen, asked cold and asked again, pair after pair.

Pairs are taken in turn, so that a drift of the provider's load falls on both alike; the statistics
say when there are enough (docs/cache.md). Every request is a result like any other, and the last
one carries the verdict.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from streamgauge.pipeline import Judgement
from streamgauge.prompt import Prompt, Role, Turn
from streamgauge.report.run import Record
from streamgauge.targets.target import Target
from streamgauge.trials.asker import Asker, Context, Question
from streamgauge.trials.trial import Trial, cache_facts, prompt
from streamgauge.verdict.cache import CacheFacts, Counters, Pair, Token, enough, rule_on

_WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "jetty",
    "knoll", "lagoon", "meadow", "nectar", "orchard", "pebble", "quarry", "ripple", "summit",
    "thicket", "upland", "valley", "willow", "yonder", "zephyr", "harbour", "island", "lantern",
)  # fmt: skip


_TOKENS = {"captured": Token.CAPTURED, "reused": Token.REUSED}


async def cache_trial(trial: Trial, asker: Asker, context: Context) -> None:
    """Take pairs until the statistics have enough of them; results go the usual way."""
    wanted = trial.scenario.pairs
    assert wanted is not None
    facts = cache_facts(trial.target)
    pairs: list[Pair] = []
    for number in range(wanted.count):
        prefix = unseen(context.run, trial.name, number, trial.prefix_words)
        cold = await asker.ask(_question(trial, prefix, number, "cold"))
        warm = await _warm(trial, asker, context, (prefix, number), (cold, pairs, facts))
        pairs.append(_pair(cold, warm))
        if enough(pairs, facts, own_error_ms=context.own_error_ms):
            return


async def _warm(
    trial: Trial,
    asker: Asker,
    context: Context,
    where: tuple[str, int],
    known: tuple[Judgement, Sequence[Pair], CacheFacts],
) -> Judgement:
    """The warm request; where it is the last one, its record gets the verdict."""
    prefix, number = where
    cold, before, facts = known
    assert trial.scenario.pairs is not None
    is_last = number + 1 == trial.scenario.pairs.count

    def finish(judged: Judgement, record: Record) -> None:
        pairs = [*before, _pair(cold, judged)]
        if is_last or enough(pairs, facts, own_error_ms=context.own_error_ms):
            token = _TOKENS.get(record["metadata"]["live"]["cache_token"], Token.NONE)
            ruling = rule_on(pairs, facts, own_error_ms=context.own_error_ms, token=token)
            record["metadata"]["cache"] = ruling.record()

    return await asker.ask(replace(_question(trial, prefix, number, "warm"), finish=finish))


def _question(trial: Trial, prefix: str, number: int, kind: str) -> Question:
    step = trial.scenario.steps[0]
    return Question(
        trial=trial,
        source=f"{trial.name}#{number:02}-{kind}",
        number=number,
        step=step if kind == "warm" else replace(step, expect=None),
        prompt=_prompt(trial, prefix),
    )


def _prompt(trial: Trial, prefix: str) -> Prompt:
    step = trial.scenario.steps[0]
    turns = (Turn(role=Role.SYSTEM, text=prefix), Turn(role=Role.USER, text=step.user or ""))
    made = prompt(trial.target, step, turns, stream=trial.target.streams)
    return replace(made, members={**_marks(trial.target), **made.members})


def _marks(target: Target) -> dict[str, Any]:
    """What a request must say for this vendor to cache at all (`cache-request-members`)."""
    members = target.narrowed.facts.get("cache-request-members")
    return dict(members) if isinstance(members, dict) else {}


def unseen(run: str, name: str, number: int, words: int) -> str:
    """A text that no provider has read before: its first words name the run and the pair."""
    state = hashlib.sha256(f"{run}/{name}/{number}".encode()).hexdigest()
    said = ["Notes", f"{state}."]
    while len(said) < words:
        state = hashlib.sha256(state.encode()).hexdigest()
        said += [_WORDS[int(state[i : i + 2], 16) % len(_WORDS)] for i in range(0, 64, 2)]
    return " ".join(said[:words])


def _pair(cold: Judgement, warm: Judgement) -> Pair:
    usage = cold.message.usage if cold.message is not None else None
    return Pair(
        cold_ms=_first(cold),
        warm_ms=_first(warm),
        cold=_counters(cold),
        warm=_counters(warm),
        prefix_tokens=None if usage is None else usage.input_tokens,
    )


def _first(judged: Judgement) -> float | None:
    """The first token of any channel, of complete streams only."""
    record = judged.record
    timings = record["metadata"]["timings"] if record["ending"] == "complete" else None
    first = None if timings is None else timings["first_ms"]["any"]
    return first if isinstance(first, float) else None


def _counters(judged: Judgement) -> Counters:
    usage = judged.message.usage if judged.message is not None else None
    if usage is None:
        return Counters()
    return Counters(read=usage.cache_read_tokens, written=usage.cache_write_tokens)
