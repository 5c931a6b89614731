"""Rules about whether usage comes, where it comes, and what it must not be mixed with."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, Authority, Need, rule
from streamgauge.rules.usage.places import Place, choices_of, count, placed

_OPTIONS = Authority(
    name="OpenAI API reference, `stream_options.include_usage`",
    url="https://platform.openai.com/docs/api-reference/chat/create",
)
_NUMBERED = "https://github.com/sgl-project/sglang/issues/39897"


def _numbered(number: str) -> Authority:
    return Authority(name=f"Moonshot's stream rules, {number}", url=_NUMBERED)


@rule(
    "usage/is-sent",
    Level.SHOULD,
    _OPTIONS,
    needs=(Need.STREAM, Need.COMPLETE, Need.USAGE_ASKED),
)
def is_sent(case: Case) -> Iterator[Evidence]:
    """A complete stream counts its tokens: always, or where it was asked to by `include_usage`.

    Why it matters: the stream is the only place where the counts are. Without them nobody can
    bill, budget or see a cache hit, and clients that estimate are wrong by tens of percent.

    How it breaks in the world: a server accepts `stream_options` and ignores it
    (huggingface/text-generation-inference#2531); a gateway drops the chunk with empty choices
    (langchain-ai/langchain-litellm#20); `message_delta` comes without usage
    (earendil-works/pi#6567). A stream that was cut may lack it; that is not judged here.

    References:

    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/create),
      `stream_options`
    -
      [huggingface/text-generation-inference#2531](https://github.com/huggingface/text-generation-inference/issues/2531)
    - [earendil-works/pi#6567](https://github.com/earendil-works/pi/issues/6567)
    """
    transcript = case.transcript
    usage = transcript.folded.message.usage
    counted = usage is not None and (usage.input_tokens, usage.output_tokens) != (None, None)
    if not counted:
        last = transcript.chunks[-1].last_event if transcript.chunks else None
        says = "The stream is complete and counts no tokens."
        got = "no usage" if usage is None else "usage without counts"
        yield Evidence(says, "token counts", got, last)


@rule(
    "usage/only-when-asked",
    Level.SHOULD,
    Authority(
        name="report of a usage chunk that nobody asked for",
        url="https://github.com/volcano-sh/kthena/issues/202",
    ),
    dialects={CHAT},
    needs=(Need.STREAM, Need.REQUEST),
)
def only_when_asked(case: Case) -> Iterator[Evidence]:
    """The usage chunk with empty `choices` comes only to those who asked for it.

    Why it matters: clients that did not ask read `choices[0]` of every chunk, and an empty list
    ends them with an index error after the whole answer was shown.

    How it breaks in the world: a router asks its upstream for usage, for its own books, and passes
    the chunk on (volcano-sh/kthena#202); some vendors always send it. Usage on the finish chunk
    does no harm and is not reported. Moonshot tests its hosts for it (rule P2.3).

    References:

    - [volcano-sh/kthena#202](https://github.com/volcano-sh/kthena/issues/202)
    - [Moonshot's stream rules](https://github.com/sgl-project/sglang/issues/39897), P2.3
    """
    asked = case.transcript.asked
    if asked is None or asked.include_usage is True:
        return
    for place, chunk, usage in placed(case.transcript):
        if place is Place.OWN_CHUNK:
            says = "A usage chunk with empty choices came without being asked for."
            yield case.at(chunk, says, "no such chunk", usage.raw, pointer=usage.pointer)


@rule(
    "usage/place-is-standard",
    Level.SHOULD,
    Authority(
        name="report of usage inside the choice",
        url="https://github.com/vercel/ai/issues/7934",
    ),
    dialects={CHAT},
    needs=(Need.STREAM, Need.COMPLETE, Need.STOP, Need.USAGE),
)
def place_is_standard(case: Case) -> Iterator[Evidence]:
    """Usage stands at the top of a chunk, or where the vendor's documents put it.

    Why it matters: clients read `usage` beside `choices`. Inside a choice, or under a name of the
    vendor's own, it is not found, and the cost of the call is zero in every report.

    How it breaks in the world: usage only inside `choices[0]` (vercel/ai#7934), only under
    `x_groq` (recorded), or running totals on every chunk that naive clients add up. Where a
    profile has the fact `usage-places`, any other place is reported; without it only usage that
    never stands at the top is.

    References:

    - [vercel/ai#7934](https://github.com/vercel/ai/issues/7934)
    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/create),
      `stream_options`
    """
    found = list(placed(case.transcript))
    places = case.facts.get("usage-places")
    if isinstance(places, list):
        wrong = [one for one in found if one.place.value not in places and not _beside(one.place)]
        expected = " or ".join(map(str, places))
    else:
        at_top = any(one.usage.pointer == "/usage" for one in found)
        wrong = [] if at_top else found
        expected = "usage beside choices"
    for place, chunk, usage in wrong:
        says = "Usage stands where clients do not look for it."
        yield case.at(chunk, says, expected, place.value, pointer=usage.pointer)


def _beside(place: Place) -> bool:
    """Copies under a vendor's own name are additions; a list of places does not speak of them."""
    return place is Place.BESIDE


@rule(
    "usage/null-between",
    Level.SHOULD,
    _numbered("P1.15"),
    dialects={CHAT},
    needs=(Need.STREAM, Need.USAGE),
    demanded=True,
)
def null_between(case: Case) -> Iterator[Evidence]:
    """Before the finish chunk usage is null or absent.

    Why it matters: clients take the first usage object they see, or add all of them. Running
    totals then give too little, or many times too much.

    How it breaks in the world: continuous usage left on (open-webui/open-webui#29064,
    langfuse/langfuse#8808), zeros on each chunk (tensorzero/tensorzero#5639).

    References:

    - [Moonshot's stream rules](https://github.com/sgl-project/sglang/issues/39897), P1.15
    - [langfuse/langfuse#8808](https://github.com/langfuse/langfuse/issues/8808)
    - [tensorzero/tensorzero#5639](https://github.com/tensorzero/tensorzero/issues/5639)
    """
    for chunk in case.transcript.chunks:
        choices = choices_of(chunk.value)
        usage = chunk.value.get("usage") if isinstance(chunk.value, dict) else None
        if usage is not None and choices and not any(c.get("finish_reason") for c in choices):
            says = "Usage is sent on a chunk that neither finishes nor only counts."
            yield case.at(chunk, says, "null or absent", usage, pointer="/usage")


@rule(
    "usage/in-finish-choice",
    Level.SHOULD,
    _numbered("P0.4"),
    dialects={CHAT},
    needs=(Need.STREAM, Need.STOP),
    demanded=True,
)
def in_finish_choice(case: Case) -> Iterator[Evidence]:
    """The choice that finishes holds its usage, with its three counts.

    Why it matters: the vendor's own client reads the counts there, whether they were asked for or
    not. A host that leaves them out reports every call as free.

    How it breaks in the world: hosts that serve the open weights send usage the OpenAI way only,
    at the top of an own chunk.

    References:

    - [Moonshot's stream rules](https://github.com/sgl-project/sglang/issues/39897), P0.4
    """
    wanted = ("prompt_tokens", "completion_tokens", "total_tokens")
    for chunk in case.transcript.chunks:
        for position, choice in enumerate(choices_of(chunk.value)):
            usage = choice.get("usage")
            if not choice.get("finish_reason"):
                continue
            raw = usage if isinstance(usage, dict) else {}
            missing = [name for name in wanted if count(raw, name) is None]
            if missing:
                says = "A finish chunk does not count its tokens in the choice."
                at = f"/choices/{position}" + ("/usage" if raw else "")
                got = "no " + ", ".join(missing)
                yield case.at(chunk, says, "three counts in choices[].usage", got, pointer=at)


@rule(
    "usage/own-chunk-when-asked",
    Level.SHOULD,
    _numbered("P0.1"),
    dialects={CHAT},
    needs=(Need.STREAM, Need.COMPLETE, Need.USAGE_ASKED),
    demanded=True,
)
def own_chunk_when_asked(case: Case) -> Iterator[Evidence]:
    """Usage that was asked for comes in a chunk of its own, with empty `choices`, after every
    finish.

    Why it matters: it is the form that OpenAI documents, and clients that asked for it wait for it
    before they close the connection.

    How it breaks in the world: many vendors put the counts on the finish chunk instead and send
    nothing after it (recorded: DeepSeek, Z.ai, Mistral, Cerebras). It is asked only where the
    vendor promises the own chunk.

    References:

    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/create),
      `stream_options`
    - [Moonshot's stream rules](https://github.com/sgl-project/sglang/issues/39897), P0.1
    """
    stops = case.transcript.folded.stops
    finished = max((stop.event for stop in stops), default=-1)
    own = [
        one.chunk.event.index
        for one in placed(case.transcript)
        if one.place is Place.OWN_CHUNK
    ]  # fmt: skip
    if not any(event > finished for event in own):
        says = "Usage was asked for and no chunk of its own came after the finish."
        event = own[-1] if own else case.transcript.chunks[-1].last_event
        got = "before the finish" if own else "none"
        yield Evidence(says, 'a chunk with "choices": [] and usage', got, event)
