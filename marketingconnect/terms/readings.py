"""The readings that a clause leaves open, each a parameter of a version of the terms."""

from enum import StrEnum


class MinimumTermStart(StrEnum):
    """What starts the minimum term of a Booster subscription."""

    CAMPAIGN_START = "campaign_start"
    SIGNATURE = "signature"
    PAYMENT = "payment"


class EarlyTermination(StrEnum):
    """What a termination asked within the minimum term does."""

    AT_END_OF_MINIMUM = "at_end_of_minimum"
    REFUSED = "refused"


class Compensated(StrEnum):
    """Which undelivered messages are compensated once the threshold is passed."""

    EXCESS = "excess"
    ALL = "all"


class LetterCounts(StrEnum):
    """When a registered letter is in time."""

    WHEN_POSTED = "when_posted"
    WHEN_RECEIVED = "when_received"


class ReferenceStart(StrEnum):
    """What starts the right to cite a client as a reference."""

    ORDER = "order"
    CONTRACT_END = "contract_end"
