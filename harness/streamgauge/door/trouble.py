"""What a user can mend, as an exception: one line, exit code 2."""


class UsageError(Exception):
    """Something that the user can mend; one line."""
