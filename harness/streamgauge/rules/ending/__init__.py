"""Rules of endings: there is an answer, it ends, it says so as it should, and nothing follows."""
