"""What proposals tell by mail, to the client and to the advisor."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from marketingconnect.accounts.models import User
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.notices.services import queue_notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.rules import binding_documents
from marketingconnect.orders.states import Sale
from marketingconnect.payments.states import METHOD_LABELS, PaymentMethod
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.states import ProposalState
from marketingconnect.terms.queries import first_owner


def tell_proposal_is_sent(proposal: Proposal, replaced: Proposal | None, *, at: datetime) -> None:
    """CGV Def: what is proposed, at which price, until when, and where to answer."""
    person = first_owner(proposal.company)
    if person is None:
        return
    queue_notice(
        key=f"proposal-sent:{proposal.pk}",
        template="proposal_sent",
        to_email=person.email,
        company_id=proposal.company_id,
        at=at,
        context={
            "proposal": proposal,
            "lines": list(proposal.lines.all()),
            "first_name": person.first_name,
            "advisor": proposal.advisor.full_name,
            "replaced": replaced,
            "method": METHOD_LABELS[PaymentMethod(proposal.payment_method)].lower(),
            "total": Money(proposal.total_cents),
            "net": Money(proposal.net_cents),
            "top_up": Money(proposal.top_up_cents),
            "action_url": _client_url(proposal),
            "action_text": "Lire la proposition",
        },
    )


def tell_proposal_ends_soon(proposal: Proposal, *, at: datetime) -> None:
    """CGV Def: once, a few days before its last one."""
    _tell_client(
        proposal,
        f"proposal-reminder:{proposal.pk}",
        f"Votre proposition {proposal.reference} prend fin bientôt",
        [
            f"Notre proposition {proposal.reference}, d’un total de "
            f"{Money(proposal.total_cents)} TTC, tient jusqu’au {_last_day(proposal)} inclus.",
            "Passé ce jour, elle ne pourra plus être acceptée à ces prix. Si elle ne vous convient "
            "pas, dites-le-nous en un clic : nous ne vous relancerons pas.",
        ],
        "Lire et répondre",
        at,
    )


def tell_proposal_is_expired(proposal: Proposal, *, at: datetime) -> None:
    """CGV Def: it may no longer be accepted, and what to do; the advisor is told too."""
    _tell_client(
        proposal,
        f"proposal-expired:{proposal.pk}",
        f"Votre proposition {proposal.reference} a expiré",
        [
            f"Notre proposition {proposal.reference} tenait jusqu’au {_last_day(proposal)} : elle "
            "ne peut plus être acceptée.",
            f"Si elle vous intéresse encore, demandez-en une à jour : {proposal.advisor.full_name} "
            "vous répondra.",
        ],
        "Demander une proposition à jour",
        at,
    )


def tell_proposal_is_withdrawn(proposal: Proposal, *, at: datetime) -> None:
    """CGV Def: taken back before an answer, and why."""
    _tell_client(
        proposal,
        f"proposal-withdrawn:{proposal.pk}",
        f"Notre proposition {proposal.reference} est retirée",
        [
            f"Nous retirons notre proposition {proposal.reference} : elle ne peut plus être "
            "acceptée, et rien n’est commandé.",
            f"Motif : {proposal.end_reason}",
        ],
        "Voir la proposition",
        at,
    )


def tell_order_to_sign(
    proposal: Proposal, order: Order, plan: Sequence[tuple[date, Money]], *, at: datetime
) -> None:
    """CGV III.a, II.2.b: the order it became, what to sign so that it binds, and when to pay."""
    documents = binding_documents(
        sale=Sale(order.sale), payment_method=str(PaymentMethod(order.payment_method))
    )
    signed = "le bon de commande et le mandat de prélèvement" if len(documents) > 1 else (
        "le bon de commande"
    )  # fmt: skip
    person = order.placed_by
    _queue(
        f"proposal-accepted:{proposal.pk}",
        person.email,
        person.first_name,
        proposal.company_id,
        f"Votre commande {order.reference} est enregistrée",
        [
            f"Vous avez accepté notre proposition {proposal.reference} : elle devient la commande "
            f"{order.reference}, d’un total de {Money(order.total_cents)} TTC.",
            f"Il reste à signer {signed} : la commande est ferme dès que nous le recevons signé "
            "(CGV, art. III.a).",
            *_schedule_words(plan),
        ],
        settings.BASE_URL + signing_path(order),
        "Signer",
        at,
    )


def tell_proposal_is_answered(proposal: Proposal, *, at: datetime) -> None:
    """The advisor learns that the client accepted or refused, and why."""
    client = proposal.company.legal_name
    if proposal.state == ProposalState.ACCEPTED and proposal.order is not None:
        title = f"{client} a accepté {proposal.reference}"
        paragraphs = [
            f"La proposition est devenue la commande {proposal.order.reference}. Le client a "
            "maintenant ses documents à signer."
        ]
    else:
        title = f"{client} a refusé {proposal.reference}"
        paragraphs = [f"Motif : {proposal.end_reason}"]
    _tell_advisor(proposal, f"proposal-answered:{proposal.pk}", title, paragraphs, at)


def tell_another_is_asked(proposal: Proposal, person: User, *, at: datetime) -> None:
    """The advisor learns that the client wants an up-to-date proposal."""
    _tell_advisor(
        proposal,
        f"proposal-renewal:{proposal.pk}",
        f"{proposal.company.legal_name} demande une proposition à jour",
        [
            f"{person.full_name} s’intéresse encore à la proposition {proposal.reference}, qui "
            "n’est plus valable. Révisez-la : ses lignes sont reprises aux prix du jour."
        ],
        at,
    )


def signing_path(order: Order) -> str:
    """Where the client signs what binds its order; else the order's own page."""
    try:
        return reverse("client_area:signing", args=[order.reference])
    except NoReverseMatch:
        return reverse("client_area:order", args=[order.reference])


