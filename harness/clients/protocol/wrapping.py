"""The half of a Python wrapper program that is the same for every client: lines in, lines out.

A program calls `serve(client, answer)`; `answer` takes what was asked and gives the answer as the
protocol has it (`conformance/schemas/client.said.schema.json`). Its errors are reported, never
judged. Whatever the library prints goes to standard error, so that lines stay lines.
"""

import importlib.metadata
import json
import sys
import traceback


def serve(client, answer):
    """Say hello, then answer line after line until standard input ends.

    `client` is the library's name in its registry.
    """
    out, sys.stdout = sys.stdout, sys.stderr
    version = importlib.metadata.version(client)
    _say(out, {"protocol": 1, "client": client, "version": version})
    for line in sys.stdin:
        asked = json.loads(line)
        _say(out, {"ask": asked["ask"], **_tried(answer, asked)})


def _tried(answer, asked):
    try:
        return {"answer": answer(asked)}
    except BaseException as error:  # whatever it raises is what it did
        traceback.print_exc()
        return {"error": _told(error)}


def _told(error):
    kinds = [kind for kind in type(error).__mro__ if kind is not object]
    code = getattr(error, "code", None)
    return {
        "types": [f"{kind.__module__}.{kind.__qualname__}" for kind in kinds],
        "message": str(error)[:2000],
        "code": code if isinstance(code, str) else None,
    }


def _say(out, line):
    out.write(json.dumps(line) + "\n")
    out.flush()
