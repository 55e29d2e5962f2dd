"""What a rented file may be used for and by whom, in code and in French (CGV CL.1, CL.2)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class RentalUse(StrEnum):
    """A designated use (traitement désigné): the only ones that can be ordered."""

    DIRECT_MAIL = "direct_mail"
    TELEPHONE = "telephone"


USE_LABELS: Final = {
    RentalUse.DIRECT_MAIL: "Publipostage",
    RentalUse.TELEPHONE: "Prospection par téléphone",
}


@dataclass(frozen=True, slots=True)
class ForbiddenUse:
    """A use that the terms exclude; the screen says so when somebody asks for it."""

    code: str
    label: str
    article: str
    sentence: str


FORBIDDEN_USES: Final = {
    use.code: use
    for use in (
        ForbiddenUse(
            "automated_calls",
            "Automates d’appel",
            "CL.2",
            "Un fichier loué ne sert pas à des automates d’appel : la loi demande l’accord "
            "préalable de chaque personne.",
        ),
        ForbiddenUse(
            "fax",
            "Télécopie",
            "CL.2",
            "Un fichier loué ne sert pas à des envois par télécopie : la loi demande l’accord "
            "préalable de chaque personne.",
        ),
        ForbiddenUse(
            "directory",
            "Annuaire ou liste",
            "CL.1",
            "Un fichier loué ne sert pas à faire un annuaire ni une liste, sur aucun support.",
        ),
        ForbiddenUse(
            "brokerage",
            "Courtage d’adresses",
            "CL.1",
            "Un fichier loué ne se vend pas et ne se loue pas à d’autres.",
        ),
        ForbiddenUse(
            "product",
            "Produit dérivé",
            "CL.1",
            "Un fichier loué ne s’adapte pas et ne se transforme pas en un autre produit.",
        ),
        ForbiddenUse(
            "third_party",
            "Communication à un tiers",
            "CL.2",
            "Un fichier loué ne se communique à aucun tiers, même gratuitement. Votre routeur, "
            "votre imprimeur ou votre centre d’appels se déclare comme sous-traitant.",
        ),
    )
}


class SubcontractorRole(StrEnum):
    """What a declared subcontractor does with the file."""

    ROUTER = "router"
    PRINTER = "printer"
    CALL_CENTRE = "call_centre"


ROLE_LABELS: Final = {
    SubcontractorRole.ROUTER: "Routeur",
    SubcontractorRole.PRINTER: "Imprimeur",
    SubcontractorRole.CALL_CENTRE: "Centre d’appels",
}
ROLE_IN_SENTENCE: Final = {
    SubcontractorRole.ROUTER: "routeur",
    SubcontractorRole.PRINTER: "imprimeur",
    SubcontractorRole.CALL_CENTRE: "centre d’appels",
}


class SampleKind(StrEnum):
    """What the sample of a message may be."""

    PDF = "pdf"
    IMAGE = "image"
    TEXT = "text"


class DeliveryKind(StrEnum):
    """Why a delivery is made. Only the first and a top-up count in the settlement."""

    FIRST = "first"
    RE_DELIVERY = "re_delivery"
    TOP_UP = "top_up"
    REPLACEMENT = "replacement"


KIND_LABELS: Final = {
    DeliveryKind.FIRST: "Livraison",
    DeliveryKind.RE_DELIVERY: "Nouvelle vérification",
    DeliveryKind.TOP_UP: "Complément",
    DeliveryKind.REPLACEMENT: "Adresses de remplacement",
}
BILLED_KINDS: Final = (DeliveryKind.FIRST, DeliveryKind.TOP_UP)
