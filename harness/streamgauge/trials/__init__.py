"""The roof: joins wings with the pipeline and the run; doors call it and nobody else does."""
