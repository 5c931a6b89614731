"""Client libraries on trial: cases, the stage on which they are played, and the engine."""
