"""What the life of a contract refuses; the messages are French sentences."""

from marketingconnect.kernel.typography import non_breaking


class ContractError(Exception):
    """It cannot be done; `article` is the clause that decides, when one does."""

    def __init__(self, sentence: str, *, article: str = "") -> None:
        self.sentence = non_breaking(sentence)
        self.article = article
        super().__init__(self.sentence)


class StaleContractError(ContractError):
    """Somebody decided meanwhile."""

    def __init__(self) -> None:
        super().__init__("Cette décision a déjà été prise : rechargez la page.")


class InvalidFieldsError(ContractError):
    """What was typed does not stand; a sentence a field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = {field: non_breaking(text) for field, text in problems.items()}
        super().__init__(" ".join(problems.values()))
