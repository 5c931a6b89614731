"""Rules about the member that carries reasoning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from streamgauge.delta import Kind
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.content.marks import around, at_text
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, Authority, Need, rule

_STRANGE = ("thinking", "thought", "thoughts", "reasoning_text", "thinking_content", "cot")
_PLAIN = ("reasoning_content", "reasoning")
_ENOUGH = 24
"""Characters from which reasoning and answer are not the same by chance."""
_WRAPPED = re.compile(
    r"(?:\A|\n)\s*(?P<first></?(?:think|thinking|reasoning|thought)>)"
    r"|</(?:think|thinking|reasoning|thought)>\s*\Z"
)


def _deltas(value: object) -> Iterator[tuple[int, str, Mapping[str, object]]]:
    """(choice, pointer, delta) of a chat chunk."""
    choices = value.get("choices") if isinstance(value, dict) else None
    for position, choice in enumerate(choices if isinstance(choices, list) else ()):
        delta = choice.get("delta") if isinstance(choice, dict) else None
        if isinstance(delta, dict):
            index = choice.get("index", 0)
            yield (
                index if isinstance(index, int) else position,
                f"/choices/{position}/delta",
                delta,
            )


@rule(
    "reasoning/field-is-known",
    Level.SHOULD,
    Authority(
        name="documentation of an inference server, reasoning outputs",
        url="https://docs.vllm.ai/en/latest/features/reasoning_outputs/",
    ),
    dialects={CHAT},
    needs=(Need.STREAM, Need.CHUNKS),
)
def field_is_known(case: Case) -> Iterator[Evidence]:
    """Reasoning travels in the member that the vendor documents, or at least in one that
    clients read.

    Why it matters: chat has no standard member for reasoning. Clients look into
    `reasoning_content` and `reasoning`, some into `reasoning_details` and typed content; in any
    other member the thoughts are lost, and with them the history that several vendors demand back.

    How it breaks in the world: a server renames the member between versions, as vLLM did
    (vllm-project/router#115), and the clients of the day show a long silence
    (danny-avila/LibreChat#12775, strands-agents/harness-sdk#2354). Where the profile names the
    members (fact `reasoning-fields`), any other one is reported.

    References:

    - [vllm-project/router#115](https://github.com/vllm-project/router/issues/115)
    - [danny-avila/LibreChat#12775](https://github.com/danny-avila/LibreChat/issues/12775)
    - [BerriAI/litellm#20246](https://github.com/BerriAI/litellm/issues/20246)
    """
    for chunk in case.transcript.chunks:
        for choice, at, delta in _deltas(chunk.value):
            for member in _STRANGE:
                if delta.get(member) and isinstance(delta[member], str):
                    says = "Reasoning comes in a member that clients do not read."
                    yield case.at(
                        chunk, says, " or ".join(_PLAIN), member,
                        pointer=f"{at}/{member}", choice=choice,
                    )  # fmt: skip
    known = case.facts.get("reasoning-fields")
    if isinstance(known, list):
        yield from _undocumented(case, [str(name) for name in known])


def _undocumented(case: Case, known: list[str]) -> Iterator[Evidence]:
    for choice, _, part, trace in case.transcript.parts(Kind.REASONING):
        if part.content and not _is_among(part.field, known):
            says = "Reasoning comes in a member that this vendor does not use."
            yield at_text(trace, 0, says, " or ".join(known), str(part.field), choice=choice)


def _is_among(field: str | None, known: list[str]) -> bool:
    """Whether a field, or the member that holds it, is one of the known."""
    return field is None or field in known or field.partition(".")[0] in known


@rule(
    "reasoning/said-once",
    Level.SHOULD,
    Authority(
        name="report of thoughts shown twice",
        url="https://github.com/can1357/oh-my-pi/issues/2434",
    ),
    dialects={CHAT},
    needs=(Need.STREAM, Need.REASONING),
)
def said_once(case: Case) -> Iterator[Evidence]:
    """A thought is sent in one member only, and it is not the answer once more.

    Why it matters: a client that reads every member it knows joins them, and shows each word
    twice. It cannot tell a copy from a thought that goes on in another member.

    How it breaks in the world: `reasoning_content` and `reasoning` filled by one server to please
    everybody, or `reasoning_details` beside either (recorded: OpenRouter, which documents it,
    Avian, MiniMax with `reasoning_split`); the whole answer in `reasoning_content` and in
    `content`.

    References:

    - [can1357/oh-my-pi#2434](https://github.com/can1357/oh-my-pi/issues/2434)
    - [OpenRouter, reasoning tokens](https://openrouter.ai/docs/use-cases/reasoning-tokens)
    """
    for chunk in case.transcript.chunks:
        for choice, at, delta in _deltas(chunk.value):
            said = _said(delta)
            if len(said) > 1:
                says = "The same reasoning is sent in more than one member."
                expected, got = "one of them", ", ".join(said)
                yield case.at(chunk, says, expected, got, pointer=at, choice=choice)
    yield from _answered_in_thought(case)


def _said(delta: Mapping[str, object]) -> list[str]:
    """The members of a delta that hold reasoning text."""
    said = [member for member in _PLAIN if isinstance(delta.get(member), str) and delta[member]]
    details = delta.get("reasoning_details")
    for item in details if isinstance(details, list) else ():
        if isinstance(item, dict) and (item.get("text") or item.get("summary")):
            return [*said, "reasoning_details"]
    return said


def _answered_in_thought(case: Case) -> Iterator[Evidence]:
    for choice in case.transcript.folded.message.choices:
        thought = _joined(choice.index, Kind.REASONING, case)
        if len(thought) < _ENOUGH or thought != _joined(choice.index, Kind.TEXT, case):
            continue
        for index, _, _, trace in case.transcript.parts(Kind.TEXT):
            if index == choice.index:
                says = "The answer is sent twice, as reasoning and as text."
                yield at_text(trace, 0, says, "one of them", thought, choice=index)
                break


def _joined(choice: int, kind: Kind, case: Case) -> str:
    parts = case.transcript.parts(kind)
    return "".join(part.content for index, _, part, _ in parts if index == choice).strip()


@rule(
    "reasoning/no-tags-inside",
    Level.SHOULD,
    Authority(
        name="report of reasoning tags that confuse a parser",
        url="https://github.com/vllm-project/vllm/issues/14170",
    ),
    needs=(Need.STREAM, Need.REASONING),
)
def no_tags_inside(case: Case) -> Iterator[Evidence]:
    """Reasoning that has a member of its own is not wrapped in `<think>` tags as well.

    Tags count at its beginning, at its end and at the beginning of a line; elsewhere the model may
    be speaking of them.

    Why it matters: the tags are the other way to mark reasoning. With both, a client shows the
    tags, or strips them and sends back a history that differs from what the model said.

    How it breaks in the world: a server copies the model's raw text into the reasoning member
    (recorded with Groq's compound models), or its parser keeps the tag that it searched for
    (youssofal/MTPLX#149).

    References:

    - [youssofal/MTPLX#149](https://github.com/youssofal/MTPLX/issues/149)
    - [vllm-project/vllm#14170](https://github.com/vllm-project/vllm/issues/14170)
    """
    for choice, _, part, trace in case.transcript.parts(Kind.REASONING):
        found = _WRAPPED.search(part.content)
        if found is not None:
            # A tag in the middle of a line is spoken of; one that opens a line marks something.
            at = found.start() if found["first"] is None else found.end() - 1
            says = "Reasoning is wrapped in tags although it has a member of its own."
            got = around(part.content, at)
            yield at_text(trace, at, says, "the reasoning alone", got, choice=choice)
