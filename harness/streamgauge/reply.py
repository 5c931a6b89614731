"""What a client library said of the stream that it was given: the values that a trial grades.

Values only. Wrapper programs report them, `targets` and `trials` hand them on, `verdict.grading`
weighs them. Nothing here knows a client, a process or a wire format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidCall:
    """A tool call as the client handed it over.

    `arguments` is the value where the client gives one, else None; `text` is the JSON text where
    it gives that, else None. A client that gives both gives both.
    """

    name: str | None = None
    id: str | None = None
    arguments: object = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The client ended without an error, and this is the answer that it gave.

    A member is None where the client said nothing of it. `finish_reason` is in the client's own
    word. Counts are tokens.
    """

    text: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    calls: tuple[SaidCall, ...] = ()
    finish_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """The client ended with an error.

    `types` are the error's qualified class names, the most special first (`openai.APIError`,
    `builtins.Exception`); `code` is a system's or library's code for it (`ECONNRESET`), or None.
    """

    types: tuple[str, ...]
    message: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """The client said nothing within `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """The program around the client ended, or said what is not the protocol; `says` is one line."""

    says: str


Reply: TypeAlias = Answered | Raised | Hung | Died
