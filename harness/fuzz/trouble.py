"""What was found: one folder for each place that broke, with the smallest input that shows it."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An input that broke the contract; `name` says where, the same for inputs that break alike."""

    name: str
    told: str
    data: bytes


def trouble_of(error: BaseException, data: bytes) -> Trouble:
    """What an exception says of its input."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_ours(f.filename)]
    place = frames[-1] if frames else traceback.FrameSummary("nowhere", 0, "nowhere")
    kind = type(error).__name__
    # The line may move and its number with it; what stands on it stays.
    digest = hashlib.sha256(f"{kind} {place.filename} {place.line}".encode()).hexdigest()
    told = "".join(traceback.format_exception(error))
    return Trouble(name=f"{kind}-{_word(place.name)}-{digest[:6]}", told=told, data=data)


def _is_ours(path: str) -> bool:
    return Path(path).is_relative_to(_ROOT)


def _word(name: str) -> str:
    return "".join(sign for sign in name if sign.isalnum() or sign == "_").strip("_") or "module"


def tried(run: Callable[[bytes], None], data: bytes) -> Trouble | None:
    """Try one input; what broke, or None."""
    try:
        run(data)
    except Exception as error:
        return trouble_of(error, data)
    return None


def keep(trouble: Trouble, folder: Path) -> Path:
    """Keep it unless a smaller input is known that breaks alike; where its input lies."""
    home = folder / trouble.name
    path = home / "input"
    if not path.exists() or len(trouble.data) < path.stat().st_size:
        home.mkdir(parents=True, exist_ok=True)
        path.write_bytes(trouble.data)
        (home / "told.txt").write_text(trouble.told, encoding="utf-8", errors="replace")
    return path


def smallest(run: Callable[[bytes], None], trouble: Trouble, tries: int = 4000) -> Trouble:
    """The same trouble with as few bytes as leaving some out can reach.

    Halves are left out first, then ever smaller pieces, down to single bytes.
    """
    best, step = trouble, max(1, len(trouble.data) // 2)
    while tries > 0:
        shorter, tries = _one_pass(run, best, step, tries)
        if len(shorter.data) == len(best.data) and step == 1:
            break
        best, step = shorter, max(1, step // 2)
    return best


def _one_pass(
    run: Callable[[bytes], None], trouble: Trouble, step: int, tries: int
) -> tuple[Trouble, int]:
    """Leave out each piece of this size, from the end, where the rest still breaks alike."""
    at = len(trouble.data) - step
    while at > -step and tries > 0:
        data = trouble.data[: max(0, at)] + trouble.data[max(0, at) + step :]
        found = tried(run, data)
        if found is not None and found.name == trouble.name and len(data) < len(trouble.data):
            trouble = found
        at, tries = at - step, tries - 1
    return trouble, tries
