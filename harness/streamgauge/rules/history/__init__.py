"""Rules about the history that a request sends back: the fault is the client's."""
