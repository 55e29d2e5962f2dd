"""The work queues of the back office: how many wait, since when, for whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Count, Min

from marketingconnect.accounts.queries import late_credential_notices
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.base.models import SupplierLoad
from marketingconnect.base.queries import latest_vintage
from marketingconnect.base.rules import sirene_alert_on
from marketingconnect.base.states import LoadState
from marketingconnect.claims.queries import (
    claims_awaiting_a_decision,
    settlements_awaiting_a_decision,
)
from marketingconnect.clock import paris_date
from marketingconnect.messages.queries import moderation_queue
from marketingconnect.notices.queries import notices_to_settle_count
from marketingconnect.offers.list_rental.queries import (
    deliveries_in_trouble,
    rentals_in_trouble,
    sample_queue,
)
from marketingconnect.payments.queries import overpaid_orders, payments_awaited
from marketingconnect.payments.reconciliation import entries_waiting
from marketingconnect.proposals.queries import drafts, proposals_to_end_soon, renewals_asked
from marketingconnect.sending.models import OutcomeCount
from marketingconnect.sending.queries import campaigns_in_progress
from marketingconnect.sending.returned import answers_to_read, mails_to_decide
from marketingconnect.sending.states import CampaignState, Outcome
from marketingconnect.signature.queries import signatures_waiting
from marketingconnect.terms.queries import current_terms, parameters_of
from marketingconnect.web.back_office.home.bank_queues import BANK_QUEUES
from marketingconnect.web.back_office.home.queue import Figures, Queue, since
from marketingconnect.web.back_office.home.receivable_queues import RECEIVABLE_QUEUES


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


def _bank(now: datetime) -> Figures:
    waiting = entries_waiting()
    oldest = waiting.order_by("statement__imported_at").first()
    return waiting.count(), oldest.statement.imported_at if oldest else None


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


def _returned(now: datetime) -> Figures:
    return since(mails_to_decide(), "received_at")


def _answers(now: datetime) -> Figures:
    return since(answers_to_read(), "received_at")


def _samples(now: datetime) -> Figures:
    queue = sample_queue()
    return queue.count, queue.oldest_at


def _signatures(now: datetime) -> Figures:
    return since(signatures_waiting(), "consented_at")


def _settlements(now: datetime) -> Figures:
    return since(settlements_awaiting_a_decision(), "opened_at")


def _claims(now: datetime) -> Figures:
    return since(claims_awaiting_a_decision().exclude(letter_number=""), "received_at")


def _stuck_rentals(now: datetime) -> Figures:
    rentals, oldest = since(rentals_in_trouble(), "ordered_at")
    deliveries, started = since(deliveries_in_trouble(), "started_at")
    return rentals + deliveries, min((at for at in (oldest, started) if at), default=None)


def _unanswered(now: datetime) -> Figures:
    """Sent, and near their last day or past it."""
    soon = settings.PROPOSAL_REMINDER_DAYS_BEFORE
    return since(proposals_to_end_soon(paris_date(now), days=soon), "proposed_at")


def _renewals(now: datetime) -> Figures:
    return since(renewals_asked(), "renewal_asked_at")


def _drafts(now: datetime) -> Figures:
    return since(drafts(), "created_at")


def _failed_loads(now: datetime) -> Figures:
    return since(SupplierLoad.objects.filter(state=LoadState.FAILED), "started_at")


def _ageing_register(now: datetime) -> Figures:
    """One when the register's stock gets old, from the day staff are told."""
    today = paris_date(now)
    vintage = latest_vintage()
    if vintage is None:
        return 0, None
    alert = sirene_alert_on(
        delivered_on=vintage.delivered_on,
        terms=parameters_of(current_terms(today)),
        days_before=settings.SIRENE_ALERT_DAYS_BEFORE,
    )
    return (1, None) if today >= alert else (0, None)


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
        "Exemplaires de fichiers loués à relire",
        "Aucun fichier n’est livré avant votre accord (art. CL.7).",
        icon="file-search",
        url_name="back_office:moderation",
        roles=frozenset({StaffRole.MODERATION}),
        figures=_samples,
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
        "Mouvements bancaires à affecter",
        "Le relevé ne dit pas assez sûrement ce qu’ils règlent.",
        icon="inbox",
        url_name="back_office:bank",
        roles=frozenset({StaffRole.ACCOUNTING}),
        figures=_bank,
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
        "Signatures en attente",
        "L’accord est donné ; il manque un certificat ou un horodatage (art. II.3).",
        icon="file-signature",
        url_name="back_office:signatures",
        roles=frozenset({StaffRole.ACCOUNTING, StaffRole.DPO}),
        figures=_signatures,
    ),
    Queue(
        "Quantités livrées hors tolérance",
        "À convenir avec le client : complément, nouvel accord ou annulation (art. CL.6).",
        icon="scale",
        url_name="back_office:claims",
        roles=frozenset({StaffRole.ACCOUNTING}),
        figures=_settlements,
    ),
    Queue(
        "Réclamations à examiner ou à décider",
        "La lettre est là : recevable ou non, avoir ou remplacement (art. CL.6).",
        icon="message-square-warning",
        url_name="back_office:claims",
        roles=frozenset({StaffRole.ACCOUNTING}),
        figures=_claims,
    ),
    Queue(
        "Fichiers loués qui n’avancent pas",
        "La sélection ou les fichiers n’ont pas pu être faits ; on réessaie chaque minute.",
        icon="package-x",
        url_name="back_office:rentals",
        roles=frozenset({StaffRole.ADVISOR, StaffRole.MODERATION}),
        figures=_stuck_rentals,
    ),
    Queue(
        "Propositions sans réponse",
        "Leur dernier jour approche : le client répond, ou vous l’appelez (art. Def).",
        icon="file-signature",
        url_name="back_office:proposals_waiting",
        roles=frozenset({StaffRole.ADVISOR}),
        figures=_unanswered,
    ),
    Queue(
        "Propositions à jour demandées",
        "Le client s’intéresse encore à une proposition expirée : révisez-la.",
        icon="mail",
        url_name="back_office:proposals_renewals",
        roles=frozenset({StaffRole.ADVISOR}),
        figures=_renewals,
    ),
    Queue(
        "Brouillons de propositions",
        "Commencés et pas encore envoyés au client.",
        icon="file-text",
        url_name="back_office:proposals_drafts",
        roles=frozenset({StaffRole.ADVISOR}),
        figures=_drafts,
    ),
    Queue(
        "Fichiers de fournisseurs refusés",
        "La version en service n’a pas changé ; le fichier peut être relancé.",
        icon="file-x",
        url_name="back_office:loads",
        roles=frozenset({StaffRole.DPO}),
        figures=_failed_loads,
    ),
    Queue(
        "Répertoire SIRENE à remplacer",
        "Le stock en service approche de son trentième jour (art. CL.5).",
        icon="calendar-clock",
        url_name="back_office:base",
        roles=frozenset({StaffRole.DPO}),
        figures=_ageing_register,
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
    Queue(
        "Réponses de destinataires à lire",
        "Des personnes ont répondu à une campagne : à transmettre au client, ou à désinscrire.",
        icon="reply",
        url_name="back_office:returned_mails",
        roles=frozenset({StaffRole.MODERATION, StaffRole.DPO}),
        figures=_answers,
    ),
    Queue(
        "E-mails revenus à examiner",
        "Ils ne nomment aucun de nos messages : à rattacher, ou à classer sans suite.",
        icon="mail-search",
        url_name="back_office:returned_mails",
        roles=frozenset({StaffRole.MODERATION, StaffRole.DPO}),
        figures=_returned,
    ),
    *BANK_QUEUES,
    *RECEIVABLE_QUEUES,
]
