"""Decoders of event streams that are not ours, asked what they hear in the same bytes.

docs/agreement.md says what came of it. Nothing of the package may import this.
"""
