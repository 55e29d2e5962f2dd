"""What callbacks refuse."""


class ForgedCallbackError(Exception):
    """Nobody we know signed it: nothing of it is kept."""


class UnreachableProviderError(Exception):
    """What proves it could not be fetched now; the provider tells it again."""
