"""Floor 3: deltas to message, and everything that rules may ask of a stream."""
