"""The statement as a PDF, to be sealed: one page that a client reads in a minute."""

import json
from datetime import datetime
from decimal import Decimal
from importlib import resources
from typing import Any

import typst

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import PARIS, paris_date
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.sending.causes import label_of
from marketingconnect.statements.facts import Facts

_DEFINITION = (
    "Un e-mail est abouti quand le serveur du destinataire, ou le relais qui en répond, l’a"
    " accepté, et qu’aucun refus n’est revenu avant la fin de la période de retours (CGV,"
    " art. B.1.6). Ce nombre ne change plus."
)
_CHECKING = (
    "Ce document porte le cachet et l’heure de la plateforme. Le fichier de preuves qui"
    " l’accompagne contient une ligne par destinataire avec les mots de son serveur : la commande"
    " verify_statement en recompte les chiffres sans nous, et OpenSSL seul en vérifie le cachet."
)


def render_statement(facts: Facts, *, sheet_sha256: str) -> bytes:
    """CGV B.1.6: the same bytes for the same facts, before the seal."""
    pdf = typst.compile(
        resources.files(__package__).joinpath("statement.typ").read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={
            "statement": json.dumps(statement_content(facts, sheet_sha256), ensure_ascii=False)
        },
        pdf_standards=["a-3b"],
        timestamp=facts.frozen_at.replace(microsecond=0),
    )
    assert isinstance(pdf, bytes)  # noqa: S101  one document, one file
    return pdf


def statement_content(facts: Facts, sheet_sha256: str) -> dict[str, Any]:
    """What it prints, in French already."""
    day, figures, client = paris_date(facts.frozen_at), facts.figures, facts.client
    operator = operator_on(day)
    return {
        "number": facts.number,
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "operator": {
            "name": operator.legal_name,
            "street": operator.street,
            "city": f"{operator.postal_code} {operator.city}",
            "legal": f"{operator.legal_name} · SIRET {operator.siret}",
        },
        "client": {
            "name": client.legal_name,
            "street": client.billing_street,
            "city": f"{client.billing_postal_code} {client.billing_city}",
            "siret": client.siret,
        },
        "facts": [[name, non_breaking(value)] for name, value in _facts(facts)],
        "delivered": _number(figures.delivered),
        "delivered_words": "e-mails aboutis" if figures.delivered > 1 else "e-mail abouti",
        "definition": non_breaking(_DEFINITION),
        "rows": _rows(facts),
        "undelivered": _causes(figures.undelivered, figures.sent),
        "not_sent": _causes(figures.not_sent, figures.sold),
        "checking": non_breaking(_CHECKING),
        "prints": [
            ["Empreinte SHA-256 de la liste des destinataires", sheet_sha256],
            ["Empreinte SHA-256 des chiffres scellés au journal", facts.campaign.statement_sha256],
            ["Empreinte SHA-256 du message validé", facts.campaign.content_sha256],
        ],
    }


def _facts(facts: Facts) -> list[tuple[str, str]]:
    campaign = facts.campaign
    return [
        ("Campagne", campaign.name),
        ("Objet", campaign.subject),
        ("Commande", campaign.order_reference or "–"),
        ("Début", _hour(campaign.started_at)),
        ("Fin", _hour(campaign.finished_at)),
        ("Retours comptés jusqu’au", _hour(facts.window_ended)),
        ("Établi le", format_date_fr(paris_date(facts.frozen_at))),
    ]


def _hour(at: datetime | None) -> str:
    if at is None:
        return "–"
    local = at.astimezone(PARIS)
    return f"{format_date_fr(local.date())} à {local.hour} h {local:%M}"


def _rows(facts: Facts) -> list[dict[str, Any]]:
    figures = facts.figures
    undelivered, not_sent = sum(figures.undelivered.values()), sum(figures.not_sent.values())
    return [
        _row("Adresses commandées", figures.sold),
        _row("Non envoyées", not_sent, figures.sold, inner=True),
        _row("En doute, jamais renvoyées", figures.uncertain, figures.sold, inner=True),
        _row("E-mails envoyés", figures.sent, figures.sold),
        _row("Non aboutis", undelivered, figures.sent, inner=True),
        _row("Acceptés par le serveur du destinataire", figures.accepted, figures.sent, inner=True),
        _row("Acceptés par le relais", figures.relayed, figures.sent, inner=True),
        _row("E-mails aboutis", figures.delivered, figures.sent, strong=True),
    ]


def _causes(by: dict[str, int], total: int) -> list[dict[str, Any]]:
    ranked = sorted(by.items(), key=lambda item: (-item[1], item[0]))
    return [_row(label_of(cause), n, total) for cause, n in ranked]


def _row(
    label: str, n: int, total: int = 0, *, inner: bool = False, strong: bool = False
) -> dict[str, Any]:
    share = f"{_percent(n, total)} %" if total else ""
    return {
        "label": non_breaking(label),
        "count": _number(n),
        "share": non_breaking(share),
        "inner": inner,
        "strong": strong,
    }


def _percent(n: int, total: int) -> str:
    return str((Decimal(100 * n) / total).quantize(Decimal("0.1"))).replace(".", ",")


def _number(n: int) -> str:
    return f"{n:,}".replace(",", "\u202f")
