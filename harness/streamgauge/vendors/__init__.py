"""Floor 0: what is known of each vendor, as data with sources."""
