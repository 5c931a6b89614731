"""Rules about why an answer stopped: whether it says so, in known words, and truly."""
