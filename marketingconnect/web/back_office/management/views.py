"""Steering: months compared, receipts by means, and the ageing balance of a day chosen."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import rustpy_xlsxwriter
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.receivables import ageing_balance
from marketingconnect.ledger.rules.late_payment import Age
from marketingconnect.payments.figures import (
    Month,
    figures_by_month,
    months_until,
    ordered_by_offer,
    received_by_means,
)
from marketingconnect.payments.states import METHOD_LABELS, PaymentMethod
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.components import Series, Tab

OFFERS: Final = {
    "email": "E-mail",
    "sms": "SMS",
    "list_rental": "Fichiers loués",
    "guaranteed_clicks": "Clics garantis",
    "": "Autres lignes",
}
_AGES: Final = {
    Age.NOT_DUE: "Non échu",
    Age.TO_30: "1 à 30 jours",
    Age.TO_60: "31 à 60 jours",
    Age.TO_90: "61 à 90 jours",
    Age.OVER_90: "Plus de 90 jours",
}
_MONTH_TITLES: Final = (
    "Mois",
    "Facturé HT",
    "Un an avant",
    "Commandes",
    "En cours",
    "Panier moyen HT",
    "Encaissé",
    "Jours pour être payé",
)
_OLDEST: Final = date(2015, 1, 1)


def _tabs(current: str) -> list[Tab]:
    faces = (("management", "Mois par mois"), ("ageing", "Balance âgée"))
    return [Tab(label, reverse(f"back_office:{name}"), name == current) for name, label in faces]


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def management(request: StaffRequest) -> HttpResponse:
    """Twelve months up to the one chosen: invoiced, ordered, received."""
    context = {"sections": _tabs("management"), **_months(_day(request))}
    return render(request, "back_office/management/months.html", context)


def _months(day: date) -> dict[str, Any]:
    months = months_until(day)
    rows = figures_by_month(months)
    return {
        "day": day,
        "rows": rows,
        "labels": [f"{month:%m/%y}" for month in months],
        "invoiced": [
            _series("Facturé HT", (one.invoiced for one in rows)),
            _series("Un an avant", (one.year_before for one in rows)),
        ],
        "received": _by_name(received_by_means(months), months, _means),
        "ordered": _by_name(ordered_by_offer(months), months, lambda code: OFFERS.get(code, code)),
        "total": Money.total(one.invoiced for one in rows),
    }


def _means(method: str) -> str:
    return METHOD_LABELS[PaymentMethod(method)]


def _series(name: str, amounts: Iterable[Money]) -> Series:
    """Whole euros: a chart is for the eye, the table below it for the cents."""
    return Series(name, [round(amount.cents / 100) for amount in amounts])


def _by_name(
    found: dict[tuple[date, str], Money], months: list[date], named: Callable[[str], str]
) -> list[Series]:
    names = sorted({name for _, name in found})
    return [
        _series(named(name), (found.get((month, name), Money.zero) for month in months))
        for name in names
    ]


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def management_csv(request: StaffRequest) -> HttpResponseBase:
    """The months, for a spreadsheet."""
    day = _day(request)
    return csv_answer(f"pilotage-{day:%Y-%m}", _MONTH_TITLES, _month_rows(day))


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def management_xlsx(request: StaffRequest) -> FileResponse:
    """The months, as a workbook."""
    day = _day(request)
    return _workbook(f"pilotage-{day:%Y-%m}", _MONTH_TITLES, _month_rows(day))


def _month_rows(day: date) -> list[list[object]]:
    return [_cells(one) for one in figures_by_month(months_until(day))]


def _cells(one: Month) -> list[object]:
    counted = [one.orders, one.in_progress, one.basket, one.received, one.days_to_pay]
    return [one.month, one.invoiced, one.year_before, *counted]


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def ageing(request: StaffRequest) -> HttpResponse:
    """What each client owed on a day, by age; each opens the client's page."""
    day = _day(request)
    rows = ageing_balance(day)
    totals = [Money.total(one.by_age[age] for one in rows) for age in Age]
    context = {
        "sections": _tabs("ageing"),
        "day": day,
        "rows": [(one, [(_AGES[age], one.by_age[age]) for age in Age]) for one in rows],
        "titles": [_AGES[age] for age in Age],
        "totals": totals,
        "credit": Money.total(one.credit for one in rows),
        "total": Money.total(one.total for one in rows),
        "owed": [_series("Dû par les clients", totals)],
    }
    return render(request, "back_office/management/ageing.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def ageing_csv(request: StaffRequest) -> HttpResponseBase:
    """The ageing balance, for a spreadsheet."""
    day = _day(request)
    return csv_answer(f"balance-agee-{day}", _ageing_titles(), _ageing_rows(day))


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def ageing_xlsx(request: StaffRequest) -> FileResponse:
    """The ageing balance, as a workbook."""
    day = _day(request)
    return _workbook(f"balance-agee-{day}", _ageing_titles(), _ageing_rows(day))


def _ageing_titles() -> list[str]:
    return ["Client", "Référence", *_AGES.values(), "Avances et avoirs", "Solde"]


def _ageing_rows(day: date) -> list[list[object]]:
    return [
        [
            *(one.company.legal_name, one.company.reference),
            *(one.by_age[age] for age in Age),
            *(one.credit, one.total),
        ]
        for one in ageing_balance(day)
    ]


def _day(request: StaffRequest) -> date:
    """The day asked, `?au=2026-11-26`; today for anything else."""
    today = clock.today()
    try:
        day = date.fromisoformat(request.GET.get("au", ""))
    except ValueError:
        return today
    return day if _OLDEST <= day <= today else today


def _workbook(name: str, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> FileResponse:
    records = [dict(zip(titles, map(_cell, row), strict=True)) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chiffres.xlsx"
        rustpy_xlsxwriter.write_worksheet(records, str(path), sheet_name="Chiffres")
        content = BytesIO(path.read_bytes())
    return FileResponse(content, as_attachment=True, filename=f"{name}.xlsx")


def _cell(value: Any) -> Any:
    """Money as a number that a workbook can add up; what is missing, empty."""
    if isinstance(value, Money):
        return value.cents / 100
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else value
