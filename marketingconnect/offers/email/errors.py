"""What EmailConnect refuses. Each message is a French sentence for the client."""

from marketingconnect.kernel.typography import non_breaking


class EmailCampaignError(Exception):
    """A choice that cannot be made; `article` is the clause that decides, when one does."""

    def __init__(self, sentence: str, *, article: str = "") -> None:
        self.sentence = non_breaking(sentence)
        self.article = article
        super().__init__(self.sentence)


class AlreadyLaunchedError(EmailCampaignError):
    """The campaign was handed over: its file, message and date no longer change here."""

    def __init__(self) -> None:
        super().__init__("Cette campagne est déjà programmée : elle ne se modifie plus ici.")


class SendDateRefusedError(EmailCampaignError):
    """The day or the hour may not be chosen."""
