"""Rules about the answer as a whole: that there is one, and that it is the one asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.message import Choice, Part
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.content.marks import around, at_text
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, GEMINI, MESSAGES, Authority, Need, rule

_CHAT_REFERENCE = "https://platform.openai.com/docs/api-reference/chat/create"


@rule(
    "content/answer-is-not-empty",
    Level.SHOULD,
    Authority(
        name="a vendor's own client, which takes an empty answer for an error",
        url="https://github.com/MoonshotAI/kimi-code/issues/149",
    ),
    needs=(Need.STREAM, Need.COMPLETE),
)
def answer_is_not_empty(case: Case) -> Iterator[Evidence]:
    """A stream that ends well has said something: text, a call, a refusal, or at least a
    thought.

    Why it matters: an empty answer that ends in `stop` looks like success. An agent takes it for
    "the work is done" and ends the turn; nothing is retried, because nothing failed.

    How it breaks in the world: a router sends one chunk with usage and `[DONE]` (recorded, MiniMax
    behind OpenRouter); an upstream of another protocol is read as nothing (calebevans/mulder#205);
    a role, a finish reason and 0 completion tokens. Answers that were cut by a limit or a filter,
    and answers to requests with stop sequences, may be empty. Reasoning without an answer is for
    `reasoning/answer-follows-reasoning`.

    References:

    - [MoonshotAI/kimi-code#149](https://github.com/MoonshotAI/kimi-code/issues/149)
    - [calebevans/mulder#205](https://github.com/calebevans/mulder/issues/205)
    """
    transcript = case.transcript
    asked = transcript.asked
    if transcript.folded.failures or (asked is not None and asked.stop_sequences):
        return
    choices = transcript.folded.message.choices
    last = transcript.chunks[-1].last_event if transcript.chunks else None
    if not any(choice.parts or choice.finish_reason for choice in choices):
        says = "The stream ended well and holds no answer."
        yield Evidence(says, "an answer", "nothing was said", last)
    for choice in choices:
        if choice.finish_reason == "stop" and not any(map(_says_something, choice.parts)):
            says = "The answer stopped by itself and is empty."
            event, pointer = _stopped(case, choice)
            got = f"finish reason {choice.raw_finish_reason!r}"
            yield Evidence(says, "an answer", got, event, pointer, choice.index)


def _says_something(part: Part) -> bool:
    return part.kind is not Kind.TEXT or bool(part.content.strip())


def _stopped(case: Case, choice: Choice) -> tuple[int | None, str | None]:
    for stop in reversed(case.transcript.folded.stops):
        if stop.choice == choice.index:
            return stop.event, stop.pointer
    return None, None


@rule(
    "content/stop-sequence-not-shown",
    Level.MUST,
    Authority(name="OpenAI API reference, `stop`", url=_CHAT_REFERENCE),
    dialects={CHAT, MESSAGES, GEMINI},
    needs=(Need.STREAM, Need.REQUEST, Need.STOP_SEQUENCES, Need.TEXT),
)
def stop_sequence_not_shown(case: Case) -> Iterator[Evidence]:
    """Text that was asked for as a stop sequence never appears in the answer.

    Why it matters: the stop sequence is the client's own mark. Who asks to stop at `END` parses
    what stands before it; one that is shown, whole or in pieces, ends up in the parsed value.

    How it breaks in the world: a streaming server sends the first half of the mark before it knows
    that it is one, or checks for it token by token. Moonshot tests its hosts for it (rule P1.1). A
    request that asks for the mark by `include_stop_str_in_output` is not held to this.

    References:

    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/create): "the
      returned text will not contain the stop sequence"
    - [Moonshot's stream rules](https://github.com/sgl-project/sglang/issues/39897), P1.1
    """
    transcript = case.transcript
    request, asked = transcript.exchange.request, transcript.asked
    if request is None or asked is None or b"include_stop_str_in_output" in request.body:
        return
    for choice, _, part, trace in transcript.parts(Kind.TEXT):
        for sequence in filter(None, asked.stop_sequences):
            at = part.content.find(sequence)
            if at >= 0:
                says = "A stop sequence is shown in the answer."
                expected = f"text that ends before {shown(sequence, 60)!r}"
                yield at_text(trace, at, says, expected, around(part.content, at), choice=choice)


@rule(
    "content/json-output-is-json",
    Level.SHOULD,
    Authority(name="OpenAI API reference, `response_format`", url=_CHAT_REFERENCE),
    needs=(Need.STREAM, Need.REQUEST, Need.JSON_ASKED, Need.COMPLETE, Need.TEXT),
)
def json_output_is_json(case: Case) -> Iterator[Evidence]:
    """An answer for which JSON was asked is one JSON value when it stops by itself.

    Why it matters: the client hands the text to a parser and to nothing else. A fence of three
    backticks, a friendly sentence or a lost piece in the middle and the whole answer is worth
    nothing.

    How it breaks in the world: servers accept `response_format` and ignore it; models wrap the
    value in a Markdown fence; a chunk gets lost on the way, and only the parser notices. Answers
    cut by a limit or a filter, answers that refuse and answers that call tools are not judged.

    References:

    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/create),
      `response_format`
    """
    for choice in case.transcript.folded.message.choices:
        texts = [at for at, part in enumerate(choice.parts) if part.kind is Kind.TEXT]
        spoiled = any(part.kind in _INSTEAD for part in choice.parts)
        if choice.finish_reason != "stop" or spoiled or not texts:
            continue
        contents = [choice.parts[at].content for at in texts]
        wrong = _where_broken("".join(contents))
        if wrong is not None and _where_broken(contents[-1]) is not None:
            trace = case.transcript.folded.traces[choice.index, texts[0]]
            says = "The answer is not JSON although JSON was asked for."
            got = around("".join(contents), wrong)
            yield at_text(trace, wrong, says, "one JSON value", got, choice=choice.index)


_INSTEAD = frozenset((Kind.TOOL_CALL, Kind.REFUSAL))


def _where_broken(text: str) -> int | None:
    """Where a text stops being JSON, or None where it is JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos
    except (ValueError, RecursionError):
        return None
    return None


@rule(
    "content/choices-as-asked",
    Level.SHOULD,
    Authority(name="OpenAI API reference, `n`", url=_CHAT_REFERENCE),
    dialects={CHAT, GEMINI},
    needs=(Need.STREAM, Need.REQUEST, Need.END),
)
def choices_as_asked(case: Case) -> Iterator[Evidence]:
    """A request for n answers gets n, and one that does not say gets one.

    Why it matters: clients keep an answer for each index. With too few one of them waits for ever;
    with too many, pieces of one text lie in several answers and the first holds one token.

    How it breaks in the world: a server counts the index up with every token
    (huggingface/text-generation-inference#1648); a gateway drops the index, so that all answers
    become one (BerriAI/litellm#3276, BerriAI/litellm#9242).

    References:

    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/create), `n`
    -
      [huggingface/text-generation-inference#1648](https://github.com/huggingface/text-generation-inference/issues/1648)
    - [BerriAI/litellm#9242](https://github.com/BerriAI/litellm/issues/9242)
    """
    asked = case.transcript.asked
    wanted = 1 if asked is None or asked.choices is None else asked.choices
    choices = case.transcript.folded.message.choices
    if not choices or wanted < 1 or len(choices) == wanted:
        return
    says = "The number of answers is not the number asked for."
    got = f"{len(choices)}: {shown([choice.index for choice in choices], 60)}"
    extra = choices[min(wanted, len(choices) - 1)]
    event = case.transcript.folded.traces[extra.index, 0].first_event if extra.parts else None
    yield Evidence(says, str(wanted), got, event)
