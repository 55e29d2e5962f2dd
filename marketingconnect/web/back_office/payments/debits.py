"""Direct debits: announced to clients, gathered by day, followed one by one."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.payments.errors import PaymentError
from marketingconnect.payments.models import DirectDebit
from marketingconnect.payments.queries import debits as reads
from marketingconnect.payments.services import announce_debit, collect_debit, reject_debit
from marketingconnect.payments.states import DEBIT_TRANSITIONS, DebitState
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.acting import acted
from marketingconnect.web.back_office.payments.bank_codes import in_french
from marketingconnect.web.back_office.payments.debit_forms import CollectForm, RejectForm
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.back_office.payments.labels import DEBITS
from marketingconnect.web.back_office.payments.tabs import tabs_of
from marketingconnect.web.components import Tab
from marketingconnect.web.errors import conflict
from marketingconnect.web.keys import key_in, number_in
from marketingconnect.web.templatetags.formats import count_fr

_PAGE: Final = 30
_FACES: Final = (
    ("debits_to_announce", "À annoncer"),
    ("debits", "Par jour"),
    ("debit_files", "Fichiers de la banque"),
)


def faces_of(current: str) -> list[Tab]:
    """The three pages of debits."""
    return [Tab(label, reverse(f"back_office:{name}"), name == current) for name, label in _FACES]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def debits_to_announce(request: StaffRequest) -> HttpResponse:
    """What may be debited now; each client chosen is told the amount and the day."""
    rows = reads.debits_to_announce(clock.today())
    if request.method == "POST":
        wanted = set(request.POST.getlist("debit"))
        _announce(request, [row for row in rows if row.key in wanted], len(wanted))
        return redirect("back_office:debits_to_announce")
    context = {
        "sections": tabs_of("debits"),
        "faces": faces_of("debits_to_announce"),
        "rows": rows,
        "total": Money.total(row.amount for row in rows),
    }
    return render(request, "back_office/payments/debits_to_announce.html", context)


def _announce(request: StaffRequest, chosen: list[reads.ToAnnounce], wanted: int) -> None:
    """One announcement a document; what changed meanwhile is said and left."""
    if not wanted:
        messages.error(request, "Cochez les prélèvements à annoncer.")
        return
    actor, now = actor_of(request), clock.now()
    refusals = [said for row in chosen if (said := _announced(row, actor, now))]
    done = len(chosen) - len(refusals)
    if done:
        told = count_fr(done, "prélèvement annoncé,prélèvements annoncés")
        messages.success(request, f"{told} ; chaque client est prévenu.")
    for said in refusals:
        messages.error(request, said)
    if wanted > len(chosen):
        messages.error(request, "Un montant a changé depuis l’affichage : vérifiez et recommencez.")


def _announced(row: reads.ToAnnounce, actor: Actor, now: datetime) -> str:
    """Why it was refused; nothing once it is done."""
    try:
        announce_debit(
            row.mandate.pk, number=row.due.number, amount=row.amount, actor=actor, now=now
        )
    except PaymentError as refusal:
        return f"{row.due.number} : {refusal.sentence}"
    return ""


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def debits(request: StaffRequest) -> HttpResponse:
    """The days of debits, the latest first, and what each holds."""
    days = reads.debit_days()
    if (before := _day_in(str(key_in(request, "apres") or ""))) is not None:
        days = days.filter(collected_on__lt=before)
    page = list(days[: _PAGE + 1])
    last = page[_PAGE - 1]["collected_on"] if len(page) > _PAGE else None
    context = {
        "sections": tabs_of("debits"),
        "faces": faces_of("debits"),
        "rows": page[:_PAGE],
        "after": f"{last:%Y%m%d}" if isinstance(last, date) else None,
    }
    return render(request, "back_office/payments/debits.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def debit_day(request: StaffRequest, day: str) -> HttpResponse:
    """The debits of one day, the file to make, and the money to record."""
    found = day_or_404(day)
    rows = list(reads.debits_on(found))
    if not rows:
        raise Http404
    context = {
        "sections": tabs_of("debits"),
        "day": found,
        "export_by": reads.export_by(found),
        "is_too_late": clock.today() > reads.export_by(found),
        "form": CollectForm(initial={"received_on": min(clock.today(), found)}),
        **_of_a_day(rows),
    }
    return render(request, "back_office/payments/debit_day.html", context)


def _of_a_day(rows: Sequence[DirectDebit]) -> dict[str, Any]:
    states = {row.state for row in rows}
    return {
        "rows": [(row, *DEBITS[row.state]) for row in rows],
        "total": Money.total(Money(r.cents) for r in rows if r.state != DebitState.CANCELLED),
        "to_export": DebitState.ANNOUNCED in states,
        "sent": DebitState.EXPORTED in states,
        "files": {row.file for row in rows if row.file},
    }


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def debits_collect(request: StaffRequest, day: str) -> HttpResponse:
    """Record that the debits chosen of a day were credited."""
    found, form = day_or_404(day), CollectForm(request.POST)
    chosen = [number for typed in request.POST.getlist("debit") if (number := number_in(typed))]
    sent = reads.debits_on(found).filter(state=DebitState.EXPORTED, pk__in=chosen)
    if not form.is_valid() or not chosen:
        messages.error(request, "Cochez les prélèvements encaissés et indiquez leur jour.")
        return redirect("back_office:debit_day", day)
    for debit in sent:
        _collect(request, debit, form.cleaned_data["received_on"])
    return redirect("back_office:debit_day", day)


def _collect(request: StaffRequest, debit: DirectDebit, on: date) -> None:
    if not paris_date(debit.announced_at) <= on <= clock.today():
        messages.error(request, f"{debit.key} : le jour d’encaissement ne tient pas.")
        return
    try:
        collect_debit(debit.pk, received_on=on, actor=actor_of(request), now=clock.now())
    except PaymentError as refusal:
        messages.error(request, f"{debit.key} : {refusal.sentence}")
    else:
        messages.success(request, f"{debit.key} : encaissé.")


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def debit(request: StaffRequest, debit_id: int) -> HttpResponse:
    """One debit: what it pays, under which mandate, and what the bank said."""
    found = _debit_or_404(debit_id)
    context = {
        "sections": tabs_of("debits"),
        "debit": found,
        "label": DEBITS[found.state],
        "rejection": in_french(found.rejection) if found.rejection else "",
        "day": f"{found.collected_on:%Y-%m-%d}",
        "may_reject": DebitState.REJECTED in DEBIT_TRANSITIONS[DebitState(found.state)],
        "entries": journal_of(f"order:{found.order_id}"),
    }
    return render(request, "back_office/payments/debit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def debit_reject(request: StaffRequest, debit_id: int) -> HttpResponse:
    """The bank refused it, or took it back: what it paid is due again."""
    found = _debit_or_404(debit_id)
    if DebitState.REJECTED not in DEBIT_TRANSITIONS[DebitState(found.state)]:
        return conflict(request, "Ce prélèvement n’est pas à la banque, ou est déjà rejeté.")
    form = RejectForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        reject_debit(found.pk, **form.refusal(), actor=actor_of(request), now=clock.now())

    if form.is_valid() and form.stands(found, clock.today()) and acted(form, act, field="on"):
        messages.success(request, "Rejet enregistré : la somme est de nouveau due.")
        return redirect("back_office:debit", found.pk)
    context, status = {"debit": found, "form": form}, 400 if form.errors else 200
    return render(request, "back_office/payments/debit_reject.html", context, status=status)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def debit_day_csv(request: StaffRequest, day: str) -> HttpResponseBase:
    """The debits of a day, for a spreadsheet."""
    found = day_or_404(day)
    titles = ["Prélèvement", "Jour", "Client", "Mandat (RUM)", "Document", "Montant", "État"]
    titles += ["Fichier", "Motif du rejet"]
    return csv_answer(f"prelevements-{found:%Y-%m-%d}", titles, _csv_rows(found))


def _csv_rows(day: date) -> Iterator[list[object]]:
    for one in reads.debits_on(day).iterator(chunk_size=1000):
        yield [
            *(one.key, one.collected_on, one.mandate.company.legal_name, one.mandate.reference),
            one.invoice.number if one.invoice else one.order.reference,
            *(Money(one.cents), DEBITS[one.state][0]),
            one.file.message_id if one.file else "",
            in_french(one.rejection) if one.rejection else "",
        ]


def day_or_404(typed: str) -> date:
    """`2026-12-07` as a day."""
    found = _day_in(typed.replace("-", "")) if len(typed) == len("2026-12-07") else None
    if found is None:
        raise Http404
    return found


def _day_in(typed: str) -> date | None:
    """`20261207` as a day; None for anything else."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) == len("20261207")):
        return None
    try:
        return date.fromisoformat(f"{typed[:4]}-{typed[4:6]}-{typed[6:]}")
    except ValueError:
        return None


def _debit_or_404(debit_id: int) -> DirectDebit:
    found = reads.debit_of(number_in(str(debit_id)) or 0)
    if found is None:
        raise Http404
    return found
