"""What the services of messages refuse, each with a French sentence for a person."""

from collections.abc import Mapping

from marketingconnect.kernel.typography import non_breaking


class MessageError(Exception):
    """Something cannot be done; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = non_breaking(sentence)
        super().__init__(self.sentence)


class StaleRevisionError(MessageError):
    """Somebody saved the message in between: the page was made for an older revision."""

    def __init__(self, current_revision: int) -> None:
        self.current_revision = current_revision
        super().__init__("Ce message a été enregistré ailleurs entre-temps.")


class NotValidatableError(MessageError):
    """The proof cannot be validated now."""


class MayNotValidateError(MessageError):
    """This person may not validate for the client (CGV B.1.2)."""


class StaleModerationError(MessageError):
    """The moderation request was decided, or fell, in between."""


class InvalidDecisionError(MessageError):
    """A decision lacks its reason; `errors` maps fields to sentences."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = {name: non_breaking(sentence) for name, sentence in errors.items()}
        super().__init__(" ".join(errors.values()))


class InvalidPictureError(MessageError):
    """A file cannot become a picture of a message."""


class PictureInUseError(MessageError):
    """The picture is in a message, or in a version that was proofed."""
