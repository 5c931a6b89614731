"""Our own code mutated: how many small changes of four floors do the tests notice?

It reads the package's source and never imports it, and it never writes to it: a mutant lives in
the memory of one process that judges it, over a copy of the tree.
"""
