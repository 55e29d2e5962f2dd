"""Move the demo's clock forward."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import make_aware

from marketingconnect import clock
from marketingconnect.kernel.working_days import add_working_days
from marketingconnect.sending.queries import campaigns_in_progress
from marketingconnect.sending.states import CampaignState
from marketingconnect.web.access import StaffRequest
from marketingconnect.web.back_office.demo_tools.guard import demo_page

_MORNING = time(9, 0)


class ClockForm(forms.Form):
    to = forms.DateTimeField(
        label="Avancer jusqu’au",
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    def clean_to(self) -> datetime:
        to: datetime = self.cleaned_data["to"]
        if to <= clock.now():
            raise forms.ValidationError("L’horloge n’avance que vers le futur.")
        if to > clock.now() + timedelta(days=3660):
            raise forms.ValidationError("C’est dans plus de dix ans.")
        return to


@demo_page
def clock_page(request: StaffRequest) -> HttpResponse:
    form = ClockForm(request.POST or None)
    if form.is_valid():
        clock.advance_to(form.cleaned_data["to"])
        messages.success(request, "L’horloge est avancée.")
        return redirect("back_office:clock")
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "now": clock.now(), "goals": _goals()}
    return render(request, "back_office/demo_tools/clock.html", context, status=status)


def _goals() -> list[dict[str, Any]]:
    """The moments one usually wants, each one button."""
    next_day = add_working_days(clock.today(), 1)
    goals = [
        {"name": "Dans une heure", "at": clock.now() + timedelta(hours=1)},
        {
            "name": "Prochain jour ouvré, 9 h",
            "at": make_aware(datetime.combine(next_day, _MORNING), clock.PARIS),
        },
    ]
    if (send := _next_send()) is not None:
        goals.append({"name": "Prochain envoi programmé", "at": send})
    return goals


def _next_send() -> datetime | None:
    """A minute after the next campaign's hour."""
    following = campaigns_in_progress().filter(
        state=CampaignState.SCHEDULED, scheduled_for__gt=clock.now()
    )
    first = following.values_list("scheduled_for", flat=True).first()
    return first + timedelta(minutes=1) if first else None
