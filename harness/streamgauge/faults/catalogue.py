"""Finds every fault by looking through this folder, and reads how a user names one."""

from __future__ import annotations

import importlib
import math
import pkgutil
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
    """A fault with the options that were chosen for it."""

    fault: Fault
    options: Mapping[str, Value]

    def __call__(self, exchange: Exchange, setting: Setting) -> Exchange:
        """The exchange, spoiled."""
        return self.fault(exchange, setting, **self.options)


@cache
def faults() -> tuple[Fault, ...]:
    """Every fault, by name."""
    return tuple(sorted(_found(), key=lambda fault: fault.name))


def _found() -> Iterator[Fault]:
    for info in pkgutil.iter_modules(streamgauge.faults.__path__, "streamgauge.faults."):
        for value in vars(importlib.import_module(info.name)).values():
            if isinstance(value, Fault):
                yield value


def chosen(text: str) -> Chosen:
    """The fault that `name` or `name:option=value,…` means. Raises UnknownFault.

    >>> chosen("stall:after=0.25").options
    {'after': 0.25}
    """
    name, _, rest = text.partition(":")
    by_name = {fault.name: fault for fault in faults()}
    if name not in by_name:
        raise UnknownFault(f"no fault {name!r}; known: {', '.join(by_name)}")
    fault = by_name[name]
    pairs = (item.partition("=") for item in rest.split(",") if item)
    return Chosen(fault=fault, options={key: _value(fault, key, text) for key, _, text in pairs})


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


def _require_sense(fault: Fault, option: str, value: Value) -> None:
    """Options of one name mean the same in every fault, and have the same bounds."""
    shown = f"{fault.name}: {option}='{value}'"
    if option == "after" and not 0 <= float(value) <= 1:
        raise UnknownFault(f"{shown} is not between 0 and 1")
    if option == "status" and not 200 <= int(value) <= 599:
        raise UnknownFault(f"{shown} is no HTTP status")
    if option in ("ms", "size", "segments_each") and float(value) < 0:
        raise UnknownFault(f"{shown} is below 0")
