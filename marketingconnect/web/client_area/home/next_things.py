"""What to do next, over everything of a company, the most pressing first."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.urls import NoReverseMatch, reverse

from marketingconnect.clock import paris_date
from marketingconnect.contacts.queries import files_of
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.queries import campaigns_of
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import orders_of
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.queries import payable_now, unpaid_invoices
from marketingconnect.proposals.queries import proposals_that_wait
from marketingconnect.sending.states import CampaignState
from marketingconnect.web.client_area.campaigns.dossier import Dossier, build_dossier
from marketingconnect.web.client_area.home.rental_things import rental_things
from marketingconnect.web.client_area.home.things import NextThing

_LOOKED_AT: Final = 8
_HOW_TO_PAY: Final = {
    "card": "Payez votre commande par carte : {}.",
    "card_debit": "Payez la première échéance, et votre carte est gardée : {}.",
    "transfer": "Faites votre virement de {}.",
    "cheque": "Envoyez votre chèque de {}.",
}
"""A direct debit asks nothing of the client."""


def next_things(company_id: int, *, today: date) -> tuple[list[NextThing], list[NextThing]]:
    """(what the client must do, what goes on by itself)."""
    open_campaigns = campaigns_of(company_id).filter(sending__isnull=True)[:_LOOKED_AT]
    dossiers = [build_dossier(campaign, today=today, priced=False) for campaign in open_campaigns]
    rented, rented_going_on = rental_things(company_id, today=today)
    to_do = [
        *_proposals(company_id, today),
        *_payments(company_id, today),
        *rented,
        *(thing for dossier in dossiers for thing in _of_campaign(dossier)),
        *_files(company_id),
    ]
    waiting = [thing for dossier in dossiers for thing in _waiting(dossier)]
    return to_do, [*_leaving(company_id), *rented_going_on, *waiting]


def _proposals(company_id: int, today: date) -> Iterator[NextThing]:
    waiting = proposals_that_wait().filter(company_id=company_id, valid_until__gte=today)
    for proposal in waiting[:_LOOKED_AT]:
        assert proposal.valid_until is not None  # noqa: S101  it was sent
        day = format_date_fr(proposal.valid_until)
        yield NextThing(
            non_breaking(f"Répondez à notre proposition, valable jusqu’au {day}."),
            proposal.reference,
            icon="file-signature",
            href=_page("client_area:proposal", proposal.reference),
            verb="Lire",
        )


def _payments(company_id: int, today: date) -> Iterator[NextThing]:
    """What is to pay now: orders that wait for it, then documents whose day has passed."""
    waiting = orders_of(company_id).filter(
        state__in=[OrderState.ACCEPTED, OrderState.FIRM], payment_validated_on__isnull=True
    )
    for order in waiting[:_LOOKED_AT]:
        amount, sentence = payable_now(order, today), _HOW_TO_PAY.get(order.payment_method)
        if sentence and amount.cents:
            yield _to_pay(sentence.format(amount), order)
    late = [(one, owed) for one, owed in unpaid_invoices(company_id) if one.due_on < today]
    for invoice, owed in late[:_LOOKED_AT]:
        sentence = f"Réglez la facture {invoice.number}, échue : il reste {owed}."
        yield _to_pay(sentence, invoice.order)


def _to_pay(sentence: str, order: Order) -> NextThing:
    return NextThing(
        non_breaking(sentence),
        order.reference,
        icon="credit-card",
        href=_page("client_area:order", order.reference),
        verb="Payer",
    )


def _of_campaign(dossier: Dossier) -> Iterator[NextThing]:
    """The first thing missing; the basket once nothing but the order is."""
    about = dossier.campaign.name
    for one in dossier.to_do[:1]:
        yield NextThing(one.what.sentence, about, _ICONS[one.what.code], one.href, "Y aller")
        return
    if dossier.line is None:
        summary = _page("client_area:campaign", dossier.campaign.pk)
        sentence = "Relisez le récapitulatif et commandez."
        yield NextThing(sentence, about, icon="shopping-basket", href=summary, verb="Relire")


_ICONS: Final = {
    "file": "contact",
    "quantity": "contact",
    "message": "mail",
    "validation": "mail",
    "moderation": "shield-check",
    "date": "calendar",
}


def _files(company_id: int) -> Iterator[NextThing]:
    unread = files_of(company_id).filter(
        state__in=[ContactFileState.UPLOADED, ContactFileState.MAPPED]
    )
    for file in unread[:_LOOKED_AT]:
        href = _page("client_area:file", file.pk)
        yield NextThing(
            "Confirmez les colonnes de votre fichier.",
            file.name,
            icon="file-up",
            href=href,
            verb="Confirmer",
        )


def _waiting(dossier: Dossier) -> Iterator[NextThing]:
    for one in dossier.missing:
        if one.what.whose == "operator":
            yield NextThing(one.what.sentence, dossier.campaign.name, icon="shield-check")


def _leaving(company_id: int) -> Iterator[NextThing]:
    launched = campaigns_of(company_id).filter(
        sending__isnull=False, sending__finished_at__isnull=True
    )
    for campaign in launched[:_LOOKED_AT]:
        yield _sentence_of(campaign)


def _sentence_of(campaign: EmailCampaign) -> NextThing:
    assert campaign.sending is not None  # noqa: S101  the query asks for it
    href = _page("client_area:campaign_figures", campaign.pk)
    if campaign.sending.state == CampaignState.PAUSED:
        return NextThing(
            "L’envoi est en pause.", campaign.name, icon="pause", href=href, verb="Voir pourquoi"
        )
    if campaign.sending.started_at is not None:
        return NextThing(
            "L’envoi est en cours.", campaign.name, icon="send", href=href, verb="Suivre"
        )
    day = format_date_fr(paris_date(campaign.sending.scheduled_for))
    sentence = non_breaking(f"Tout est prêt : l’envoi commence {day}.")
    return NextThing(sentence, campaign.name, icon="calendar-check", href=href, verb="Voir")


def _page(name: str, argument: object) -> str:
    try:
        return reverse(name, args=[argument])
    except NoReverseMatch:
        return ""
