"""Rules about tool calls: arguments, ids, names, indexes, and whether the request was heeded."""
