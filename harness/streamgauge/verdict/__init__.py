"""Verdicts: what findings mean once known deviations are excused; no rule is asked here."""
