"""How fast we are, measured beside others; a program of its own that the package never imports."""
