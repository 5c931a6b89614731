"""The rule that validates arguments against the schema which the request gave for the tool.

The schema is the client's and the arguments are hostile: nothing is fetched, work is capped, and
a schema that cannot be used is not the stream's fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from streamgauge.message import ArgumentsState
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Need, rule
from streamgauge.rules.tools.sent import beginnings, choices, plain_calls, spot_of
from streamgauge.rules.tools.sources import CALLING_GUIDE

_CALLS = 32
_ERRORS = 4
_CHARACTERS = 200_000
"""What is looked at in one answer: calls, errors of each, characters of arguments or schema."""


@rule(
    "tools/arguments-fit-schema",
    Level.SHOULD,
    CALLING_GUIDE,
    needs=(Need.STREAM, Need.REQUEST, Need.CALLS, Need.END),
)
def arguments_fit_schema(case: Case) -> Iterator[Evidence]:
    """The arguments of a call fit the parameters that the request declared for the tool.

    Silent where the tool has no schema, where the schema itself is broken or points elsewhere,
    and where the arguments are no whole JSON, which other rules say.

    Why it matters: the client's function takes these parameters. Missing ones, wrong types and
    invented ones end in an exception or in the wrong action. Without strict mode a model may err,
    so this is no must; for some vendors it is the measure of quality
    (MoonshotAI/K2-Vendor-Verifier).

    How it breaks in the world: markup parsers give every value as text (vllm-project/vllm#21756)
    or lose the last parameter (vllm-project/vllm#57699); a bridge starts calls with `{}`
    (Bike4Mind/bike4mind#1089).

    References:
    - https://platform.openai.com/docs/guides/function-calling
    - https://github.com/MoonshotAI/K2-Vendor-Verifier
    - https://github.com/vllm-project/vllm/issues/21756
    - https://github.com/vllm-project/vllm/issues/57699
    """
    asked = case.transcript.asked
    schemas = {tool.name: tool.parameters for tool in asked.tools} if asked is not None else {}
    checks: dict[str, Any] = {}
    begun, plain, answers = beginnings(case), plain_calls(case), choices(case)
    for choice, _, part, trace in islice(case.calls(), _CALLS):
        name = part.name if isinstance(part.name, str) else ""
        state, cut = part.arguments_state, answers[choice].finish_reason == "length"
        judged = state is ArgumentsState.COMPLETE or (state is ArgumentsState.EMPTY and not cut)
        free = part.field is not None or (isinstance(part.id, str) and part.id in plain)
        if not judged or free or len(part.arguments_json) > _CHARACTERS:
            continue
        if name not in checks:
            checks[name] = _validator(schemas.get(name))
        spot = spot_of(begun, choice, part)
        event, pointer = trace.event_at(0) or (spot.event, spot.pointer)
        for where, fault in _faults(checks[name], part.arguments):
            says = "the arguments do not fit the tool's parameters"
            expected = shown(f"{where or 'the arguments'}: {fault}")
            got = shown(part.arguments_json)
            yield Evidence(says, expected, got, event, pointer, choice)


def _validator(schema: object) -> Any:
    """A validator that fetches nothing; None for a schema that cannot be used."""
    import jsonschema_rs

    try:
        if not isinstance(schema, dict) or len(json.dumps(schema, default=str)) > _CHARACTERS:
            return None
        return jsonschema_rs.validator_for(schema, retriever=_refuse)
    except (ValueError, TypeError, RecursionError):
        return None


def _refuse(uri: str) -> dict[str, Any]:
    raise ValueError(f"nothing is fetched: {uri}")


def _faults(validator: Any, arguments: object) -> Iterator[tuple[str, str]]:
    """(JSON pointer into the arguments, what is wrong there) of the first errors."""
    if validator is None:
        return
    try:
        errors = list(islice(validator.iter_errors(arguments), _ERRORS))
    except (ValueError, TypeError, RecursionError):
        return  # too deep, or text that is no Unicode: other rules speak of it
    for error in errors:
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in error.instance_path)
        yield "".join(f"/{step}" for step in steps), " ".join(error.message.split())
