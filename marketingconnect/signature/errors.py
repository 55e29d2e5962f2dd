"""What a signature refuses. Sentences are French, for the person in front of the screen."""

from datetime import timedelta

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.signature.states import CodeVerdict


class SignatureError(Exception):
    """It cannot be done now; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = non_breaking(sentence)
        super().__init__(self.sentence)


class StaleSignatureError(SignatureError):
    """The request is no longer in a state that allows it."""


class NotTheSignerError(SignatureError):
    """Somebody else than the person the document is for."""


class IdentityRefusedError(SignatureError):
    """What was typed does not stand; `problems` are sentences by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = {field: non_breaking(text) for field, text in problems.items()}
        super().__init__(" ".join(self.problems.values()))


class NoLongerWantedError(SignatureError):
    """What the document was about came to its end before the signature."""


class TooManyCodesError(SignatureError):
    """Codes are asked too often; `wait` is how long until the next one may be."""

    def __init__(self, sentence: str, wait: timedelta) -> None:
        super().__init__(sentence)
        self.wait = wait


class CodeNotSentError(SignatureError):
    """The message did not leave: the document waits."""


class CodeRefusedError(SignatureError):
    """The code typed opens nothing; `tries_left` is 0 when another must be asked."""

    def __init__(self, sentence: str, verdict: CodeVerdict, tries_left: int) -> None:
        super().__init__(sentence)
        self.verdict = verdict
        self.tries_left = tries_left
