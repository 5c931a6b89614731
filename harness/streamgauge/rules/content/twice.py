"""Rules about saying things twice: streamed text that repeats, and copies that differ."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

from streamgauge.delta import Kind
from streamgauge.message import Part
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, RESPONSES, Authority, Need, rule
from streamgauge.transcript.building import Trace
from streamgauge.transcript.chunk import Chunk

_SNAPSHOTS = 3
"""Growing pieces that are taken for snapshots; two may be chance."""
_OPENING = 16
"""Characters of an opening that are not repeated by chance."""
_SAMPLE = 64
_SPOKEN = (Kind.TEXT, Kind.REASONING, Kind.REFUSAL)


@rule(
    "content/not-duplicated",
    Level.MUST,
    Authority(
        name="OpenAI API reference, streaming (content is a delta)",
        url="https://platform.openai.com/docs/api-reference/chat-streaming",
    ),
    needs=(Need.STREAM, Need.PARTS),
)
def not_duplicated(case: Case) -> Iterator[Evidence]:
    """Each piece adds to the text: no piece repeats what was already said.

    Why it matters: clients append. A stream of snapshots (`a`, `ab`, `abc`) shows as `aababc`, and
    a last event with the whole text shows the answer twice. No client can tell repetition from a
    model that repeats itself.

    How it breaks in the world: servers send all the text so far in each chunk
    (langgenius/dify#1960, DashScope without `incremental_output`), or only under load
    (NVIDIA/TensorRT-LLM#3280); a gateway repeats the full text together with the tool calls
    (BerriAI/litellm#39965); a stream ends with a whole, non-streamed completion
    (ENTERPILOT/GoModel#1068).

    References:

    - [langgenius/dify#1960](https://github.com/langgenius/dify/issues/1960)
    - [NVIDIA/TensorRT-LLM#3280](https://github.com/NVIDIA/TensorRT-LLM/issues/3280)
    - [BerriAI/litellm#39965](https://github.com/BerriAI/litellm/issues/39965)
    - [ENTERPILOT/GoModel#1068](https://github.com/ENTERPILOT/GoModel/issues/1068)
    """
    spoken = False
    for choice, _, part, trace in case.transcript.parts(*_SPOKEN):
        spoken = spoken or bool(part.content)
        repeated = _snapshots(trace) or _once_more(part, trace)
        if repeated is not None:
            says, event, pointer, got = repeated
            expected = "only what is new"
            yield Evidence(says, expected, shown(got), event, pointer, choice)
    if spoken and case.transcript.dialect.name == CHAT:
        for chunk in case.transcript.chunks:
            yield from _whole_answers(case, chunk)


_Repeat = tuple[str, int, str, str]


def _snapshots(trace: Trace) -> _Repeat | None:
    """The second piece, where every piece begins with the whole of the one before."""
    pieces = list(islice((one for one in trace.each() if one[2]), _SAMPLE))
    if len(pieces) < _SNAPSHOTS:
        return None
    texts = [text for _, _, text in pieces]
    for before, after in pairwise(texts):
        if len(after) <= len(before) or not after.startswith(before):
            return None
    event, pointer, got = pieces[1]
    return "Each piece repeats all the text so far.", event, pointer, got


def _once_more(part: Part, trace: Trace) -> _Repeat | None:
    """A piece that begins with all the text before it."""
    opening = part.content[:_OPENING]
    if len(set(opening)) < 6 or not _recurs(part.content, opening):
        return None
    at = 0
    for event, pointer, text in trace.each():
        if at >= _OPENING and len(text) >= at and part.content.startswith(text[:at]):
            return "A piece repeats all the text so far.", event, pointer, text
        at += len(text)
    return None


def _recurs(content: str, opening: str) -> bool:
    """Whether all the text up to some place stands there once more; pieces are not looked at.

    A phrase comes back by chance, so a little more than the opening is compared first.
    """
    at = content.find(opening, _OPENING)
    while 0 <= at <= len(content) // 2:
        near = min(at, 8 * _OPENING)
        if content.startswith(content[:near], at) and content.startswith(content[:at], at):
            return True
        at = content.find(opening, at + 1)
    return False


def _whole_answers(case: Case, chunk: Chunk) -> Iterator[Evidence]:
    choices = chunk.value.get("choices") if isinstance(chunk.value, dict) else None
    for position, choice in enumerate(choices if isinstance(choices, list) else ()):
        if not isinstance(choice, dict) or isinstance(choice.get("delta"), dict):
            continue
        message = choice.get("message")
        if isinstance(message, dict) and message.get("content"):
            says = "A chunk of the stream holds the whole answer once more."
            at = f"/choices/{position}/message"
            yield case.at(chunk, says, "only deltas", message["content"], pointer=at)


@rule(
    "content/copies-agree",
    Level.MUST,
    Authority(
        name="OpenAI API reference, Responses streaming events",
        url="https://platform.openai.com/docs/api-reference/responses-streaming",
    ),
    dialects={RESPONSES},
    needs=(Need.STREAM, Need.PARTS),
)
def copies_agree(case: Case) -> Iterator[Evidence]:
    """The finished text of a `.done` event and of the final output equals the deltas, joined.

    Why it matters: half of all clients build the text from the deltas, the other half take it from
    `response.completed`. Where the two differ, the person read one answer and the program stored
    another.

    How it breaks in the world: a gateway drops a delta, filters only one of the two paths, or
    joins the pieces of two parts. In 363 recorded streams of eight vendors every finished text
    equals its deltas, so any difference is a fault.

    References:

    - [Responses streaming
      events](https://platform.openai.com/docs/api-reference/responses-streaming)
    """
    choices = {choice.index: choice for choice in case.transcript.folded.message.choices}
    for copy in case.transcript.folded.copies:
        streamed = choices[copy.choice].parts[copy.part].content
        if copy.what != "content" or copy.value == streamed:
            continue
        says = "A finished text differs from the pieces that were streamed."
        expected = shown(f"as streamed: {streamed}")
        got = shown(copy.value)
        yield Evidence(says, expected, got, copy.event, copy.pointer, copy.choice)
