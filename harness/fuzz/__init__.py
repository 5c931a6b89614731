"""Coverage-guided fuzzing of whatever reads hostile bytes; docs/fuzzing.md says how to run it."""
