"""Faults: named pure functions from an exchange to one that went wrong on purpose."""
