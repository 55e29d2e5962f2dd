"""What cannot be done to a notice."""


class StaleNoticeError(Exception):
    """The notice is no longer in a state that allows what was asked."""

    def __init__(self, key: str, state: str) -> None:
        super().__init__(f"{key}: {state}")
        self.key = key
        self.state = state
