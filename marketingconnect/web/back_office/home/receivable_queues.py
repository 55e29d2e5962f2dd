"""Accounting's queues on receivables: what is late, to give back, to close, to post."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from marketingconnect.accounts.roles import StaffRole
from marketingconnect.claims.guarantee_queries import guarantee_claims_waiting
from marketingconnect.claims.undone_queries import undone_to_decide
from marketingconnect.clock import paris_date
from marketingconnect.contracts.queries import guarantees_offered
from marketingconnect.invoices.queries import e_invoices_in_trouble, paper_copies_to_post
from marketingconnect.ledger.queries import first_entry_day, last_closed_month
from marketingconnect.ledger.receivables import overdue_documents
from marketingconnect.ledger.rules.closing import is_over, month_to_close
from marketingconnect.payments.queries import refunds_to_pay
from marketingconnect.web.back_office.home.queue import Figures, Queue, since


def _overdue(now: datetime) -> Figures:
    return len(overdue_documents(paris_date(now))), None


def _refunds(now: datetime) -> Figures:
    return since(refunds_to_pay(), "planned_at")


def _to_close(now: datetime) -> Figures:
    month = month_to_close(last_closed=last_closed_month(), first_entry=first_entry_day())
    waits = month is not None and is_over(month=month, today=paris_date(now))
    return (1 if waits else 0), None


def _paper(now: datetime) -> Figures:
    return since(paper_copies_to_post(), "requested_at")


def _e_invoices(now: datetime) -> Figures:
    return since(e_invoices_in_trouble(), "changed_at")


def _undone(now: datetime) -> Figures:
    rows = undone_to_decide()
    ended = [row.order.ended_at for row in rows if row.order.ended_at]
    return len(rows), min(ended, default=None)


def _guarantees(now: datetime) -> Figures:
    return since(guarantee_claims_waiting(), "received_at")


def _queue(
    name: str, detail: str, *, icon: str, page: str, figures: Callable[[datetime], Figures]
) -> Queue:
    roles = frozenset({StaffRole.ACCOUNTING})
    return Queue(name, detail, icon, f"back_office:{page}", roles, figures)


def _offered(now: datetime) -> Figures:
    return since(guarantees_offered(), "offered_at")


RECEIVABLE_QUEUES: Final = [
    _queue(
        "Garanties annoncées par des clients",
        "Le client dit la fournir : à noter reçue ou non, rien ne se fait seul (art. III.c).",
        icon="shield-check",
        page="contracts",
        figures=_offered,
    ),
    _queue(
        "Factures en retard",
        "L’échéance est passée : relancer, facturer le retard (art. II.2.a).",
        icon="alarm-clock",
        page="overdue",
        figures=_overdue,
    ),
    _queue(
        "Remboursements à payer",
        "Prévus, et pas encore partis de la banque (art. II.1.b).",
        icon="undo-2",
        page="refunds",
        figures=_refunds,
    ),
    _queue(
        "Commandes finies avant leur exécution",
        "Ce qui n’a pas commencé n’est pas dû : à rendre par un avoir (art. III.g).",
        icon="receipt-text",
        page="undone_list",
        figures=_undone,
    ),
    _queue(
        "Réclamations pour messages non aboutis",
        "À examiner, ou avoir à accorder (art. B.3, CC.4).",
        icon="message-square-warning",
        page="guarantees",
        figures=_guarantees,
    ),
    _queue(
        "Mois à clôturer",
        "Il est terminé ; ses écritures attendent leurs numéros.",
        icon="lock",
        page="closing",
        figures=_to_close,
    ),
    _queue(
        "Factures à poster",
        "Demandées sur papier (art. II.2.a).",
        icon="mail",
        page="paper",
        figures=_paper,
    ),
    _queue(
        "Factures électroniques en difficulté",
        "Rejetées, refusées, en litige ou suspendues.",
        icon="file-x",
        page="e_invoices",
        figures=_e_invoices,
    ),
]
