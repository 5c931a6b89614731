"""Floor 4: one question with an authority each; a transcript in, findings out."""
