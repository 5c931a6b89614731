"""What a provider says instead of an answer: the vendor's own words where its profile knows them.

The fact `errors` holds them by name: status, type, code and message, with `{model}`, `{tool}` and
the like to be filled in. Where the profile does not know an error, plain words of ours stand in
and the refusal is marked as unverified. It must never decide whether to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from streamgauge.dialects.dialect import Facts, Refusal
from streamgauge.replay.simulator.settings import Trouble


class Refused(NamedTuple):
    """An error answer; `source` names the fact behind its words, None where nobody confirmed
    them."""

    refusal: Refusal
    source: str | None


class _Plain(NamedTuple):
    status: int
    type: str
    message: str
    code: str | None = None


# Where the profile has no words. Types and codes are those of the base dialects' own documents:
# the OpenAI error guide and platform.claude.com, "Claude API errors".
_PLAIN: Mapping[str, _Plain] = {
    "bad-json": _Plain(400, "invalid_request_error", "The body of the request is not valid JSON."),
    "bad-request": _Plain(400, "invalid_request_error", "{why}"),
    "missing-member": _Plain(400, "invalid_request_error", "{member}: this field is required."),
    "max-tokens": _Plain(
        400, "invalid_request_error", "{member}: {value} is not a positive whole number."
    ),
    "sampling": _Plain(
        400, "invalid_request_error", "{member}: {value} is not between {least} and {most}."
    ),
    "tool-choice": _Plain(400, "invalid_request_error", "tool_choice {value}: {why}."),
    "call-ids": _Plain(400, "invalid_request_error", "{why}"),
    "missing-model": _Plain(400, "invalid_request_error", "The request names no model."),
    "unknown-model": _Plain(
        404, "not_found_error", "The model '{model}' does not exist.", "model_not_found"
    ),
    "missing-key": _Plain(401, "authentication_error", "The request carries no API key."),
    "wrong-key": _Plain(
        401, "authentication_error", "The API key is not valid.", "invalid_api_key"
    ),
    "forbidden": _Plain(403, "permission_error", "The API key may not do this."),
    "quota": _Plain(
        429, "insufficient_quota", "The account's quota is used up.", "insufficient_quota"
    ),
    "rate-limit": _Plain(
        429, "rate_limit_error", "Too many requests; try again later.", "rate_limit_exceeded"
    ),
    "overload": _Plain(503, "overloaded_error", "The service is overloaded; try again later."),
    "unknown-path": _Plain(404, "not_found_error", "Nothing is served at {path}."),
    "method": _Plain(405, "invalid_request_error", "Only POST is served here."),
    "broken": _Plain(500, "server_error", "The server had an error while it answered."),
}
_OF_TROUBLE = {
    Trouble.WRONG_KEY: "wrong-key",
    Trouble.FORBIDDEN: "forbidden",
    Trouble.QUOTA: "quota",
    Trouble.RATE_LIMIT: "rate-limit",
    Trouble.OVERLOAD: "overload",
    Trouble.BREAK: "broken",
}
_PASSING = frozenset({"rate-limit", "overload"})


def refused(
    name: str, facts: Facts, *, retry_after: float | None = None, **words: object
) -> Refused:
    """The error of that name, as this vendor says it; KeyError for a name there is none of."""
    plain, own = _PLAIN[name], _own(name, facts)
    said = {**plain._asdict(), **own}
    code = said.get("code")
    status = said["status"]
    refusal = Refusal(
        status=status if isinstance(status, int) else plain.status,
        type=str(said["type"]),
        message=_filled(str(said["message"]), words),
        code=_filled(code, words) if isinstance(code, str) else code,
        param=said.get("param"),
        retry_after=retry_after if name in _PASSING else None,
    )
    return Refused(refusal, f"errors.{name}" if own else None)


def troubled(trouble: Trouble, facts: Facts, retry_after: float) -> Refused:
    """The error that a trouble brings."""
    return refused(_OF_TROUBLE[trouble], facts, retry_after=retry_after)


def _own(name: str, facts: Facts) -> Mapping[str, object]:
    errors = facts.get("errors")
    words = errors.get(name) if isinstance(errors, Mapping) else None
    return words if isinstance(words, Mapping) else {}


def _filled(template: str, words: Mapping[str, object]) -> str:
    """The template with its `{words}` put in; a brace that names none stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda hole: str(words.get(hole[1], hole[0])), template)
