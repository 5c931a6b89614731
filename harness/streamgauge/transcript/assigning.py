"""Sets one member of a part under construction, by the words of `delta.Assign`."""

from __future__ import annotations

from streamgauge.transcript.building import Building


def assign_to(part: Building, what: str, value: object) -> None:
    """Set `what` of a part to `value`; an unknown word is kept as an opaque extra."""
    match what:
        case "arguments":
            part.value, part.has_value = value, True
        case "citation":
            part.citations.append(value)
        case "logprobs":
            part.logprobs.extend(value if isinstance(value, list) else [value])
        case "blob":
            _add_blob(part, value)
        case "encrypted":
            part.extra["encrypted"] = value
            part.redacted = not part.pieces
        case "content" | "arguments_json":
            pass
        case "id" | "name" | "response" | "signature" | "raw" | "redacted" | "mime_type":
            setattr(part, what, value)
        case _:
            part.extra[what.removeprefix("extra:")] = value


def _add_blob(part: Building, value: object) -> None:
    if isinstance(value, tuple) and len(value) == 2:
        mime, text = value
        part.mime_type = mime if isinstance(mime, str) else part.mime_type
        if isinstance(text, str):
            part.blob.append(text)
