"""The settlement of a rental explained: delivered against ordered, and what it changes (CL.6)."""

from dataclasses import dataclass
from decimal import Decimal

from marketingconnect.claims.models import Settlement
from marketingconnect.claims.queries import settlement_of
from marketingconnect.claims.rules.settlement import Outcome, deviation_percent
from marketingconnect.claims.states import SettlementState
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.list_rental.models import ListRental
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.web.components import Kind


@dataclass(frozen=True)
class SettlementView:
    """What the client reads about the quantity delivered."""

    settlement: Settlement
    percent: Decimal
    words: str
    kind: Kind
    sentence: str
    document: Invoice | None

    @property
    def is_waiting(self) -> bool:
        return self.settlement.state == SettlementState.DECISION_AWAITED


def settlement_shown(rental: ListRental, terms: TermsParameters) -> SettlementView | None:
    """The settlement in words, once there is one."""
    settlement = settlement_of(rental)
    if settlement is None:
        return None
    words, kind, sentence = _said(settlement, terms)
    percent = deviation_percent(ordered=settlement.ordered, delivered=settlement.delivered)
    return SettlementView(
        settlement=settlement,
        percent=percent.quantize(Decimal("0.1")),
        words=words,
        kind=kind,
        sentence=non_breaking(sentence),
        document=settlement.document,
    )


def _said(settlement: Settlement, terms: TermsParameters) -> tuple[str, Kind, str]:
    tolerance = format_number_fr(terms.quantity_tolerance_percent)
    match SettlementState(settlement.state):
        case SettlementState.DECISION_AWAITED:
            return (
                "Décision attendue",
                "warning",
                f"L’écart dépasse {tolerance} % : nous convenons ensemble d’un complément, d’un "
                "nouvel accord ou de l’annulation. Notre équipe vous appelle.",
            )
        case SettlementState.TOPPING_UP:
            return (
                "Complément en préparation",
                "progress",
                "Les adresses qui manquent sont en cours d’extraction, selon les mêmes critères.",
            )
        case SettlementState.CANCELLED:
            return "Annulée", "error", "Nous avons convenu d’annuler ; le prix vous est rendu."
        case SettlementState.SETTLED:
            return "Réglée", "success", _settled(settlement, tolerance)


def _settled(settlement: Settlement, tolerance: str) -> str:
    document = settlement.document
    if document is None:
        return _unchanged(settlement)
    total = Money(abs(document.total_cents))
    if document.total_cents < 0:
        given = f"Un avoir de {total} TTC vous revient"
    else:
        given = f"Un solde de {total} TTC s’ajoute"
    if settlement.decision:
        return f"{given}, au prix convenu ensemble."
    return (
        f"{given} : la facture porte sur la quantité livrée, au même prix unitaire, tant que "
        f"l’écart reste dans {tolerance} %."
    )


def _unchanged(settlement: Settlement) -> str:
    if settlement.outcome == Outcome.NOTHING:
        return "Toutes les adresses commandées sont livrées : le prix ne change pas."
    return "Le prix ne change pas : la commande reste au minimum de facturation."
