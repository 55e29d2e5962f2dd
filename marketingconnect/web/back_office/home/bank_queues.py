"""Accounting's queues on the bank: mandates, debits, cheques, late first payments."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from marketingconnect.accounts.roles import StaffRole
from marketingconnect.clock import paris_date
from marketingconnect.payments.queries import cheques_in_hand, orders_without_first_payment
from marketingconnect.payments.queries.debits import debits_to_announce, debits_to_export
from marketingconnect.payments.queries.mandates import mandates_to_check
from marketingconnect.web.back_office.home.queue import Figures, Queue, since


def _mandates(now: datetime) -> Figures:
    return since(mandates_to_check(), "proposed_at")


def _to_announce(now: datetime) -> Figures:
    rows = debits_to_announce(paris_date(now))
    return len(rows), min((row.due.order.accepted_at for row in rows), default=None)


def _to_export(now: datetime) -> Figures:
    return since(debits_to_export(), "announced_at")


def _cheques(now: datetime) -> Figures:
    return since(cheques_in_hand(), "recorded_at")


def _late(now: datetime) -> Figures:
    late = orders_without_first_payment(paris_date(now))
    return len(late), min((order.accepted_at for order, _ in late), default=None)


def _queue(
    name: str, detail: str, *, icon: str, page: str, figures: Callable[[datetime], Figures]
) -> Queue:
    roles = frozenset({StaffRole.ACCOUNTING})
    return Queue(name, detail, icon, f"back_office:{page}", roles, figures)


BANK_QUEUES: Final = [
    _queue(
        "Mandats de prélèvement à vérifier",
        "Signés par le client ; rien n’est prélevé avant votre accord (art. II.2.b).",
        icon="file-signature",
        page="debit_mandates",
        figures=_mandates,
    ),
    _queue(
        "Prélèvements à annoncer",
        "Le client est prévenu du montant et du jour avant chacun (art. II.2.b).",
        icon="megaphone",
        page="debits_to_announce",
        figures=_to_announce,
    ),
    _queue(
        "Prélèvements à remettre à la banque",
        "Annoncés ; la banque veut leur fichier un jour ouvré avant (art. II.2.b).",
        icon="file-output",
        page="debits",
        figures=_to_export,
    ),
    _queue(
        "Chèques à remettre à la banque",
        "Reçus, et sur aucun bordereau.",
        icon="wallet-cards",
        page="cheques",
        figures=_cheques,
    ),
    _queue(
        "Premiers paiements en retard",
        "Rien n’est venu un mois après l’acceptation : à réclamer (art. II.2.b).",
        icon="alarm-clock",
        page="schedules",
        figures=_late,
    ),
]
