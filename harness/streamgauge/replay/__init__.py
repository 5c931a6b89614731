"""Plays streams: the replay server, its control URLs, and the simulator of a provider."""
