"""What a proposal refuses. Each message is a French sentence for who is in front of the screen."""

from collections.abc import Mapping

from marketingconnect.kernel.typography import non_breaking


class ProposalError(Exception):
    """The proposal cannot do that; `sentence` says why and how to go on."""

    def __init__(self, sentence: str) -> None:
        self.sentence = non_breaking(sentence)
        super().__init__(self.sentence)


class NotAllowedError(ProposalError):
    """This person may not prepare it, or may not answer it."""


class StaleProposalError(ProposalError):
    """Somebody answered, sent or withdrew it meanwhile."""


class ExpiredProposalError(ProposalError):
    """Its last day is past."""


class UnproposableLineError(ProposalError):
    """A line is not ready, is ordered already, or stands in another proposal."""


class TermsChangedError(ProposalError):
    """The terms shown are no longer those in force."""


class ShownOtherwiseError(ProposalError):
    """The total or the schedule is no longer the one the client read."""


class NotAgreedError(ProposalError):
    """The terms or a declaration were not accepted."""


class InvalidFieldsError(ProposalError):
    """What was typed does not stand; `problems` are sentences by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = {field: non_breaking(text) for field, text in problems.items()}
        super().__init__(" ".join(self.problems.values()))
