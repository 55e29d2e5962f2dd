"""What is said of criteria that cannot be read."""

from marketingconnect.kernel.typography import non_breaking


class InvalidCriteriaError(ValueError):
    """Criteria that mean nothing; `path` says where (`where.all[2].in[0]`), `message` in French."""

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = non_breaking(message)
        super().__init__(f"{path} : {self.message}" if path else self.message)

    def __reduce__(self) -> tuple[type["InvalidCriteriaError"], tuple[str, str]]:
        return type(self), (self.path, self.message)
