"""The licence of a delivery, its download, its next check, its amendments."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from marketingconnect.kernel.calendar import format_day_month_fr
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.list_rental.rules.ordering import MOST_USES, Refusal
from marketingconnect.offers.list_rental.states import DeliveryState
from marketingconnect.offers.list_rental.vocabulary import (
    ROLE_IN_SENTENCE,
    USE_LABELS,
    RentalUse,
    SubcontractorRole,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceFacts:
    """To whom and for what a file is handed over."""

    reference: str
    order_reference: str
    holder: str
    siret: str
    quantity: int
    uses: Collection[str]
    times: int
    subcontractors: Sequence[tuple[str, str, str]]
    """Name, SIRET, role."""
    use_by: date | None


def licence_sentences(facts: LicenceFacts) -> list[str]:
    """CGV CL.1, CL.2, CL.6, CL.10: the licence of one delivery, as shown and accepted.

    Non-exclusive, personal, for the uses of the order form and for them alone.
    """
    uses = " et ".join(USE_LABELS[RentalUse(use)].lower() for use in sorted(facts.uses))
    times = "une utilisation" if facts.times == 1 else f"{facts.times} utilisations"
    sentences = [
        f"Livraison {facts.reference}, commande {facts.order_reference} : "
        f"{format_number_fr(facts.quantity)} adresses au plus.",
        f"{facts.holder} (SIRET {facts.siret}) reçoit un droit non exclusif, personnel, "
        f"incessible et non transmissible sur ce fichier, pour {times} : {uses}, et pour cela "
        "seulement (CGV, art. CL.1).",
        _subcontractors(facts.subcontractors),
        "Ce fichier ne sert ni à un annuaire, ni à une liste, ni au courtage d’adresses, ni à un "
        "autre produit ; il ne s’adapte pas, ne se transforme pas et ne se communique à aucun "
        "tiers (CGV, art. CL.1 et CL.2).",
        "Les automates d’appel et la télécopie sont exclus. Des adresses pièges, non facturées, "
        "permettent de constater un usage interdit (CGV, art. CL.2).",
        "Chaque partie est responsable autonome de son traitement : vous informez les personnes, "
        "répondez à leurs demandes et nous les transmettez (CGV, art. CL.10).",
    ]
    if facts.use_by is not None:
        sentences.append(
            f"Les numéros de téléphone s’utilisent jusqu’au {_full(facts.use_by)} inclus "
            "(CGV, art. CL.6)."
        )
    return [non_breaking(sentence) for sentence in sentences]


def _subcontractors(declared: Sequence[tuple[str, str, str]]) -> str:
    if not declared:
        return (
            "Aucun sous-traitant n’est déclaré : un routeur, un imprimeur ou un centre d’appels "
            "se déclare avant d’agir pour vous (CGV, art. CL.1)."
        )
    names = ", ".join(
        f"{name} (SIRET {siret}, {ROLE_IN_SENTENCE[SubcontractorRole(role)]})"
        for name, siret, role in declared
    )
    return f"Sous-traitants déclarés, dans la même limite : {names} (CGV, art. CL.1)."


def _full(day: date) -> str:
    return f"{format_day_month_fr(day)} {day.year}"


def licence_hash(sentences: Sequence[str]) -> str:
    """CGV CL.1: the fingerprint of the licence shown, which an acceptance names."""
    return hashlib.sha256("\n".join(sentences).encode()).hexdigest()


def download_refusal(
    *, state: DeliveryState, accepted: str, licence: str, use_by: date | None, today: date
) -> Refusal | None:
    """CGV CL.1, CL.3, CL.6: a file is downloaded with its licence accepted, before its limit.

    `accepted` is the fingerprint that the client accepted, `licence` that of the delivery.
    """
    if state is DeliveryState.PREPARING:
        return Refusal("Ce fichier est en préparation.", "CL.3")
    if state is DeliveryState.WITHDRAWN:
        return Refusal("Ce fichier n’est plus à votre disposition.", "CL.2")
    if state is DeliveryState.RE_DELIVERED:
        return Refusal("Une version vérifiée depuis remplace ce fichier.", "CL.6")
    if use_by is not None and today > use_by:
        sentence = (
            f"Ce fichier ne s’utilise plus depuis le {_full(use_by)} : demandez une nouvelle "
            "vérification, gratuite."
        )
        return Refusal(non_breaking(sentence), "CL.6")
    if accepted != licence:
        return Refusal("Lisez et acceptez la licence pour télécharger le fichier.", "CL.1")
    return None


def re_delivery_refusal(
    *, state: DeliveryState, use_by: date | None, has_phones: bool, today: date
) -> Refusal | None:
    """CGV CL.6: a file of phones is checked before each campaign, and monthly: on demand.

    From its last day of use on, so that a campaign under way never waits.
    """
    if state not in {DeliveryState.AVAILABLE, DeliveryState.DOWNLOADED}:
        return Refusal("Ce fichier ne peut pas être vérifié de nouveau.", "CL.6")
    if not has_phones or use_by is None:
        return Refusal("Seuls les fichiers de téléphones se vérifient de nouveau.", "CL.6")
    if today < use_by:
        return Refusal(
            non_breaking(f"Ce fichier est vérifié : utilisez-le jusqu’au {_full(use_by)}."), "CL.6"
        )
    return None


def delivery_day(*, made_available_on: date) -> date:
    """CGV CL.3: the delivery takes place the day the file is made available, not downloaded."""
    return made_available_on


def amendment_problems(
    *,
    uses_before: Collection[str],
    times_before: int,
    uses: Collection[str],
    times: int,
    channel: str,
) -> dict[str, str]:
    """CGV CL.1: any change of use asks for an amendment; it adds uses and never takes one back."""
    if not set(uses_before) <= set(uses) or times < times_before:
        return {"uses": "Un avenant ajoute un usage ou des utilisations, il n’en retire pas."}
    if set(uses) == set(uses_before) and times == times_before:
        return {"uses": "Cet avenant ne change rien : choisissez un autre usage."}
    if RentalUse.DIRECT_MAIL in uses and channel != "post":
        return {"uses": "Cette sélection n’a pas d’adresses postales à livrer."}
    if times > MOST_USES:
        return {"times": f"Un fichier sert {MOST_USES} fois au plus."}
    return {}


def amendment_price(*, before: Money, after: Money) -> Money:
    """CGV CL.1: an amendment costs what the new uses add to the price of the order."""
    return max(after - before, Money.zero)
