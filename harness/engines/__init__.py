"""Real servers to judge: fetched, built, given a random model and started, all on this machine.

A program of its own that the package never imports. Nothing here judges a stream.
"""
