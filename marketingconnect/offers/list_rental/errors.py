"""What ListConnect refuses. Each message is a French sentence for the person who asked."""

from marketingconnect.kernel.typography import non_breaking


class RentalError(Exception):
    """It cannot be done; `article` is the clause that decides, when one does."""

    def __init__(self, sentence: str, *, article: str = "") -> None:
        self.sentence = non_breaking(sentence)
        self.article = article
        super().__init__(self.sentence)


class StaleRentalError(RentalError):
    """Somebody, or a job, changed it meanwhile."""

    def __init__(self) -> None:
        super().__init__("Cette location a changé entre-temps : rechargez la page.")


class AlreadyOrderedError(RentalError):
    """What was ordered no longer changes here: an amendment does."""

    def __init__(self) -> None:
        super().__init__(
            "Cette location est commandée : demandez un avenant pour en changer l’usage.",
            article="CL.1",
        )


class InvalidFieldsError(RentalError):
    """What was typed does not stand; a sentence a field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = {field: non_breaking(text) for field, text in problems.items()}
        super().__init__(" ".join(problems.values()))
