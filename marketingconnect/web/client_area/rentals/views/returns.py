"""Undeliverable mail handed back: by file, by scanner or typed; each line with its rule (CL.6)."""

from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock, storage
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.claims.errors import InvalidFieldsError
from marketingconnect.claims.models import ReturnBatch
from marketingconnect.claims.queries import batch_of, batches_of
from marketingconnect.claims.services import receive_returns, receive_typed_returns
from marketingconnect.claims.services.returns import MOST_BYTES
from marketingconnect.claims.states import BatchState, MailState
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.rentals.forms import TypedReturnsForm, UploadReturnsForm
from marketingconnect.web.components import Kind
from marketingconnect.web.keys import number_in, position_in
from marketingconnect.web.middleware import takes_upload

_PAGE: Final = 100
_TOO_LARGE: Final = "Cette liste dépasse 64 Mo : partagez-la en plusieurs fichiers."
STATES: Final[dict[str, tuple[str, Kind]]] = {
    BatchState.RECEIVED: ("En cours de contrôle", "progress"),
    BatchState.CHECKED: ("Contrôlée", "success"),
    BatchState.UNREADABLE: ("Illisible", "error"),
}


@takes_upload(lambda: MOST_BYTES, _TOO_LARGE)
@require_http_methods(["GET", "HEAD", "POST"])
@client_page()
def returns(request: ClientRequest) -> HttpResponseBase:
    """The lists handed back, and three ways to hand one more."""
    if request.method == "POST":
        return _received(request)
    return _page(request, UploadReturnsForm(), TypedReturnsForm())


@client_page(MemberRole.EDITOR)
def _received(request: ClientRequest) -> HttpResponse:
    """One form of the page; the other stays blank."""
    upload, typed = UploadReturnsForm(), TypedReturnsForm()
    by_file = "references" not in request.POST
    if by_file:
        upload = UploadReturnsForm(request.POST, request.FILES)
    else:
        typed = TypedReturnsForm(request.POST)
    form = upload if by_file else typed
    batch = _handed_back(request, form) if form.is_valid() else None
    if batch is not None:
        return redirect("client_area:return_batch", batch.pk)
    return _page(request, upload, typed, status=400)


def _handed_back(
    request: ClientRequest, form: UploadReturnsForm | TypedReturnsForm
) -> ReturnBatch | None:
    who: dict[str, Any] = {
        "company_id": request.company.pk,
        "user_id": request.user.pk,
        "actor": actor_of(request),
        "now": clock.now(),
    }
    data = form.cleaned_data
    try:
        if isinstance(form, TypedReturnsForm):
            return receive_typed_returns(text=data["references"], means=data["means"], **who)
        file = data["list_file"]
        return receive_returns(means="upload", original_name=file.name, chunks=file.chunks(), **who)
    except InvalidFieldsError as refusal:
        form.add_error(None, " ".join(refusal.problems.values()))
    except storage.FileTooLargeError:
        form.add_error(None, _TOO_LARGE)
    return None


@require_safe
@client_page()
def batch(request: ClientRequest, batch_id: int) -> HttpResponse:
    """One list, line by line."""
    context = _batch_context(request, batch_id)
    return render(request, "client_area/rentals/return_batch.html", context)


@require_safe
@client_page()
def state(request: ClientRequest, batch_id: int) -> HttpResponse:
    """The part that changes while the list is checked."""
    context = _batch_context(request, batch_id)
    return render(request, "client_area/rentals/_return_batch.html", context)


def _batch_context(request: ClientRequest, batch_id: int) -> dict[str, Any]:
    try:
        found = batch_of(request.company.pk, number_in(str(batch_id)) or 0)
    except ReturnBatch.DoesNotExist as missing:
        raise Http404 from missing
    after = position_in(request.GET.get("apres", ""))
    only_refused = request.GET.get("motif") == "refuses"
    mails = found.mails.filter(line__gt=after).select_related("delivery")
    if only_refused:
        mails = mails.filter(state=MailState.REFUSED)
    rows = list(mails.order_by("line")[: _PAGE + 1])
    deliveries = Delivery.objects.filter(undeliverable_mails__batch=found).distinct()
    return {
        "batch": found,
        "state": STATES[found.state],
        "rows": rows[:_PAGE],
        "after": rows[_PAGE - 1].line if len(rows) > _PAGE else None,
        "only_refused": only_refused,
        "deliveries": deliveries.select_related("rental"),
        "is_waiting": found.state == BatchState.RECEIVED,
    }


def _page(
    request: ClientRequest,
    upload: UploadReturnsForm,
    typed: TypedReturnsForm,
    *,
    status: int = 200,
) -> HttpResponse:
    batches = batches_of(request.company.pk)[:50]
    context = {
        "upload": upload,
        "typed": typed,
        "rows": [(one, *STATES[one.state]) for one in batches],
        "may_write": request.member_role is not MemberRole.VIEWER,
        "has_deliveries": Delivery.objects.filter(
            rental__company=request.company, available_at__isnull=False
        ).exists(),
    }
    return render(request, "client_area/rentals/returns.html", context, status=status)
