"""Rules about log probabilities: they come when asked for, and they spell the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streamgauge.delta import Assign, Kind
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.content.marks import around, at_text
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, RESPONSES, Authority, Need, rule

_REFERENCE = Authority(
    name="OpenAI API reference, `logprobs`",
    url="https://platform.openai.com/docs/api-reference/chat/create",
)


@rule(
    "content/logprobs-align",
    Level.SHOULD,
    _REFERENCE,
    dialects={CHAT, RESPONSES},
    needs=(Need.STREAM, Need.COMPLETE, Need.LOGPROBS),
)
def logprobs_align(case: Case) -> Iterator[Evidence]:
    """The tokens of the log probabilities, joined, are the text that was streamed.

    Why it matters: they are used to score, to colour and to align text. One missing entry shifts
    every later one, and the score of a class is then that of its neighbour.

    How it breaks in the world: entries get lost where a parser for reasoning or tools holds text
    back and sends it later (sgl-project/sglang#26778, sgl-project/sglang#28601,
    vllm-project/vllm#37795), or a reassembler keeps the last list only (Menci/Floway#481). Where
    the answer also holds reasoning or calls, their tokens may be in the list too.

    References:

    - [sgl-project/sglang#28601](https://github.com/sgl-project/sglang/issues/28601)
    - [vllm-project/vllm#37795](https://github.com/vllm-project/vllm/issues/37795)
    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/create),
      `logprobs`
    """
    mixed = any(True for _ in case.transcript.parts(Kind.REASONING, Kind.TOOL_CALL))
    for choice, _, part, trace in case.transcript.parts(Kind.TEXT):
        spelled = _spelled(part.logprobs)
        if spelled is None or spelled == part.content or (mixed and part.content in spelled):
            continue
        at = _parting(spelled, part.content)
        says = "The tokens of the log probabilities do not spell the text."
        expected = around(part.content, at)
        yield at_text(trace, at, says, expected, around(spelled, at), choice=choice)


def _spelled(entries: Sequence[object]) -> str | None:
    """The tokens as text; bytes win, for a character may be cut over tokens. None if unknown."""
    if not entries:
        return None
    spelled = bytearray()
    for entry in entries:
        token = entry.get("token") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(token, str):
            return None
        try:
            raw = entry.get("bytes")
            spelled += bytes(raw) if isinstance(raw, list) else token.encode("utf-8")
        except (ValueError, TypeError):
            return None
    return spelled.decode("utf-8", "replace")


def _parting(one: str, other: str) -> int:
    """The first position at which two texts differ."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


@rule(
    "content/logprobs-as-asked",
    Level.SHOULD,
    _REFERENCE,
    dialects={CHAT, RESPONSES},
    needs=(Need.STREAM, Need.REQUEST, Need.COMPLETE, Need.TEXT),
)
def logprobs_as_asked(case: Case) -> Iterator[Evidence]:
    """Log probabilities come when asked for, with no more alternatives than asked for.

    Why it matters: a server that accepts `logprobs: true` and sends none cannot be told from one
    whose chunks were lost; the honest answers are the entries, or a 400.

    How it breaks in the world: the parameter is accepted and forgotten when streaming
    (ml-explore/mlx-lm#1630), or as soon as a reasoning parser is on (sgl-project/sglang#26778).
    Moonshot tests its hosts for it (rule P1.17). OpenAI allows fewer alternatives than asked for,
    never more.

    References:

    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/create),
      `logprobs`, `top_logprobs`
    - [ml-explore/mlx-lm#1630](https://github.com/ml-explore/mlx-lm/issues/1630)
    - [sgl-project/sglang#26778](https://github.com/sgl-project/sglang/issues/26778)
    """
    asked = case.transcript.asked
    if asked is None:
        return
    for choice, _, part, trace in case.transcript.parts(Kind.TEXT):
        if asked.logprobs is True and part.content and not part.logprobs:
            says = "Log probabilities were asked for and did not come."
            yield at_text(trace, 0, says, "an entry for each token", "none", choice=choice)
        elif not asked.logprobs and not asked.top_logprobs and part.logprobs:
            says = "Log probabilities came without being asked for."
            got = f"{len(part.logprobs)} entries"
            yield _at_logprobs(case, choice, Evidence(says, "none", got, choice=choice))
    yield from _too_many(case, asked.top_logprobs)


def _too_many(case: Case, asked: int | None) -> Iterator[Evidence]:
    if asked is None:
        return
    for chunk, delta in case.transcript.deltas():
        if not isinstance(delta, Assign) or delta.what != "logprobs":
            continue
        for entry in delta.value if isinstance(delta.value, list) else ():
            top = entry.get("top_logprobs") if isinstance(entry, dict) else None
            if isinstance(top, list) and (len(top) > asked or (asked and not top)):
                says = "An entry does not have the number of alternatives asked for."
                got, pointer = len(top), delta.pointer
                yield case.at(
                    chunk, says, f"{asked} at most, one at least", got,
                    pointer=pointer, choice=delta.choice,
                )  # fmt: skip


def _at_logprobs(case: Case, choice: int, evidence: Evidence) -> Evidence:
    for chunk, delta in case.transcript.deltas():
        if isinstance(delta, Assign) and delta.what == "logprobs" and delta.choice == choice:
            return evidence._replace(event=chunk.event.index, pointer=delta.pointer)
    return evidence
