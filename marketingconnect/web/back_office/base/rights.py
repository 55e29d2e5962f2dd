"""Rights of use: given with their contract, ended, and the contract itself."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock, storage
from marketingconnect.base.errors import SupplierRefusedError
from marketingconnect.base.models import RightOfUse, Supplier
from marketingconnect.base.services.suppliers import end_right, grant_right
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.base.forms import EndForm, RightForm, today_initial
from marketingconnect.web.back_office.base.roles import KEEPERS, READERS
from marketingconnect.web.back_office.base.suppliers import supplier_or_404
from marketingconnect.web.middleware import takes_upload

MOST_BYTES = 10 * 1024 * 1024


@takes_upload(lambda: MOST_BYTES, "Ce contrat pèse plus de 10 Mo : numérisez-le plus légèrement.")
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def grant(request: StaffRequest, supplier_number: int) -> HttpResponse:
    """Record what a contract allows."""
    supplier = supplier_or_404(supplier_number)
    if request.method == "POST":
        form = RightForm(request.POST, request.FILES)
    else:
        form = RightForm(initial=today_initial(clock.today()))
    if form.is_valid() and _granted(request, supplier, form):
        messages.success(request, "Droit enregistré : il compte dès le prochain comptage.")
        return redirect("back_office:supplier", supplier_number)
    context = {"form": form, "supplier": supplier}
    status = 400 if form.errors else 200
    return render(request, "back_office/base/right_new.html", context, status=status)


def _granted(request: StaffRequest, supplier: Supplier, form: RightForm) -> bool:
    path = ""
    try:
        path = _kept_document(form)
        grant_right(
            supplier_id=supplier.pk,
            document=path,
            actor=actor_of(request),
            now=clock.now(),
            **form.right(),
        )
    except SupplierRefusedError as refusal:
        if path:
            storage.delete(path)
        form.add_error("ends_on" if "finit" in str(refusal) else None, str(refusal))
        return False
    except storage.FileTooLargeError:
        form.add_error("document", "Ce contrat pèse plus de 10 Mo : numérisez-le plus légèrement.")
        return False
    return True


def _kept_document(form: RightForm) -> str:
    document = form.cleaned_data["document"]
    if document is None:
        return ""
    return storage.save("contracts", document.name, document.chunks(), max_bytes=MOST_BYTES).path


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def end(request: StaffRequest, supplier_number: int, right_id: int) -> HttpResponse:
    """Say the last day of a right."""
    right = right_or_404(supplier_number, right_id)
    typed = request.POST if request.method == "POST" else None
    form = EndForm(typed, initial={"ends_on": right.ends_on or clock.today()})
    if form.is_valid():
        day = form.cleaned_data["ends_on"]
        try:
            end_right(right_id=right.pk, ends_on=day, actor=actor_of(request), now=clock.now())
        except SupplierRefusedError as refusal:
            form.add_error("ends_on", str(refusal))
        else:
            messages.success(request, "La fin du droit est enregistrée.")
            return redirect("back_office:supplier", supplier_number)
    context = {"form": form, "right": right, "supplier": right.supplier}
    status = 400 if form.errors else 200
    return render(request, "back_office/base/right_end.html", context, status=status)


@require_safe
@staff_page(*READERS)
def document(request: StaffRequest, supplier_number: int, right_id: int) -> HttpResponseBase:
    """The signed contract."""
    right = right_or_404(supplier_number, right_id)
    try:
        content = storage.open(right.document)
    except (storage.UnknownFileError, ValueError) as missing:
        raise Http404 from missing
    extension = right.document.rpartition(".")[2]
    return FileResponse(content, as_attachment=True, filename=f"contrat-{right.pk}.{extension}")


def right_or_404(supplier_number: int, right_id: int) -> RightOfUse:
    """A right of this supplier."""
    supplier = supplier_or_404(supplier_number)
    if right_id > 2**63 - 1:
        raise Http404
    return get_object_or_404(supplier.rights.select_related("supplier"), pk=right_id)
