"""What stands behind the commands: reading inputs, running the pipeline, writing what was found."""
