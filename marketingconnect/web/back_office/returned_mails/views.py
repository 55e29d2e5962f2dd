"""Mails that came back for a person to decide: attached, handed on, opposed, or left so.

Plain words only: nothing that stands in a mail is drawn, run or fetched.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.sending.bounces import Kind
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.models import Campaign, InboundMail
from marketingconnect.sending.services.answering import forward_answer, oppose_answer
from marketingconnect.sending.services.attaching import attach_mail, dismiss_mail
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.back_office.returned_mails.forms import (
    AttachForm,
    DismissForm,
    SearchForm,
)
from marketingconnect.web.back_office.returned_mails.pages import (
    csv_rows,
    list_page,
    mail_or_404,
    mail_page,
)
from marketingconnect.web.errors import conflict

Decision = Callable[..., bool]
READERS = (StaffRole.MODERATION, StaffRole.DPO)


@require_safe
@staff_page(*READERS)
def returned_mails(request: StaffRequest) -> HttpResponse:
    """Those that wait for a person first."""
    return render(request, "back_office/returned_mails/list.html", list_page(request.GET))


@require_safe
@staff_page(*READERS)
def returned_mails_csv(request: StaffRequest) -> HttpResponseBase:
    """The list, for a spreadsheet."""
    titles = ["Reçu le", "Sorte", "État", "De", "Objet", "À", "Ce que dit le serveur", "Motif"]
    return csv_answer("mails-revenus", titles, csv_rows(request.GET))


@require_safe
@staff_page(*READERS)
def returned_mail(request: StaffRequest, mail_id: int) -> HttpResponse:
    """One mail as a person reads it, and the search of the message it is about."""
    search = SearchForm(request.GET) if "adresse" in request.GET else None
    return _page(request, mail_or_404(mail_id), search=search)


@require_POST
@staff_page(*READERS)
def attach(request: StaffRequest, mail_id: int) -> HttpResponse:
    """It is about this recipient: what it says is recorded."""
    mail, form = mail_or_404(mail_id), AttachForm(request.POST)
    if not form.is_valid() or not _exists(form):
        return conflict(request, "Ce destinataire n’existe pas : refaites la recherche.")
    try:
        _attached(request, mail, form)
    except SendingError as refusal:
        return conflict(request, str(refusal))
    messages.success(request, "E-mail rattaché : ce qu’il dit est inscrit sur le destinataire.")
    return redirect("back_office:returned_mail", mail.pk)


@require_POST
@staff_page(*READERS)
def dismiss(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Nothing follows, for this reason; the mail is kept."""
    mail, form = mail_or_404(mail_id), DismissForm(request.POST)
    if not form.is_valid():
        return _page(request, mail, dismiss=form, status=400)
    try:
        dismiss_mail(mail.pk, reason=form.sentence(), actor=actor_of(request), now=clock.now())
    except SendingError as refusal:
        return conflict(request, str(refusal))
    messages.success(request, "E-mail classé sans suite ; il reste conservé.")
    return redirect("back_office:returned_mails")


@require_POST
@staff_page(*READERS)
def forward(request: StaffRequest, mail_id: int) -> HttpResponse:
    """The client gets the answer, and replies to its author."""
    return _decided(request, mail_id, forward_answer, "Réponse transmise au client.")


@require_POST
@staff_page(*READERS)
def oppose(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Who answered is written to no more."""
    return _decided(
        request, mail_id, oppose_answer, "Opposition enregistrée : cette personne est désinscrite."
    )


def _decided(request: StaffRequest, mail_id: int, act: Decision, done: str) -> HttpResponse:
    mail = mail_or_404(mail_id)
    try:
        act(mail.pk, actor=actor_of(request), now=clock.now())
    except SendingError as refusal:
        return conflict(request, str(refusal))
    messages.success(request, non_breaking(done))
    return redirect("back_office:returned_mail", mail.pk)


def _exists(form: AttachForm) -> bool:
    return Campaign.objects.filter(pk=form.cleaned_data["campaign_id"]).exists()


def _attached(request: StaffRequest, mail: InboundMail, form: AttachForm) -> None:
    attach_mail(
        mail.pk,
        campaign_id=form.cleaned_data["campaign_id"],
        position=form.cleaned_data["position"],
        kind=Kind(form.cleaned_data["kind"]),
        actor=actor_of(request),
        now=clock.now(),
    )


def _page(
    request: StaffRequest,
    mail: InboundMail,
    *,
    search: SearchForm | None = None,
    dismiss: DismissForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = mail_page(mail, search, dismiss or DismissForm())
    return render(request, "back_office/returned_mails/mail.html", context, status=status)
