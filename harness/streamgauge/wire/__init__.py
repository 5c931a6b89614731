"""Floor 1: bytes to events and back, for every framing. It knows no dialect and does no I/O."""
