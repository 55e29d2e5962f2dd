"""Schedules of orders: what of each instalment came, what is late, and one to agree on."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import order_by_reference
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.queries import orders_without_first_payment
from marketingconnect.payments.queries.agreed import orders_with_schedule
from marketingconnect.payments.queries.schedules import ShownInstalment, schedule_of
from marketingconnect.payments.services import agree_on_instalments
from marketingconnect.payments.services.agreeing import first_payment_range, planned_instalments
from marketingconnect.payments.states import InstalmentState
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.acting import acted
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.back_office.payments.fields import day_field
from marketingconnect.web.back_office.payments.labels import INSTALMENTS, Label
from marketingconnect.web.back_office.payments.tabs import tabs_of
from marketingconnect.web.components import Tab
from marketingconnect.web.errors import conflict
from marketingconnect.web.keys import key_in

_PAGE: Final = 25
_LATE: Final = "premiers-en-retard"
_MOST: Final = 24
_PREVIEW: Final = "preview"


class ScheduleForm(forms.Form):
    """How many monthly payments, and the day of the first."""

    count = forms.IntegerField(
        label="Nombre d’échéances",
        min_value=2,
        max_value=_MOST,
        help_text="Une par mois, le même jour.",
        error_messages={
            "required": "Indiquez le nombre d’échéances.",
            "invalid": "Écrivez un nombre entier.",
            "min_value": "Il faut deux échéances au moins.",
            "max_value": f"Un échéancier compte {_MOST} échéances au plus.",
        },
    )
    first_on = day_field("Première échéance")


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def schedules(request: StaffRequest) -> HttpResponse:
    """Orders by instalments, the latest first; or those whose first payment is late."""
    typed = request.GET.get("commande", "")[:40].replace("\x00", "").strip().upper()
    if typed and order_by_reference(typed) is not None:
        return redirect("back_office:schedule", typed)
    is_late = request.GET.get("etat", "") == _LATE
    context = {
        "sections": tabs_of("schedules"),
        "faces": _faces(is_late=is_late),
        "typed": typed,
        "is_late": is_late,
        **(_late_orders() if is_late else _orders(key_in(request, "apres"))),
    }
    return render(request, "back_office/payments/schedules.html", context)


def _faces(*, is_late: bool) -> list[Tab]:
    here = reverse("back_office:schedules")
    return [
        Tab("Échéanciers", here, not is_late),
        Tab("Premiers paiements en retard", f"{here}?etat={_LATE}", is_late),
    ]


def _orders(before: int | None) -> dict[str, Any]:
    found = orders_with_schedule()
    if before is not None:
        found = found.filter(pk__lt=before)
    page, today = list(found[: _PAGE + 1]), clock.today()
    return {
        "rows": [(order, *_summary(schedule_of(order, today))) for order in page[:_PAGE]],
        "after": page[_PAGE - 1].pk if len(page) > _PAGE else None,
    }


def _late_orders() -> dict[str, Any]:
    today = clock.today()
    late = orders_without_first_payment(today)
    return {"late": [(order, day, (today - day).days) for order, day in late]}


def _summary(
    planned: list[ShownInstalment],
) -> tuple[str, Money, ShownInstalment | None, Label]:
    """How far a schedule is: paid out of all, what is left, the next one, and its state."""
    paid = sum(one.state == InstalmentState.PAID for one in planned)
    left = Money.total(one.remaining for one in planned)
    waits = [one for one in planned if one.state in {InstalmentState.DUE, InstalmentState.OVERDUE}]
    state: Label = ("Soldé", "success")
    if any(one.state == InstalmentState.OVERDUE for one in waits):
        state = ("En retard", "error")
    elif waits:
        state = ("En cours", "progress")
    return f"{paid} sur {len(planned)}", left, next(iter(waits), None), state


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def schedule(request: StaffRequest, reference: str) -> HttpResponse:
    """One order: its schedule, or the form to agree on one, its days and amounts shown first."""
    order = order_by_reference(reference)
    if order is None:
        raise Http404
    if request.method != "POST":
        return _page(request, order, ScheduleForm(initial={"count": 3}))
    if schedule_of(order, clock.today()):
        return conflict(request, "Cette commande a déjà un échéancier.")
    form = ScheduleForm(request.POST)
    planned = _planned(order, form)
    if planned and request.POST.get("step") != _PREVIEW and _agreed(request, order, form):
        messages.success(request, "Échéancier convenu.")
        return redirect("back_office:schedule", order.reference)
    return _page(request, order, form, preview=planned if form.is_valid() else [])


def _planned(order: Order, form: ScheduleForm) -> list[tuple[date, Money]]:
    """The days and amounts; the form says why there are none."""
    found: list[tuple[date, Money]] = []
    if form.is_valid():
        data = form.cleaned_data
        acted(form, lambda: found.extend(planned_instalments(order, **data)), field="first_on")
    return found


def _agreed(request: StaffRequest, order: Order, form: ScheduleForm) -> bool:
    def act() -> None:
        data = form.cleaned_data
        agree_on_instalments(order.pk, **data, actor=actor_of(request), now=clock.now())

    return acted(form, act)


def _page(
    request: StaffRequest,
    order: Order,
    form: ScheduleForm,
    *,
    preview: list[tuple[date, Money]] | None = None,
) -> HttpResponse:
    planned = schedule_of(order, clock.today())
    context = {
        "sections": tabs_of("schedules"),
        "order": order,
        "rows": [(one, *INSTALMENTS[one.state]) for one in planned],
        "left": Money.total(one.remaining for one in planned),
        "may_agree": not planned and order.state in {OrderState.ACCEPTED, OrderState.FIRM},
        "latest": first_payment_range(order)[1],
        "form": form,
        "preview": preview or [],
        "entries": journal_of(f"order:{order.pk}"),
    }
    status = 400 if form.errors else 200
    return render(request, "back_office/payments/schedule.html", context, status=status)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def schedules_csv(request: StaffRequest) -> HttpResponseBase:
    """Every instalment of every schedule, for a spreadsheet."""
    titles = ["Commande", "Client", "Échéance", "Jour", "Montant", "Reçu", "Reste", "État"]
    return csv_answer("echeanciers", titles, _csv_rows())


def _csv_rows() -> Iterator[list[object]]:
    today = clock.today()
    for order in orders_with_schedule().iterator(chunk_size=200):
        for one in schedule_of(order, today):
            yield [
                *(order.reference, order.company.legal_name, one.number, one.due_on),
                *(one.amount, one.paid, one.remaining, INSTALMENTS[one.state][0]),
            ]
