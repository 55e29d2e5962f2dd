"""What the terms refuse to do, in words for the person who asked."""

from collections.abc import Mapping, Sequence

from marketingconnect.kernel.typography import non_breaking


class TermsError(Exception):
    """Base of the refusals below; `str()` is French and may be shown."""

    def __init__(self, message: str) -> None:
        super().__init__(non_breaking(message))


class NoTermsInForceError(TermsError):
    """No version of the terms is in force on that day."""


class TermsChangedError(TermsError):
    """The text accepted is not the text in force: the client must read the new one."""


class StaffCannotAcceptError(TermsError):
    """An advisor may prepare everything, and accepts nothing for a client."""


class PublishedTextChangedError(TermsError):
    """A published file no longer has the hash that clients accepted."""


class LegalFactRefusedError(TermsError):
    """A change of the law table that is not allowed."""


class NotPublishableTermsError(TermsError):
    """A draft that may not be published; `problems` are French sentences for the form."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = [non_breaking(problem) for problem in problems]
        super().__init__(" ".join(self.problems))


class StaleDraftError(TermsError):
    """Somebody saved or published the draft meanwhile."""


class NotRefusableError(TermsError):
    """A refusal that cannot be recorded; `problems` gives a French sentence a field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = {field: non_breaking(problem) for field, problem in problems.items()}
        super().__init__(" ".join(self.problems.values()))
