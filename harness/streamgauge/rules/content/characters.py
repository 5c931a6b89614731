"""Rules about characters: none is cut in two on its way to the client."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamgauge.message import Part
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.content.marks import at_text, named_in_request
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Authority, Need, rule
from streamgauge.transcript.building import Trace
from streamgauge.wire.payload import Flaw

_BROKEN = re.compile("[\ufffd\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_JSON = Authority(
    name="RFC 8259, section 8.2 (Unicode characters)",
    url="https://www.rfc-editor.org/rfc/rfc8259#section-8.2",
)


@rule("content/characters-are-whole", Level.SHOULD, _JSON, needs=(Need.STREAM, Need.PARTS))
def characters_are_whole(case: Case) -> Iterator[Evidence]:
    """Every character of the answer arrives whole: no replacement character, no half of a pair.

    Why it matters: a token can end in the middle of a character. A server that decodes each token
    by itself writes U+FFFD, the sign for "something was here", and the character is lost for ever.
    Half of a surrogate pair (`\\ud83d` alone) is read differently by every client, and many refuse
    the whole chunk.

    How it breaks in the world: emoji and Chinese text turn into `�` where a proxy cuts its buffer
    between two bytes. Moonshot tests its hosts for it (rule P0.11). Bytes that are not UTF-8 at
    all are for `framing/body-is-utf8` to report, and are not repeated here.

    References:

    - [RFC 8259, section 8.2](https://www.rfc-editor.org/rfc/rfc8259#section-8.2)
    - [Moonshot's stream rules](https://github.com/sgl-project/sglang/issues/39897), P0.11
    """
    transcript = case.transcript
    bad_bytes = any(flaw is Flaw.BAD_UTF8 for c in transcript.chunks for flaw, _ in c.flaws)
    excused = bad_bytes or named_in_request(_REPLACEMENT, case)
    for choice, _, part, trace in transcript.parts():
        yield from _broken(part, trace, choice, excused)


def _broken(part: Part, trace: Trace, choice: int, excused: bool) -> Iterator[Evidence]:
    text = part.content or part.arguments_json
    found = _BROKEN.findall(text)
    lost = found.count(_REPLACEMENT)
    if lost and not excused:
        says = "A character was lost: the text holds U+FFFD."
        at = text.index(_REPLACEMENT)
        yield at_text(trace, at, says, "the character itself", "U+FFFD", choice=choice, times=lost)
    if len(found) > lost:
        says = "A character is cut in two: half of a surrogate pair stands alone."
        at = next(m.start() for m in _BROKEN.finditer(text) if m.group() != _REPLACEMENT)
        got = f"U+{ord(text[at]):04X}"
        yield at_text(
            trace, at, says, "whole characters", got, choice=choice, times=len(found) - lost
        )
