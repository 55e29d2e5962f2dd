"""What a basket refuses. Each message is a French sentence for the client."""

from marketingconnect.kernel.money import Money
from marketingconnect.kernel.typography import non_breaking


class CartError(Exception):
    """The basket cannot do that; `sentence` says why and how to go on."""

    def __init__(self, sentence: str) -> None:
        self.sentence = non_breaking(sentence)
        super().__init__(self.sentence)


class NotAllowedToOrderError(CartError):
    """This person may not order for this company."""


class EmptyCartError(CartError):
    """Nothing to order: the basket was emptied, or ordered from another tab."""


class TermsNotAcceptedError(CartError):
    """The terms or a declaration were not accepted."""


class TermsChangedError(CartError):
    """A newer version of the terms is in force than the one shown."""


class MethodNotOfferedError(CartError):
    """This means of payment is not offered for this basket."""


class UnsellableLineError(CartError):
    """A line can no longer be priced; the message names it."""


class PricesChangedError(CartError):
    """The total is not the one the client saw. Carries both."""

    def __init__(self, *, shown: Money, now: Money) -> None:
        self.shown = shown
        self.now = now
        super().__init__(
            f"Le total de votre panier a changé depuis son affichage : il était de {shown}, il "
            f"est maintenant de {now}. Rien n’a été commandé ; vérifiez les lignes, puis validez "
            "à nouveau."
        )
