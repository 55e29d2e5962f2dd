"""The style page; each example shows the very source that draws it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketingconnect import clock
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.style.examples import examples
from marketingconnect.web.back_office.style.samples import sample_context

_FULL = 20


@staff_page()
@require_GET
def style(request: StaffRequest) -> HttpResponse:
    """Every component, drawn from the example files."""
    context = sample_context(clock.now())
    return render(
        request,
        "back_office/style/page.html",
        {**context, "sections": examples(context, request)},
    )


@staff_page()
@require_GET
def progress_fragment(request: StaffRequest) -> HttpResponse:
    """A bar that fills with the seconds, to see it live."""
    value = clock.now().second % (_FULL + 1)
    context = {"value": value, "maximum": _FULL, "done": value == _FULL}
    return render(request, "back_office/style/_progress.html", context)
