"""What the accounts refuse; each error carries the sentence a person reads."""

from marketingconnect.kernel.typography import non_breaking


class AccountError(Exception):
    """An act on an account that cannot be done; `sentence` is plain French."""

    def __init__(self, sentence: str) -> None:
        self.sentence = non_breaking(sentence)
        super().__init__(self.sentence)


class BillingOutsideFranceError(AccountError):
    """The billing address is not where the offers are sold (CGV III.a)."""


class StaleLinkError(AccountError):
    """The link was used, has expired, or never existed."""

    def __init__(self) -> None:
        super().__init__("Ce lien a déjà servi ou n’est plus valable : demandez-en un nouveau.")


class AlreadyRegisteredError(AccountError):
    """Somebody opened an account for this establishment or this address meanwhile."""


class LastOwnerError(AccountError):
    """A company always keeps an owner (CGV II.1.a)."""


class UnknownMemberError(AccountError):
    """Not, or no longer, a member of this company."""


class MandateError(AccountError):
    """A mandate that cannot be recorded or used."""


class EmailTakenError(AccountError):
    """Another person already logs in with this address."""
