"""Floor 2: the grammar of each API family; events to deltas, messages to events."""
