"""What a fault is: a named pure function that spoils an exchange, and what it breaks by doing so.

For each dialect a fault declares `Breaks` with the rules that must then be broken, or `Invisible`
with the reason why nobody can tell. An exchange in which it finds nothing to spoil (no call to cut,
no character of several bytes) comes back as it was. It must never be random, and never wait.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from streamgauge.dialects.dialect import Dialect, Facts
from streamgauge.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """In which dialect the exchange is, and the facts of its vendor."""

    dialect: Dialect
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Breaks:
    """All of `rules` are newly broken; those of `perhaps` may be, by what the exchange holds."""

    rules: tuple[str, ...]
    perhaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invisible:
    """No rule is newly broken, and why."""

    why: str


Declared: TypeAlias = Breaks | Invisible
Spoil: TypeAlias = Callable[..., Exchange]
Value: TypeAlias = str | int | float

DIALECTS = {
    "chat": "openai-chat",
    "responses": "openai-responses",
    "messages": "anthropic-messages",
    "gemini": "gemini",
}
"""The short names in declarations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `declared` goes by dialect; `options` are its parameters with their defaults.

    `also` are other names that it is known by, as toxiproxy's.
    """

    name: str
    also: tuple[str, ...] = ()
    spoil: Spoil
    declared: Mapping[str, Declared]
    options: Mapping[str, Value]

    @property
    def says(self) -> str:
        """What it does, in one line."""
        return self.page.split("\n\n")[0].replace("\n", " ")

    @property
    def family(self) -> str:
        """The module that it is written in: faults of one kind stand together."""
        return self.spoil.__module__.rpartition(".")[2]

    @property
    def page(self) -> str:
        """What it does, in full."""
        return inspect.cleandoc(self.spoil.__doc__ or "")

    def __call__(self, exchange: Exchange, setting: Setting, **options: Value) -> Exchange:
        """The exchange, spoiled; TypeError for an option that there is none of."""
        return self.spoil(exchange, setting, **options)


def fault(
    everywhere: Declared | None = None, *, also: tuple[str, ...] = (), **declared: Declared
) -> Callable[[Spoil], Fault]:
    """Make a fault of a function `(exchange, setting, *, options…) -> exchange`.

    What is declared for one dialect (`chat`, `responses`, `messages`, `gemini`) wins over what is
    declared for all; in a dialect without either there is nothing to spoil. `also` are other names.
    """

    def make(spoil: Spoil) -> Fault:
        each = {name: declared.get(short, everywhere) for short, name in DIALECTS.items()}
        return Fault(
            name=spoil.__name__.replace("_", "-"),
            also=also,
            spoil=spoil,
            declared={name: said for name, said in each.items() if said is not None},
            options={
                parameter.name: parameter.default
                for parameter in inspect.signature(spoil).parameters.values()
                if parameter.kind is parameter.KEYWORD_ONLY
            },
        )

    return make
