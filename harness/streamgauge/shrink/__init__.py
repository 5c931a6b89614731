"""Roof: makes a recording small while it still shows what was found in it."""
