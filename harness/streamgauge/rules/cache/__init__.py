"""Rules of cache counters: what one answer says of the tokens that were read from a cache."""
