"""What the life of a contract tells clients by mail."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from marketingconnect.accounts.models import Company, Membership
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.contracts.models import FormalNotice, SolvencyCheck, Suspension, Termination
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.rules.solvency import Guarantee
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.notices.services import queue_notice
from marketingconnect.orders.models import Order


def tell_order_is_suspended(suspension: Suspension, *, at: datetime) -> None:
    """CGV III.g, III.h: what stands still, since when and why."""
    ground = Ground(suspension.ground)
    _tell(
        f"order-suspended:{suspension.pk}",
        suspension.order,
        f"Votre commande {suspension.order.reference} est suspendue",
        [
            f"Nous suspendons votre commande {suspension.order.reference} : plus rien ne part et "
            f"plus rien n’est livré (CGV, art. {ground.article}).",
            f"Motif : {ground.label.lower()}. {suspension.reason}",
        ],
        at,
    )


def tell_order_goes_on(suspension: Suspension, *, at: datetime) -> None:
    """CGV III.g, III.h: the suspension is over."""
    _tell(
        f"order-resumed:{suspension.pk}",
        suspension.order,
        f"Votre commande {suspension.order.reference} reprend",
        [
            f"La suspension de votre commande {suspension.order.reference} est levée : elle "
            "reprend où elle en était.",
            "Si une date d’envoi est passée entre-temps, choisissez-en une autre dans votre "
            "espace client.",
        ],
        at,
    )


def tell_order_is_terminated(termination: Termination, *, at: datetime) -> None:
    """CGV III.g, III.h: the contract is over, and why."""
    ground = Ground(termination.ground)
    _tell(
        f"order-terminated:{termination.order_id}",
        termination.order,
        f"Votre commande {termination.order.reference} est résiliée",
        [
            f"Votre commande {termination.order.reference} est résiliée : ce qui n’était pas "
            f"parti ne partira pas (CGV, art. {ground.article}).",
            f"Motif : {ground.label.lower()}. {termination.reason}",
        ],
        at,
    )


def tell_notice_is_sent(notice: FormalNotice, *, at: datetime) -> None:
    """CGV III.g: a registered letter is on its way: what to put right."""
    _tell(
        f"formal-notice:{notice.pk}",
        notice.order,
        f"Une lettre recommandée pour votre commande {notice.order.reference}",
        [
            f"Nous vous adressons la lettre recommandée {notice.letter.number} au sujet de votre "
            f"commande {notice.order.reference}.",
            f"Ce qu’il faut corriger : {notice.breach}",
            "Sans correction dans les jours qui suivent sa réception, la commande est résiliée de "
            "plein droit (CGV, art. III.g).",
        ],
        at,
    )


def tell_guarantees_are_asked(check: SolvencyCheck, *, at: datetime) -> None:
    """CGV III.c: what the client may provide, and by when."""
    wanted = ", ".join(Guarantee(code).label.lower() for code in check.guarantees)
    _tell(
        f"guarantees-asked:{check.pk}",
        check.order,
        f"Une garantie est demandée pour votre commande {check.order.reference}",
        [
            f"{check.reason} Nous vous demandons une garantie pour votre commande "
            f"{check.order.reference} (CGV, art. III.c).",
            f"Garanties possibles : {wanted}. Répondez le {format_date_fr(check.answer_by)} au "
            "plus tard.",
        ],
        at,
    )


def tell_operator_changes(
    company: Company, assignee: str, effective_on: date, *, assignment: int, at: datetime
) -> None:
    """CGV III.d: who the operator will be, and from which day."""
    owner = (
        Membership.objects.filter(company=company, role=MemberRole.OWNER)
        .select_related("user")
        .order_by("pk")
        .first()
    )
    if owner is None:
        return
    _queue(
        f"operator-changes:{assignment}:{company.pk}",
        owner.user.email,
        owner.user.first_name,
        company.pk,
        "Vos contrats sont repris par un autre exploitant",
        [
            f"À compter du {format_date_fr(effective_on)}, {assignee} est l’exploitant de "
            "MarketingConnect et reprend toutes nos obligations envers vous (CGV, art. III.d).",
            "Vos commandes, vos prix et vos conditions ne changent pas.",
        ],
        settings.BASE_URL + reverse("client_area:orders"),
        at,
    )


def _tell(key: str, order: Order, title: str, paragraphs: Sequence[str], at: datetime) -> None:
    url = settings.BASE_URL + reverse("client_area:order", args=[order.reference])
    person = order.placed_by
    _queue(key, person.email, person.first_name, order.company_id, title, paragraphs, url, at)


def _queue(
    key: str,
    to_email: str,
    first_name: str,
    company_id: int,
    title: str,
    paragraphs: Sequence[str],
    url: str,
    at: datetime,
) -> None:
    queue_notice(
        key=key,
        template="contract_told",
        to_email=to_email,
        company_id=company_id,
        at=at,
        context={
            "first_name": first_name,
            "title": title,
            "paragraphs": [non_breaking(one) for one in paragraphs],
            "action_url": url,
            "action_text": "Ouvrir mon espace client",
        },
    )
