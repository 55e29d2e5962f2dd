"""Suppliers: the list, one of them, a new one; suspended and taken up again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock
from marketingconnect.base import queries
from marketingconnect.base.errors import SupplierRefusedError
from marketingconnect.base.models import RightOfUse, Supplier
from marketingconnect.base.services.suppliers import (
    register_supplier,
    resume_supplier,
    suspend_supplier,
)
from marketingconnect.base.vocabulary import Channel, Population, Purpose
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.base.forms import ReasonForm, SupplierForm
from marketingconnect.web.back_office.base.pages import LOAD_LABELS
from marketingconnect.web.back_office.base.roles import KEEPERS, MAY_KEEP, READERS
from marketingconnect.web.back_office.journal.of_record import journal_of

_LOADS = 20


@require_safe
@staff_page(*READERS)
def suppliers(request: StaffRequest) -> HttpResponse:
    """Every supplier with what it allows today."""
    today = clock.today()
    rows = [
        (supplier, [right for right in rights_shown(supplier) if right["in_force"](today)])
        for supplier in queries.suppliers()
    ]
    context = {"rows": rows, "may_keep": request.user.staff_role in MAY_KEEP}
    return render(request, "back_office/base/suppliers.html", context)


@require_safe
@staff_page(*READERS)
def supplier(request: StaffRequest, supplier_number: int) -> HttpResponse:
    """One supplier: rights, forms, files, journal."""
    found = supplier_or_404(supplier_number)
    today = clock.today()
    context = {
        "supplier": found,
        "rights": [(right, right["in_force"](today)) for right in rights_shown(found)],
        "forms": queries.forms_of(found),
        "loads": [
            (load, *LOAD_LABELS[load.state]) for load in found.loads.order_by("-pk")[:_LOADS]
        ],
        "entries": journal_of(f"supplier:{found.number}"),
        "may_keep": request.user.staff_role in MAY_KEEP,
    }
    return render(request, "back_office/base/supplier.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def new(request: StaffRequest) -> HttpResponse:
    """Register a supplier; its rights come next."""
    form = SupplierForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = register_supplier(actor=actor_of(request), now=clock.now(), **form.cleaned_data)
        except SupplierRefusedError as refusal:
            form.add_error("siren" if "SIREN" in str(refusal) else "name", str(refusal))
        else:
            messages.success(request, "Fournisseur enregistré. Donnez-lui maintenant ses droits.")
            return redirect("back_office:supplier", made.number)
    status = 400 if form.errors else 200
    return render(request, "back_office/base/supplier_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def suspend(request: StaffRequest, supplier_number: int) -> HttpResponse:
    """Say what it stops, ask why, stop it."""
    done = "Fournisseur suspendu : le prochain comptage ne le compte plus."
    return _decide(request, supplier_number, "supplier_suspend", suspend_supplier, done)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def resume(request: StaffRequest, supplier_number: int) -> HttpResponse:
    """Use the supplier's records again."""
    done = "La suspension est levée : le prochain comptage compte de nouveau ce fournisseur."
    return _decide(request, supplier_number, "supplier_resume", resume_supplier, done)


def _decide(
    request: StaffRequest, number: int, page: str, decide: Callable[..., Supplier], done: str
) -> HttpResponse:
    found = supplier_or_404(number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        decide(
            supplier_id=found.pk,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            now=clock.now(),
        )
        messages.success(request, done)
        return redirect("back_office:supplier", number)
    context = {"form": form, "supplier": found}
    status = 400 if form.errors else 200
    return render(request, f"back_office/base/{page}.html", context, status=status)


def supplier_or_404(number: int) -> Supplier:
    """A supplier by the number that records hold."""
    return get_object_or_404(Supplier, number=min(number, 65_535))


def rights_shown(supplier: Supplier) -> list[dict[str, Any]]:
    """Rights in words, the latest first."""
    rights = sorted(supplier.rights.all(), key=lambda right: (right.starts_on, right.pk))
    return [_right(right) for right in reversed(rights)]


def _right(right: RightOfUse) -> dict[str, Any]:
    return {
        "right": right,
        "population": Population(right.population).label,
        "channels": ", ".join(Channel(one).label for one in right.channels),
        "purposes": ", ".join(Purpose(one).label for one in right.purposes),
        "in_force": lambda day: (
            right.starts_on <= day and (right.ends_on is None or day <= right.ends_on)
        ),
    }
