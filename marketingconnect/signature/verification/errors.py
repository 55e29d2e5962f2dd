"""What a check finds."""


class InvalidSignatureError(Exception):
    """The thing is not what was signed, or not signed by whom it says; the message says why."""
