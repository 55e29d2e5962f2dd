"""Direct-debit mandates: listed by state, read with their proof, signed, put in use, revoked."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock, storage
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.clock import paris_date
from marketingconnect.payments.errors import PaymentError
from marketingconnect.payments.iban import masked_iban, spaced_iban
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.queries import mandates as reads
from marketingconnect.payments.services import (
    activate_mandate,
    correct_mandate,
    revoke_mandate,
    sign_mandate,
)
from marketingconnect.payments.states import MANDATE_TRANSITIONS, DebitState, MandateState
from marketingconnect.signature.events import Visitor
from marketingconnect.signature.queries import archived_evidence_of
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.account_form import AccountForm
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.acting import acted
from marketingconnect.web.back_office.payments.fields import day_field
from marketingconnect.web.back_office.payments.labels import DEBITS, MANDATES
from marketingconnect.web.back_office.payments.tabs import tabs_of
from marketingconnect.web.components import Tab
from marketingconnect.web.errors import conflict
from marketingconnect.web.keys import key_in, number_in

_PAGE: Final = 50
_DEBITS: Final = 24
_FACES: Final = {
    "a-verifier": ("Signés, à vérifier", (MandateState.SIGNED,)),
    "a-signer": ("À signer", (MandateState.PROPOSED,)),
    "en-vigueur": ("En vigueur", (MandateState.ACTIVE,)),
    "termines": ("Terminés", (MandateState.REVOKED, MandateState.EXPIRED)),
}
_FIRST: Final = "a-verifier"


class CorrectionForm(AccountForm):
    """Another account, as the client asked before signing."""

    asked = forms.CharField(
        label="Comment le client l’a demandé",
        max_length=190,
        help_text="Par exemple : e-mail de Mme Dubois du 26 novembre, avec son RIB.",
        error_messages={"required": "Dites comment le client l’a demandé."},
    )


class PaperForm(forms.Form):
    """A mandate that came back signed by hand."""

    signed_on = day_field("Signé le")
    kept = forms.CharField(
        label="Où le papier est conservé",
        max_length=190,
        help_text="Par exemple : classeur des mandats 2026, n° 14.",
        error_messages={"required": "Dites où retrouver le mandat signé."},
    )


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def mandates(request: StaffRequest) -> HttpResponse:
    """Those of one state, the latest first; the ones to check stand first."""
    typed = request.GET.get("etat", "")
    face = typed if typed in _FACES else _FIRST
    found = reads.mandates_in(_FACES[face][1])
    if (before := key_in(request, "apres")) is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: _PAGE + 1])
    context = {
        "sections": tabs_of("debit_mandates"),
        "faces": _faces(face),
        "face": face,
        "rows": [(one, *MANDATES[one.state]) for one in page[:_PAGE]],
        "after": page[_PAGE - 1].pk if len(page) > _PAGE else None,
    }
    return render(request, "back_office/payments/mandates.html", context)


def _faces(current: str) -> list[Tab]:
    counts, here = reads.mandates_by_state(), reverse("back_office:debit_mandates")
    return [
        Tab(label, f"{here}?etat={name}", name == current, sum(counts.get(s, 0) for s in states))
        for name, (label, states) in _FACES.items()
    ]


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def mandate(request: StaffRequest, debit_mandate_id: int) -> HttpResponse:
    """One mandate: its proof, its debits, its journal, and what may be done."""
    return _page(request, _mandate_or_404(debit_mandate_id), PaperForm())


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def mandate_sign(request: StaffRequest, debit_mandate_id: int) -> HttpResponse:
    """Record a mandate signed on paper, and where it is kept."""
    found, form = _mandate_or_404(debit_mandate_id), PaperForm(request.POST)

    def act() -> None:
        day, kept = form.cleaned_data["signed_on"], form.cleaned_data["kept"]
        _signed(found, day, kept, request)

    if not form.is_valid() or not acted(form, act, field="signed_on"):
        return _page(request, found, form, status=400)
    messages.success(request, "Signature enregistrée : vérifiez le mandat avant de l’utiliser.")
    return redirect("back_office:debit_mandate", found.pk)


def _signed(found: DebitMandate, day: Any, kept: str, request: StaffRequest) -> None:
    proof = f"Papier : {kept}"
    sign_mandate(found.pk, signed_on=day, signature=proof, actor=actor_of(request), now=clock.now())


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def mandate_activate(request: StaffRequest, debit_mandate_id: int) -> HttpResponse:
    """The signed mandate was checked: it may be debited from now on."""
    found = _mandate_or_404(debit_mandate_id)

    def act() -> None:
        activate_mandate(found.pk, actor=actor_of(request), now=clock.now())

    return _done(request, found, act, "Mandat en vigueur : ses prélèvements peuvent être annoncés.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def mandate_correct(request: StaffRequest, debit_mandate_id: int) -> HttpResponse:
    """The client gave another account before signing: it signs a new mandate."""
    found = _mandate_or_404(debit_mandate_id)
    if found.state != MandateState.PROPOSED:
        return conflict(request, "Ce mandat n’attend plus sa signature.")
    typed = request.POST if request.method == "POST" else None
    form = CorrectionForm(typed, initial={"debtor": found.debtor})
    after: list[DebitMandate] = []
    if form.is_valid() and acted(form, lambda: after.append(_corrected(request, found, form))):
        messages.success(request, "Nouveau mandat proposé au client ; l’ancien est gardé.")
        return redirect("back_office:debit_mandate", after[0].pk)
    context = {"mandate": found, "form": form, "masked": masked_iban(found.iban)}
    status = 400 if form.errors else 200
    return render(request, "back_office/payments/mandate_correct.html", context, status=status)


def _corrected(request: StaffRequest, found: DebitMandate, form: CorrectionForm) -> DebitMandate:
    return correct_mandate(
        found.pk, **form.cleaned_data, visitor=Visitor(actor_of(request)), now=clock.now()
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def mandate_revoke(request: StaffRequest, debit_mandate_id: int) -> HttpResponse:
    """The client takes its mandate back: asked once more, then done."""
    found = _mandate_or_404(debit_mandate_id)
    if MandateState.REVOKED not in MANDATE_TRANSITIONS[MandateState(found.state)]:
        return conflict(request, "Ce mandat est déjà terminé.")

    def act() -> None:
        revoke_mandate(found.pk, actor=actor_of(request), now=clock.now())

    if request.method == "POST":
        return _done(request, found, act, "Mandat révoqué.")
    announced = reads.debits_of(found).filter(state=DebitState.ANNOUNCED)
    context = {"mandate": found, "announced": announced}
    return render(request, "back_office/payments/mandate_revoke.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def mandate_evidence(request: StaffRequest, debit_mandate_id: int) -> HttpResponse:
    """The evidence file archived when the mandate was signed electronically (CGV II.3)."""
    found = _mandate_or_404(debit_mandate_id)
    signature = reads.signature_of(found)
    if signature is None:
        raise Http404
    try:
        content = archived_evidence_of(signature)
    except storage.UnknownFileError as missing:
        raise Http404 from missing
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="preuve-{found.reference}.zip"'
    return answer


def _done(
    request: StaffRequest, found: DebitMandate, act: Callable[[], None], said: str
) -> HttpResponse:
    try:
        act()
    except PaymentError as refusal:
        return conflict(request, refusal.sentence)
    messages.success(request, said)
    return redirect("back_office:debit_mandate", found.pk)


def _page(
    request: StaffRequest, found: DebitMandate, form: PaperForm, *, status: int = 200
) -> HttpResponse:
    today, may = clock.today(), MANDATE_TRANSITIONS[MandateState(found.state)]
    context = {
        "sections": tabs_of("debit_mandates"),
        "mandate": found,
        "label": MANDATES[found.state],
        "masked": masked_iban(found.iban),
        "iban": spaced_iban(found.iban),
        "proposed_on": paris_date(found.proposed_at),
        "void_on": reads.void_on(found, today),
        "signature": reads.signature_of(found),
        "debits": [(one, *DEBITS[one.state]) for one in reads.debits_of(found)[:_DEBITS]],
        "form": form,
        "may_sign": MandateState.SIGNED in may,
        "may_activate": MandateState.ACTIVE in may,
        "may_revoke": MandateState.REVOKED in may,
        "may_correct": found.state == MandateState.PROPOSED,
        "replaced_by": DebitMandate.objects.filter(replaces=found).first(),
        "entries": journal_of(f"debit_mandate:{found.pk}"),
    }
    return render(request, "back_office/payments/mandate.html", context, status=status)


def _mandate_or_404(debit_mandate_id: int) -> DebitMandate:
    found = reads.debit_mandate_of(number_in(str(debit_mandate_id)) or 0)
    if found is None:
        raise Http404
    return found
