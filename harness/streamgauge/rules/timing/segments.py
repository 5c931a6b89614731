"""The rule of where the pieces of the transport are cut."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Authority, Need, rule
from streamgauge.rules.timing.arrived import event_at

_GUIDE = Authority(
    name="Readers that decode piece by piece",
    url="https://github.com/vllm-project/vllm/pull/38732",
)


@rule(
    "timing/segments-end-between-characters",
    Level.MAY,
    _GUIDE,
    needs=(Need.STREAM, Need.ARRIVALS, Need.SEAM),
)
def segments_end_between_characters(case: Case) -> Iterator[Evidence]:
    """No segment of the body ends inside a UTF-8 character.

    Why it matters: the transport may cut anywhere, and a right reader does not care. Readers that
    decode each piece by itself put U+FFFD in the place of the character, or stop with an error;
    the same stream then works or fails by chance.

    How it breaks in the world: clients and gateways that decode each read
    (braintrustdata/braintrust-sdk-javascript#2091, xberg-io/liter-llm#152, api7/aisix#111; 0.4 % of
    the requests of a benchmark, vllm-project/vllm#38732). In 50,093 recorded reads no cut is
    inside a character, so what breaks here was seldom tried before.

    References:

    - [vllm-project/vllm#38732](https://github.com/vllm-project/vllm/pull/38732)
    - [api7/aisix#111](https://github.com/api7/aisix/issues/111)
    """
    transcript = case.transcript
    body = transcript.exchange.body
    for offset, _ in (transcript.exchange.arrivals or ())[1:]:
        # A byte 10xxxxxx goes on with a character that began before it.
        if 0 < offset < len(body) and body[offset] & 0xC0 == 0x80:
            yield Evidence(
                "A segment ends inside a character",
                "segments that end between characters",
                f"a cut at byte {offset}",
                event_at(transcript, offset),
                span=(offset - 1, offset + 1),
            )
