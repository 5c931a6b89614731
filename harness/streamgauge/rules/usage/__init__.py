"""Token counts: that they come, where they stand, that they add up and agree."""
