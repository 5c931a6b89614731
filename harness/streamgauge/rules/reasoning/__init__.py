"""How thoughts travel: in a known member, once, signed where needed, closed before the answer."""
