"""The four offers as the public pages tell them; those on sale have a calculator."""

from dataclasses import dataclass

from marketingconnect.catalogue.models import OfferCode


@dataclass(frozen=True, slots=True)
class OfferPage:
    """What the home page and the offer's own page say."""

    code: str
    name: str
    verb: str
    """What it does, in three or four words."""
    promise: str
    icon: str
    on_sale: bool = False

    @property
    def template(self) -> str:
        return f"shop/offers/{self.code}.html"


OFFERS = [
    OfferPage(
        OfferCode.EMAIL.value,
        "EmailConnect",
        "Écrire à vos clients par e-mail",
        "Vous apportez votre fichier, vous composez votre message, nous l’envoyons au jour "
        "choisi et vous suivez chaque chiffre.",
        icon="mail",
        on_sale=True,
    ),
    OfferPage(
        OfferCode.SMS.value,
        "ContactConnect",
        "Prévenir par SMS",
        "Un message court sur le téléphone de personnes qui l’ont accepté, aux heures où la "
        "prospection est permise.",
        icon="message-square",
    ),
    OfferPage(
        OfferCode.LIST_RENTAL.value,
        "ListConnect",
        "Louer un fichier d’adresses",
        "Des adresses postales choisies selon vos critères, avec ou sans téléphone fixe, pour "
        "vos propres courriers et vos propres appels.",
        icon="contact",
        on_sale=True,
    ),
    OfferPage(
        OfferCode.GUARANTEED_CLICKS.value,
        "Booster",
        "Recevoir des visites sur votre site",
        "Un nombre de clics garanti depuis les moteurs de recherche : nous choisissons les "
        "mots et nous écrivons les annonces.",
        icon="mouse-pointer-click",
    ),
]
BY_CODE = {offer.code: offer for offer in OFFERS}
