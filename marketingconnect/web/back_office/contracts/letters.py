"""The register of registered letters: write one down, complete it, keep its proofs."""

from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock, storage
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.contracts import queries
from marketingconnect.contracts.models import LetterScan, RegisteredLetter
from marketingconnect.contracts.rules.letters import MOST_SCAN_BYTES, ScanKind
from marketingconnect.contracts.services.letters import keep_scan, note_letter, register_letter
from marketingconnect.contracts.states import LetterState
from marketingconnect.orders.queries import order_by_reference
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.contracts.acts import acted
from marketingconnect.web.back_office.contracts.forms import DatesForm, LetterForm, ScanForm
from marketingconnect.web.back_office.contracts.views import READERS
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.components import Kind
from marketingconnect.web.errors import too_large
from marketingconnect.web.keys import key_in, number_in

KEEPERS: Final = (StaffRole.ACCOUNTING,)
_PAGE: Final = 50
STAGES: Final[dict[str, tuple[str, Kind]]] = {
    LetterState.POSTED: ("Postée", "info"),
    LetterState.PRESENTED: ("Présentée", "progress"),
    LetterState.RECEIVED: ("Reçue", "success"),
    LetterState.REFUSED: ("Refusée", "warning"),
    LetterState.UNCLAIMED: ("Non réclamée", "warning"),
}


@require_safe
@staff_page(*READERS)
def letters(request: StaffRequest) -> HttpResponse:
    """The register, the latest first."""
    typed = request.GET.get("q", "")[:60].replace("\x00", "")
    found = queries.letters(found_by=typed)
    if (before := key_in(request, "apres")) is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: _PAGE + 1])
    context = {
        "typed": typed,
        "rows": [(one, *STAGES[one.state]) for one in page[:_PAGE]],
        "after": page[_PAGE - 1].pk if len(page) > _PAGE else None,
        "may_write": _may_write(request),
    }
    return render(request, "back_office/contracts/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def new(request: StaffRequest) -> HttpResponse:
    """Write a letter down."""
    form = LetterForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and acted(form, lambda: _register(request, form)):
        messages.success(request, "La lettre est au registre : ajoutez ses preuves.")
        return redirect("back_office:letters")
    status = 400 if form.errors else 200
    return render(request, "back_office/contracts/letter_new.html", {"form": form}, status=status)


def _register(request: StaffRequest, form: LetterForm) -> None:
    order = order_by_reference(form.cleaned_data["reference"].strip().upper())
    if order is None:
        form.add_error("reference", "Aucune commande ne porte ce numéro.")
        return
    register_letter(
        **form.letter(),
        company_id=order.company_id,
        order_id=order.pk,
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )


@require_safe
@staff_page(*READERS)
def letter(request: StaffRequest, letter_id: int) -> HttpResponse:
    """One letter: its days, its proofs, what it is about."""
    return _page(request, letter_or_404(letter_id))


@require_POST
@staff_page(*KEEPERS)
def complete(request: StaffRequest, letter_id: int) -> HttpResponse:
    """Write what became of it."""
    found, form = letter_or_404(letter_id), DatesForm(request.POST)

    def act() -> None:
        dates = form.dates(found)
        note_letter(found.pk, dates=dates, actor=actor_of(request), now=clock.now())

    if form.is_valid() and acted(form, act):
        messages.success(request, "Les dates de la lettre sont enregistrées.")
        return redirect("back_office:letter", letter_id)
    return _page(request, found, status=400, form=form)


@require_POST
@staff_page(*KEEPERS)
def add_scan(request: StaffRequest, letter_id: int) -> HttpResponse:
    """Keep a proof of it."""
    found, form = letter_or_404(letter_id), ScanForm(request.POST, request.FILES)
    try:
        kept = form.is_valid() and acted(form, lambda: _keep(request, found, form))
    except storage.FileTooLargeError:
        most = MOST_SCAN_BYTES // 1024**2
        return too_large(request, f"Ce fichier dépasse {most}\u00a0Mo : réduisez-le.")
    if kept:
        messages.success(request, "La preuve est gardée avec la lettre.")
        return redirect("back_office:letter", letter_id)
    return _page(request, found, status=400, scan_form=form)


def _keep(request: StaffRequest, letter: RegisteredLetter, form: ScanForm) -> None:
    file = form.cleaned_data["scan"]
    keep_scan(
        letter.pk,
        kind=ScanKind(form.cleaned_data["kind"]),
        original_name=file.name,
        chunks=file.chunks(),
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )


@require_safe
@staff_page(*READERS)
def scan(request: StaffRequest, letter_id: int, scan_id: int) -> HttpResponseBase:
    """A proof as it was kept."""
    kept = LetterScan.objects.filter(
        letter=letter_or_404(letter_id), pk=number_in(str(scan_id)) or 0
    ).first()
    try:
        content = storage.open(kept.path if kept else "")
    except storage.UnknownFileError as missing:
        raise Http404 from missing
    return FileResponse(content, as_attachment=True, filename=f"lettre-{letter_id}-{scan_id}")


def _page(
    request: StaffRequest, letter: RegisteredLetter, *, status: int = 200, **more: Any
) -> HttpResponse:
    stage, kind = STAGES[letter.state]
    known = {name: getattr(letter, name) for name in DatesForm.base_fields}
    context = {
        "letter": letter,
        "stage": stage,
        "kind": kind,
        "form": DatesForm(initial=known),
        "scan_form": ScanForm(),
        "entries": journal_of(f"letter:{letter.pk}"),
        "may_write": _may_write(request),
        **more,
    }
    return render(request, "back_office/contracts/letter.html", context, status=status)


def _may_write(request: StaffRequest) -> bool:
    return request.user.staff_role in {*KEEPERS, StaffRole.ADMINISTRATOR}


def letter_or_404(letter_id: int) -> RegisteredLetter:
    """One letter, whosever it is."""
    found = queries.letter_of(number_in(str(letter_id)) or 0)
    if found is None:
        raise Http404
    return found
