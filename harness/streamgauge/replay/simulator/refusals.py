"""What a provider says instead of an answer: the vendor's own words where its profile knows them.

The fact `errors` holds them by name: status, type, code and message, with `{model}`, `{value}` and
the like to be filled in. What the profile does not know of an error is the dialect's own (status
and type) or ours (the words). A refusal that holds anything of ours, or words that rest on reports
alone, is marked as unverified. It must never decide whether to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from streamgauge.dialects.dialect import Facts, Refusal
from streamgauge.replay.simulator.settings import Trouble

DOUBTFUL = frozenset({"reported", "unknown"})
"""How sure a fact is that nobody confirmed."""

_OURS = ("status", "type", "message")
"""What is ours, or the dialect's, where a profile leaves it out."""


class Refused(NamedTuple):
    """An error answer; `unverified` names it where nobody confirmed that the vendor says so."""

    refusal: Refusal
    unverified: str | None = None


class _Plain(NamedTuple):
    status: int
    type: str
    message: str
    code: str | None = None


_BAD, _KEY = "invalid_request_error", "authentication_error"
# Where the profile has no words. Types and codes are those of the base dialect's error guide
# (platform.openai.com, "Error codes"), where it has one.
_PLAIN: Mapping[str, _Plain] = {
    "bad-json": _Plain(400, _BAD, "The body of the request is not a JSON object."),
    "bad-request": _Plain(400, _BAD, "{why}"),
    "missing-member": _Plain(400, _BAD, "{member}: this field is required."),
    "max-tokens": _Plain(400, _BAD, "{member}: {value} is not a positive whole number."),
    "sampling": _Plain(400, _BAD, "{member}: {value} is not between {least} and {most}."),
    "tool-choice": _Plain(400, _BAD, "tool_choice {value}: {why}."),
    "call-ids": _Plain(400, _BAD, "{why}"),
    "filtered": _Plain(400, "content_filter", "The request was rejected as high risk."),
    "missing-model": _Plain(400, _BAD, "The request names no model."),
    "unknown-model": _Plain(404, _BAD, "The model '{model}' does not exist.", "model_not_found"),
    "missing-key": _Plain(401, _KEY, "The request carries no API key."),
    "wrong-key": _Plain(401, _KEY, "The API key is not valid.", "invalid_api_key"),
    "forbidden": _Plain(403, "permission_error", "The API key may not do this."),
    "quota": _Plain(
        429, "insufficient_quota", "The account's quota is used up.", "insufficient_quota"
    ),
    "rate-limit": _Plain(
        429, "rate_limit_error", "Too many requests; try again later.", "rate_limit_exceeded"
    ),
    "overload": _Plain(503, "overloaded_error", "The service is overloaded; try again later."),
    "unknown-path": _Plain(404, _BAD, "Nothing is served at {path}."),
    "method": _Plain(405, _BAD, "Only POST is served here."),
    "broken": _Plain(500, "server_error", "The server had an error while it answered."),
}
# Status and type where a dialect's own reference differs: platform.claude.com, "Claude API
# errors"; ai.google.dev, "Troubleshooting", and Google's list of canonical codes.
_BY_DIALECT: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "anthropic-messages": {
        "unknown-model": (404, "not_found_error"),
        "unknown-path": (404, "not_found_error"),
        "filtered": (400, _BAD),
        "quota": (402, "billing_error"),
        "overload": (529, "overloaded_error"),
        "broken": (500, "api_error"),
    },
    "gemini": {
        **dict.fromkeys(
            ("bad-json", "bad-request", "missing-member", "max-tokens", "sampling"),
            (400, "INVALID_ARGUMENT"),
        ),
        **dict.fromkeys(("tool-choice", "call-ids", "filtered"), (400, "INVALID_ARGUMENT")),
        **dict.fromkeys(("missing-model", "unknown-model", "unknown-path"), (404, "NOT_FOUND")),
        "missing-key": (403, "PERMISSION_DENIED"),
        "wrong-key": (400, "INVALID_ARGUMENT"),
        "forbidden": (403, "PERMISSION_DENIED"),
        "quota": (429, "RESOURCE_EXHAUSTED"),
        "rate-limit": (429, "RESOURCE_EXHAUSTED"),
        "overload": (503, "UNAVAILABLE"),
        "broken": (500, "INTERNAL"),
    },
}
_PASSING = frozenset({Trouble.RATE_LIMIT, Trouble.OVERLOAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasebook:
    """A vendor's words in one dialect; `doubtful` names the facts that nobody confirmed."""

    dialect: str
    facts: Facts
    doubtful: frozenset[str] = frozenset()

    def refused(self, name: str, **words: object) -> Refused:
        """The error of that name; KeyError for a name there is none of."""
        plain, own = self._plain(name), self._own(name)
        # A vendor whose error is known without a code is not given one.
        said = {**plain._asdict(), **({"code": None} if own else {}), **own}
        status, code = said["status"], said["code"]
        refusal = Refusal(
            status=status if isinstance(status, int) else plain.status,
            type=str(said["type"]),
            message=_filled(str(said["message"]), words),
            code=_filled(code, words) if isinstance(code, str) else code,
            param=said.get("param"),
        )
        return Refused(refusal, None if self._confirmed(own) else f"errors.{name}")

    def troubled(self, trouble: Trouble, retry_after: float) -> Refused:
        """The error that a trouble brings; what passes by itself says when to come back."""
        words = self.refused("broken" if trouble is Trouble.BREAK else trouble.value)
        if trouble not in _PASSING:
            return words
        return words._replace(refusal=replace(words.refusal, retry_after=retry_after))

    def doubts(self, fact: str) -> bool:
        """Whether a fact is not confirmed."""
        return fact in self.doubtful

    def _confirmed(self, own: Mapping[str, object]) -> bool:
        """Whether all that is said of an error is the vendor's, and more than hearsay."""
        shown = [part for part in _OURS if part != "type" or self._shows_type()]
        stated = own.get("confidence")
        doubted = self.doubts("errors") if stated is None else stated in DOUBTFUL
        return not doubted and all(part in own for part in shown)

    def _shows_type(self) -> bool:
        """Some vendors' errors have no place for a type."""
        return "{type}" in str(self.facts.get("error-body", "{type}"))

    def _plain(self, name: str) -> _Plain:
        status, type = _BY_DIALECT.get(self.dialect, {}).get(name, (None, None))
        plain = _PLAIN[name]
        return plain if status is None or type is None else plain._replace(status=status, type=type)

    def _own(self, name: str) -> Mapping[str, object]:
        errors = self.facts.get("errors")
        words = errors.get(name) if isinstance(errors, Mapping) else None
        return words if isinstance(words, Mapping) else {}


def _filled(template: str, words: Mapping[str, object]) -> str:
    """The template with its `{words}` put in; a brace that names none stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda hole: str(words.get(hole[1], hole[0])), template)
