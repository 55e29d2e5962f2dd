"""The work queues of the back office: how many wait, since when, for whom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Min

from marketingconnect.accounts.queries import late_credential_notices
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.messages.queries import moderation_queue
from marketingconnect.notices.queries import notices_to_settle_count
from marketingconnect.payments.queries import overpaid_orders, payments_awaited
from marketingconnect.sending.models import OutcomeCount
from marketingconnect.sending.queries import campaigns_in_progress
from marketingconnect.sending.states import CampaignState, Outcome

Figures = tuple[int, datetime | None]


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of work; `roles` see it, and administrators always."""

    name: str
    detail: str
    icon: str
    url_name: str
    roles: frozenset[StaffRole]
    figures: Callable[[datetime], Figures]


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A queue as counted now."""

    queue: Queue
    count: int
    oldest: datetime | None


def queues_for(role: StaffRole, *, now: datetime) -> list[QueueLine]:
    """The queues of a role, those with work first."""
    mine = [q for q in _QUEUES if role is StaffRole.ADMINISTRATOR or role in q.roles]
    lines = [QueueLine(queue, *queue.figures(now)) for queue in mine]
    return sorted(lines, key=lambda line: line.count == 0)


def _moderation(now: datetime) -> Figures:
    queue = moderation_queue()
    return queue.count, queue.oldest_at


def _payments(now: datetime) -> Figures:
    awaited = payments_awaited()
    return len(awaited), min((line.order.accepted_at for line in awaited), default=None)


def _overpaid(now: datetime) -> Figures:
    orders = overpaid_orders()
    return len(orders), min((line.order.accepted_at for line in orders), default=None)


def _notices(now: datetime) -> Figures:
    return notices_to_settle_count()


def _credentials(now: datetime) -> Figures:
    late = late_credential_notices(now=now)
    return len(late), min((change.notice_due_at for change in late), default=None)


def _held(now: datetime) -> Figures:
    held = campaigns_in_progress().exclude(held_because="").order_by()
    figures = held.aggregate(count=Count("pk"), oldest=Min("scheduled_for"))
    return figures["count"], figures["oldest"]


def _doubtful(now: datetime) -> Figures:
    """Campaigns, not recipients: the figures are still open to a decision."""
    doubtful = OutcomeCount.objects.filter(outcome=Outcome.UNCERTAIN).exclude(
        campaign__state=CampaignState.FROZEN
    )
    figures = doubtful.aggregate(count=Count("campaign", distinct=True), oldest=Min("minute"))
    return figures["count"], figures["oldest"]


_QUEUES: Final = [
    Queue(
        "Messages à modérer",
        "Aucun envoi ne part sans votre décision (art. B.2).",
        icon="shield-check",
        url_name="back_office:moderation",
        roles=frozenset({StaffRole.MODERATION}),
        figures=_moderation,
    ),
    Queue(
        "Virements et chèques attendus",
        "La commande est validée quand vous enregistrez le paiement complet (art. II.1.b).",
        icon="landmark",
        url_name="back_office:payments",
        roles=frozenset({StaffRole.ACCOUNTING}),
        figures=_payments,
    ),
    Queue(
        "Commandes trop payées",
        "Plus a été reçu que dû : à rembourser ou à imputer.",
        icon="circle-alert",
        url_name="back_office:payments",
        roles=frozenset({StaffRole.ACCOUNTING}),
        figures=_overpaid,
    ),
    Queue(
        "Identifiants changés, client pas encore prévenu",
        "Le délai de l’article II.1.a est passé.",
        icon="key-round",
        url_name="back_office:credentials_late",
        roles=frozenset({StaffRole.DPO, StaffRole.ADVISOR}),
        figures=_credentials,
    ),
    Queue(
        "E-mails aux clients en échec ou incertains",
        "À renvoyer, ou à classer comme reçus.",
        icon="mail-warning",
        url_name="back_office:notices",
        roles=frozenset({StaffRole.ADVISOR, StaffRole.ACCOUNTING, StaffRole.DPO}),
        figures=_notices,
    ),
    Queue(
        "Campagnes retenues",
        "L’heure est venue, mais il manque quelque chose.",
        icon="circle-pause",
        url_name="back_office:sendings",
        roles=frozenset({StaffRole.ADVISOR, StaffRole.MODERATION}),
        figures=_held,
    ),
    Queue(
        "Campagnes avec des destinataires incertains",
        "Interrompus en plein envoi : jamais renvoyés d’office.",
        icon="circle-question-mark",
        url_name="back_office:sendings",
        roles=frozenset({StaffRole.ADVISOR, StaffRole.MODERATION}),
        figures=_doubtful,
    ),
]
