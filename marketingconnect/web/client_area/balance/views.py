"""Compte et solde: today's balance, the statement of account, mandates, a paper copy."""

import csv
from datetime import date
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import invoice_of
from marketingconnect.invoices.services.paper import request_paper_copy
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.statement import Statement, statement_of
from marketingconnect.payments.errors import MandateError
from marketingconnect.payments.iban import masked_iban
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.services import correct_mandate, revoke_mandate
from marketingconnect.payments.states import MandateState
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.account_form import AccountForm
from marketingconnect.web.client_area.balance.forms import PeriodForm, RevokeForm
from marketingconnect.web.client_area.balance.showing import MANDATES, balance_page, in_words
from marketingconnect.web.client_area.orders.presenting import sections
from marketingconnect.web.client_area.signing.files import visitor_of
from marketingconnect.web.errors import conflict

ASKED_HERE: Final = "Demande écrite du client, depuis son espace"

SIGNED: Final = "Ce mandat est déjà signé : pour changer de compte, révoquez-le et dites-le-nous."


@require_safe
@client_page()
def balance(request: ClientRequest) -> HttpResponse:
    """What the company owes and is owed today, and when."""
    today = clock.today()
    context = {
        "page": balance_page(request.company.pk, today),
        "today": today,
        "sections": sections("balance"),
        "may_revoke": request.member_role is MemberRole.OWNER,
    }
    return render(request, "client_area/balance/balance.html", context)


@require_safe
@client_page()
def statement(request: ClientRequest) -> HttpResponse:
    """Each invoice, credit note, receipt and refund between two days, with the balance after it."""
    form, found = _asked(request)
    days = {"du": found.starts_on.isoformat(), "au": found.ends_on.isoformat()}
    context = {
        "form": form,
        "statement": found,
        "rows": [(one, in_words(one)) for one in found.movements],
        "csv_url": f"{reverse('client_area:statement_csv')}?{urlencode(days)}",
    }
    return render(request, "client_area/balance/statement.html", context)


@require_safe
@client_page()
def statement_csv(request: ClientRequest) -> HttpResponse:
    """The same, for a spreadsheet."""
    _, found = _asked(request)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"releve-{found.starts_on}-{found.ends_on}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    rows = csv.writer(answer, delimiter=";", lineterminator="\r\n")
    rows.writerow(["Date", "Opération", "Pièce", "Montant", "Solde"])
    rows.writerow([f"{found.starts_on:%d/%m/%Y}", "Solde au début", "", "", _euros(found.opening)])
    for one in found.movements:
        told = [f"{one.on:%d/%m/%Y}", in_words(one), _plain(one.piece)]
        rows.writerow([*told, _euros(one.amount), _euros(one.balance)])
    rows.writerow([f"{found.ends_on:%d/%m/%Y}", "Solde à la fin", "", "", _euros(found.closing)])
    return answer


def _asked(request: ClientRequest) -> tuple[PeriodForm, Statement]:
    """The days typed; this year to this day otherwise."""
    today = clock.today()
    usual = (date(today.year, 1, 1), today)
    form = PeriodForm(request.GET if request.GET else {"du": usual[0], "au": usual[1]})
    first, last = form.period(usual)
    return form, statement_of(request.company.pk, starts_on=first, ends_on=last)


def _euros(amount: Money) -> str:
    return f"{amount.to_decimal():.2f}".replace(".", ",")


def _plain(text: str) -> str:
    """What a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


@require_http_methods(["GET", "HEAD", "POST"])
@client_page(MemberRole.OWNER)
def correct(request: ClientRequest, debit_mandate_id: int) -> HttpResponse:
    """Another account, while nobody signed the mandate."""
    mandate = _mandate_or_404(request, debit_mandate_id)
    if mandate.state != MandateState.PROPOSED:
        return conflict(request, SIGNED)
    typed = request.POST if request.method == "POST" else None
    form = AccountForm(typed, initial={"debtor": mandate.debtor})
    if form.is_valid() and _corrected(request, mandate, form):
        messages.success(request, "Compte corrigé : un nouveau mandat attend votre signature.")
        return redirect("client_area:balance")
    context = {"form": form, "mandate": mandate, "account": masked_iban(mandate.iban)}
    status = 400 if form.errors else 200
    return render(request, "client_area/balance/correct.html", context, status=status)


def _corrected(request: ClientRequest, mandate: DebitMandate, form: AccountForm) -> bool:
    try:
        correct_mandate(
            mandate.pk,
            **form.cleaned_data,
            asked="Dans l’espace client",
            visitor=visitor_of(request),
            now=clock.now(),
        )
    except MandateError as refusal:
        form.add_error("iban", refusal.sentence)
    return form.is_valid()


def _mandate_or_404(request: ClientRequest, debit_mandate_id: int) -> DebitMandate:
    found = DebitMandate.objects.filter(
        pk=debit_mandate_id, company_id=request.company.pk, state__in=list(MANDATES)
    ).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@client_page(MemberRole.OWNER)
def revoke(request: ClientRequest, debit_mandate_id: int) -> HttpResponse:
    """The client takes its mandate of direct debit back, once it confirmed."""
    mandate = _mandate_or_404(request, debit_mandate_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _revoked(request, mandate, form):
        messages.success(request, "Le mandat est révoqué : aucun prélèvement ne partira plus.")
        return redirect("client_area:balance")
    context = {"form": form, "mandate": mandate}
    status = 400 if form.errors else 200
    return render(request, "client_area/balance/revoke.html", context, status=status)


def _revoked(request: ClientRequest, mandate: DebitMandate, form: RevokeForm) -> bool:
    try:
        revoke_mandate(mandate.pk, actor=actor_of(request), now=clock.now())
    except MandateError:
        form.add_error(None, "Ce mandat a changé entre-temps : rechargez la page.")
    return form.is_valid()


@require_POST
@client_page(MemberRole.EDITOR)
def paper_copy(request: ClientRequest, number: str) -> HttpResponse:
    """CGV II.2.a: one invoice on paper; all later ones are asked for on the company's page."""
    try:
        invoice = invoice_of(request.company.pk, number)
    except Invoice.DoesNotExist as missing:
        raise Http404 from missing
    request_paper_copy(invoice, request=ASKED_HERE, actor=actor_of(request), now=clock.now())
    messages.success(request, f"Une copie papier de {invoice.number} vous sera postée.")
    return redirect("client_area:invoices")
