"""Two targets side by side: what they share, what only one of them has."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketingconnect import clock
from marketingconnect.targeting.saved import targets_of
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.targets.forms import CompareForm
from marketingconnect.web.targeting.comparing import comparison_of
from marketingconnect.web.targeting.counting import Who


@require_GET
@client_page()
def compare(request: ClientRequest) -> HttpResponse:
    """The form, and the comparison once two targets are chosen."""
    asked = request.GET if {"a", "b"} <= set(request.GET) else None
    form = CompareForm(asked, initial={"a": request.GET.get("a")})
    for name in ("a", "b"):
        form.fields[name].queryset = targets_of(request.company.pk)  # type: ignore[attr-defined]
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        a, b = form.cleaned_data["a"], form.cleaned_data["b"]
        who = Who(request.company.pk, request.user.pk, clock.now())
        context["comparison"] = comparison_of(a, b, who)
    status = 400 if form.errors else 200
    return render(request, "client_area/targets/compare.html", context, status=status)
