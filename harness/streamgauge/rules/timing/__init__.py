"""Rules of time: asked where a recording knows when each piece of the body arrived."""
