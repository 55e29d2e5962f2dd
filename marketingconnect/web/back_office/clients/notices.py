"""Mail to clients that failed or is uncertain: staff send it again or call it received."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.notices import queries, services
from marketingconnect.notices.errors import StaleNoticeError
from marketingconnect.notices.models import Notice
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.clients.forms import NoticeForm
from marketingconnect.web.back_office.clients.views import CLIENT_ROLES
from marketingconnect.web.errors import conflict


@require_safe
@staff_page(*CLIENT_ROLES)
def notices(request: StaffRequest) -> HttpResponse:
    context = {"notices": queries.notices_to_settle()[:100]}
    return render(request, "back_office/clients/notices.html", context)


@staff_page(*CLIENT_ROLES)
def notice(request: StaffRequest, notice_id: int) -> HttpResponse:
    found = get_object_or_404(Notice, pk=notice_id)
    form = NoticeForm(request.POST or None)
    if form.is_valid():
        return _decide(request, found, form)
    status = 400 if request.method == "POST" else 200
    context = {"notice": found, "form": form}
    return render(request, "back_office/clients/notice.html", context, status=status)


def _decide(request: StaffRequest, found: Notice, form: NoticeForm) -> HttpResponse:
    again = form.cleaned_data["decision"] == "requeue"
    act = services.requeue if again else services.settle_as_sent
    try:
        act(
            found.pk,
            actor=actor_of(request),
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except StaleNoticeError:
        return conflict(request, "Cet e-mail n’attend plus de décision : rechargez la page.")
    messages.success(request, "E-mail remis en file." if again else "E-mail classé comme reçu.")
    return redirect("back_office:notices")