def _schedule_words(plan: Sequence[tuple[date, Money]]) -> list[str]:
    if not plan:
        return []
    rows = " ; ".join(f"{format_date_fr(day)}, {amount}" for day, amount in plan)
    count = "Échéance convenue" if len(plan) == 1 else f"{len(plan)} échéances convenues"
    return [f"{count} (CGV, art. II.2.b) : {rows}."]


def _last_day(proposal: Proposal) -> str:
    assert proposal.valid_until is not None  # noqa: S101  it was sent
    return format_date_fr(proposal.valid_until)


def _client_url(proposal: Proposal) -> str:
    return settings.BASE_URL + reverse("client_area:proposal", args=[proposal.reference])


def _tell_client(
    proposal: Proposal,
    key: str,
    title: str,
    paragraphs: Sequence[str],
    action_text: str,
    at: datetime,
) -> None:
    person = first_owner(proposal.company)
    if person is not None:
        who = (person.email, person.first_name, proposal.company_id)
        _queue(key, *who, title, paragraphs, _client_url(proposal), action_text, at)


def _tell_advisor(
    proposal: Proposal, key: str, title: str, paragraphs: Sequence[str], at: datetime
) -> None:
    url = settings.BASE_URL + reverse("back_office:proposal", args=[proposal.reference])
    advisor = proposal.advisor
    who = (advisor.email, advisor.first_name, None)
    _queue(key, *who, title, paragraphs, url, "Ouvrir la proposition", at, to_staff=True)


def _queue(
    key: str,
    to_email: str,
    first_name: str,
    company_id: int | None,
    title: str,
    paragraphs: Sequence[str],
    url: str,
    action_text: str,
    at: datetime,
    **more: Any,
) -> None:
    queue_notice(
        key=key,
        template="proposal_told",
        to_email=to_email,
        company_id=company_id,
        at=at,
        context={
            "first_name": first_name,
            "title": non_breaking(title),
            "paragraphs": [non_breaking(one) for one in paragraphs],
            "action_url": url,
            "action_text": action_text,
            **more,
        },
    )
