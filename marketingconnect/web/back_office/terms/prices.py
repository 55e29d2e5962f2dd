"""A new price list, written over the last one, then published and told to clients."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.catalogue.services import NotPublishableError, publish_price_list
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.terms.forms import PriceListForm
from marketingconnect.web.back_office.terms.price_rows import PriceRows, first_day, latest_list


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ADMINISTRATOR)
def new(request: StaffRequest) -> HttpResponse:
    """Every price of the last list, to keep or to change, and the first day of the new one."""
    latest, typed = latest_list(), request.POST if request.method == "POST" else None
    earliest = first_day(latest, clock.today())
    initial = PriceListForm.initial_of(latest.title if latest else "", earliest)
    form, rows = PriceListForm(typed, initial=initial), PriceRows(latest, typed)
    if form.is_valid() and rows.is_valid() and _published(request, form, rows):
        return redirect("back_office:terms")
    context = {"form": form, "rows": rows, "latest": latest, "earliest": earliest}
    status = 400 if typed is not None else 200
    return render(request, "back_office/terms/price_list.html", context, status=status)


def _published(request: StaffRequest, form: PriceListForm, rows: PriceRows) -> bool:
    try:
        published = publish_price_list(
            prices=rows.prices(), actor=actor_of(request), now=clock.now(), **form.cleaned_data
        )
    except NotPublishableError as refusal:
        for problem in refusal.problems:
            form.add_error(None, problem)
        return False
    messages.success(request, f"Tarif n° {published.number} publié ; les clients sont informés.")
    return True
