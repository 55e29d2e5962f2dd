"""What can go wrong with the embedded server, said in words an operator can act on."""


class PostgresError(RuntimeError):
    """The server cannot run; the message is French, complete, and names a way out."""
