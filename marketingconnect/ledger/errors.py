"""What the ledger refuses."""


class UnbalancedError(ValueError):
    """Debits and credits of an act differ: a fault of the program, never of its user."""


class NothingToReverseError(LookupError):
    """The act to take back was never booked."""


class ClosingRefusedError(Exception):
    """Why a month cannot be closed, for accounting."""


class NothingToExportError(Exception):
    """Why a year cannot be exported, for accounting."""
