"""The rule about answers that are no stream because the request was refused: their bodies.

A shape is written as the fact `error-body` writes it: the answer itself, with fields in braces in
place of values. It never asks what an error says, only where it says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, GEMINI, MESSAGES, RESPONSES, Authority, Need, rule
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.framing import Framing

ERROR_CODES = Authority(
    name="OpenAI API documentation, error codes",
    url="https://platform.openai.com/docs/guides/error-codes",
)

_OPENAI: Mapping[str, object] = {"error": {"message": "{message}"}}
_SHAPES: Mapping[str, Mapping[str, object]] = {
    CHAT: _OPENAI,
    RESPONSES: _OPENAI,
    MESSAGES: {"type": "error", "error": {"type": "{type}", "message": "{message}"}},
    GEMINI: {"error": {"code": "{status}", "message": "{message}", "status": "{type}"}},
}
"""What the dialects document, as far as their clients need it."""

_OPTIONAL = frozenset({"{code}", "{param}"})
"""Fields that a vendor may leave out or send as null, although its documents draw them."""


@rule("errors/refusal-has-standard-shape", Level.SHOULD, ERROR_CODES, needs=(Need.REFUSED,))
def refusal_has_standard_shape(case: Case) -> Iterator[Evidence]:
    """Under a failing status the body is the error object that the API documents.

    Chat and Responses: `{"error": {"message": …}}`. Messages: `{"type": "error", "error": …}`.
    Gemini: `{"error": {"code": …, "message": …, "status": …}}`. Where a vendor draws another
    object, the fact `error-body` of its profile holds it. An empty body is let pass, for the status
    says it all. A page or binary data in place of a stream is a matter of
    `ending/body-is-a-stream`, an error in a stream one of `errors/error-has-standard-shape`.

    Why it matters: clients take message, type and code from that object. Without it a user is shown
    a bare status or a parser's complaint, and code that tells a limit from a wrong key by the type
    sees neither.

    How it breaks in the world: servers on FastAPI answer with its own `{"detail": …}`, or with
    `Internal Server Error` in plain text where nobody caught an exception (`transformers serve`,
    recorded); gateways pass on what their upstream said in another dialect
    (envoyproxy/ai-gateway#2546).

    References:

    - <https://platform.openai.com/docs/guides/error-codes>
    - <https://docs.claude.com/en/api/errors>
    - <https://ai.google.dev/gemini-api/docs/troubleshooting>
    - <https://github.com/sgl-project/sglang/issues/39897>, rule P0.17
    - <https://github.com/envoyproxy/ai-gateway/issues/2546>
    """
    transcript = case.transcript
    if transcript.framing is Framing.EMPTY or _is_told_elsewhere(transcript):
        return
    drawn = case.facts.get("error-body")
    shape = drawn if isinstance(drawn, Mapping) else _SHAPES[transcript.dialect.name]
    if not _fits(_document(transcript), shape):
        start = transcript.exchange.body[:160].decode("utf-8", "replace").strip()
        got = shown(f"{transcript.framing.value}: {start}")
        says = "The body of the refusal is not an error object of this API"
        yield Evidence(says, shown(_written(shape)), got, 0)


def _is_told_elsewhere(transcript: Transcript) -> bool:
    """Whether the body is unwanted for a reason that another rule knows."""
    asked = transcript.asked
    wanted = asked is None or bool(asked.stream)
    return wanted and transcript.framing in (Framing.HTML, Framing.BINARY)


def _document(transcript: Transcript) -> object:
    return transcript.chunks[0].value if transcript.chunks else None


def _fits(value: object, shape: object) -> bool:
    """Whether a value has the members that a shape draws, each in its place."""
    if isinstance(shape, Mapping):
        return isinstance(value, Mapping) and all(
            _fits(value.get(member), inner)
            for member, inner in shape.items()
            if not (isinstance(inner, str) and inner in _OPTIONAL)
        )
    is_field = isinstance(shape, str) and shape.startswith("{")
    return value is not None if is_field else value == shape


def _written(shape: object) -> str:
    """A shape as a reader would write it: dots stand for what the error says."""
    if isinstance(shape, Mapping):
        return "{" + ", ".join(f'"{name}": {_written(one)}' for name, one in shape.items()) + "}"
    is_field = isinstance(shape, str) and shape.startswith("{")
    return "…" if is_field else f'"{shape}"'
