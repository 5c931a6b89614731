"""The proof: every fault is put on many good streams, and every rule is shown to bite.

`goods` and the modules beside it gather the streams, `matrix` spoils and judges them, `score` adds
up what came of it. It opens no file, reads no clock and prints nothing; the door does.
"""
