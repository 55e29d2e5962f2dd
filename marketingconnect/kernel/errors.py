"""What the kernel says when a value is refused: a stable code and a sentence for a person."""

from marketingconnect.kernel.typography import non_breaking


class InvalidValueError(ValueError):
    """A value typed by someone cannot be read.

    `code` is stable and made for programs (`siren_checksum`), `message` is plain French and can
    be shown beside the field as it is.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = non_breaking(message)
        super().__init__(self.message)

    def __reduce__(self) -> tuple[type["InvalidValueError"], tuple[object, ...]]:
        return type(self), (self.code, self.message)
