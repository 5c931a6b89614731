"""Finds every fault by looking through this folder, and reads how a user names one."""

from __future__ import annotations

import importlib
import math
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import streamgauge.faults
from streamgauge.exchange import Exchange
from streamgauge.faults.fault import Fault, Setting, Value


class UnknownFault(ValueError):
    """No fault is named or set like this; the message is one line for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A fault with the options that were chosen for it, and what is done after it, if anything."""

    fault: Fault
    options: Mapping[str, Value]
    then: Chosen | None = None

    def __call__(self, exchange: Exchange, setting: Setting) -> Exchange:
        """The exchange, spoiled."""
        spoiled = self.fault(exchange, setting, **self.options)
        return spoiled if self.then is None else self.then(spoiled, setting)


@cache
def faults() -> tuple[Fault, ...]:
    """Every fault, by name."""
    return tuple(sorted(_found(), key=lambda fault: fault.name))


def _found() -> Iterator[Fault]:
    for info in pkgutil.iter_modules(streamgauge.faults.__path__, "streamgauge.faults."):
        for value in vars(importlib.import_module(info.name)).values():
            # A module may use another's fault; it counts where it is written.
            if isinstance(value, Fault) and value.spoil.__module__ == info.name:
                yield value


@cache
def by_name() -> Mapping[str, Fault]:
    """Every fault, under each of its names."""
    named = {fault.name: fault for fault in faults()}
    return {**named, **{name: fault for fault in faults() for name in fault.also}}


def chosen(text: str) -> Chosen:
    """What `name`, `name:option=value,…` or several joined by `+` mean. Raises UnknownFault.

    Toxiproxy's spelling of its names, with `_`, is understood as well.

    >>> chosen("stall:after=0.25").options
    {'after': 0.25}
    >>> chosen("cut-in-text:after=0.3+crlf").then.fault.name
    'crlf'
    """
    found: Chosen | None = None
    for one in reversed(tuple(_parts(text))):
        fault, options = _one(one)
        found = Chosen(fault=fault, options=options, then=found)
    assert found is not None
    return found


_PLUS = re.compile(r"\+(?=([a-z][a-z_-]*))")


def _parts(text: str) -> Iterator[str]:
    """The text cut at each plus that a fault's name follows: a value may hold others."""
    at = 0
    for found in _PLUS.finditer(text):
        if found[1].replace("_", "-") in by_name():
            yield text[at : found.start()]
            at = found.end()
    yield text[at:]


def _one(text: str) -> tuple[Fault, dict[str, Value]]:
    name, _, rest = text.partition(":")
    fault = by_name().get(name.replace("_", "-"))
    if fault is None:
        known = ", ".join(fault.name for fault in faults())
        raise UnknownFault(f"no fault {name!r}; known: {known}")
    pairs = (item.partition("=") for item in rest.split(",") if item)
    return fault, {key: _value(fault, key, text) for key, _, text in pairs}


def _value(fault: Fault, option: str, text: str) -> Value:
    default = fault.options.get(option)
    if default is None:
        known = ", ".join(f"{name}={value}" for name, value in fault.options.items())
        raise UnknownFault(f"{fault.name} has no option {option!r}; known: {known or 'none'}")
    try:
        value = type(default)(text)
    except ValueError:
        value = math.nan
    if isinstance(value, float) and not math.isfinite(value):
        kind = "a whole number" if isinstance(default, int) else "a number"
        raise UnknownFault(f"{fault.name}: {option}={text!r} is not {kind}")
    _require_sense(fault, option, value)
    return value


_SIZES = frozenset(("ms", "size", "segments_each", "jitter", "spread", "rate"))


def _require_sense(fault: Fault, option: str, value: Value) -> None:
    """Options of one name mean the same in every fault, and have the same bounds."""
    shown = f"{fault.name}: {option}='{value}'"
    if option == "after" and not 0 <= float(value) <= 1:
        raise UnknownFault(f"{shown} is not between 0 and 1")
    if option == "status" and not 200 <= int(value) <= 599:
        raise UnknownFault(f"{shown} is no HTTP status")
    if option in _SIZES and float(value) < 0:
        raise UnknownFault(f"{shown} is below 0")
