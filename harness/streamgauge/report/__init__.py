"""Reports: the run file and its views, one module each; a view reads a run and decides nothing."""
