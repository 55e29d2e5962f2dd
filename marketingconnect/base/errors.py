"""What can go wrong in the base; each message is French and says what to do."""


class BaseError(Exception):
    """Something that a person must know; `str` is for people."""


class SupplierRefusedError(BaseError):
    """A supplier, a right or a form that cannot be recorded as told."""


class ReleaseError(BaseError):
    """A release that cannot be built, published, verified or taken back."""


class StaleReleaseError(ReleaseError):
    """The state changed meanwhile."""


class UnreadableSupplierFileError(BaseError):
    """A file that cannot be taken; the message says where and why."""


class OppositionRefusedError(BaseError):
    """An opposition that says nothing to record."""
