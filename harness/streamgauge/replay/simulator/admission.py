"""Who is served: the path, the key, the model, and the troubles that were asked for.

It gives the reason to refuse or None, and never looks at what is asked in words.
"""

from __future__ import annotations

from streamgauge.exchange import Request
from streamgauge.replay.simulator.heard import Heard, key_of
from streamgauge.replay.simulator.refusals import Phrasebook, Refused
from streamgauge.replay.simulator.settings import NO_MODEL, RESERVED, Settings, Trouble


def keyless(request: Request, words: Phrasebook, settings: Settings) -> Refused | None:
    """Why a request is refused for its key; a vendor whose key is optional takes any."""
    key = key_of(request)
    if key is None:
        return None if words.facts.get("key") == "optional" else words.refused("missing-key")
    known = settings.keys is None or key in settings.keys
    wrong = Trouble.WRONG_KEY if not known else _reserved(key)
    return None if wrong in (None, Trouble.BREAK) else _trouble(wrong, words, settings)


def modelless(heard: Heard, words: Phrasebook, settings: Settings) -> Refused | None:
    """Why a request is refused for its model."""
    model = heard.asked.model
    if not model:
        return words.refused("missing-model")
    if NO_MODEL in model or (settings.models is not None and model not in settings.models):
        return words.refused("unknown-model", model=model)
    wrong = _reserved(model)
    return None if wrong in (None, Trouble.BREAK) else _trouble(wrong, words, settings)


def due(number: int, words: Phrasebook, settings: Settings) -> Refused | None:
    """Why the nth request of a run (from 1) is refused whatever it asks."""
    for each, wrong in settings.every.items():
        if each > 0 and number % each == 0 and wrong is not Trouble.BREAK:
            return _trouble(wrong, words, settings)
    return None


def breaks(request: Request, heard: Heard, number: int, settings: Settings) -> bool:
    """Whether an answer ends in an error in mid-stream."""
    named = (key_of(request) or "", heard.asked.model or "")
    every = (each for each, wrong in settings.every.items() if wrong is Trouble.BREAK)
    return any(_reserved(word) is Trouble.BREAK for word in named) or any(
        each > 0 and number % each == 0 for each in every
    )


def _reserved(text: str) -> Trouble | None:
    return next((wrong for word, wrong in RESERVED.items() if word in text), None)


def _trouble(wrong: Trouble | None, words: Phrasebook, settings: Settings) -> Refused | None:
    return None if wrong is None else words.troubled(wrong, settings.retry_after)
