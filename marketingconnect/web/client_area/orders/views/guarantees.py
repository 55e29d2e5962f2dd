"""The client answers when guarantees are asked of it (CGV III.c)."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.contracts.errors import ContractError, InvalidFieldsError
from marketingconnect.contracts.models import SolvencyCheck
from marketingconnect.contracts.queries import solvency_check_of
from marketingconnect.contracts.rules.solvency import Guarantee
from marketingconnect.contracts.services.solvency import note_guarantees, offer_guarantee
from marketingconnect.contracts.states import AWAITED, SolvencyState
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.orders.presenting import order_or_404
from marketingconnect.web.errors import conflict

REFUSES = "refuses"


class AnswerForm(forms.Form):
    """Which guarantee, and how; or none."""

    guarantee = forms.ChoiceField(
        label="Votre réponse",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez une garantie, ou refusez.",
            "invalid_choice": "Choisissez une des garanties demandées, ou refusez.",
        },
    )
    words = forms.CharField(
        label="Comment et quand",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Par exemple : virement du 2 décembre. Rien à dire si vous n’en donnez pas.",
    )

    def __init__(self, check: SolvencyCheck, typed: QueryDict | None) -> None:
        super().__init__(typed)
        asked = [(code, Guarantee(code).label) for code in check.guarantees]
        refusal = (REFUSES, "Je n’en fournis aucune")
        self.fields["guarantee"].choices = [*asked, refusal]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@client_page(MemberRole.EDITOR)
def answer(request: ClientRequest, reference: str) -> HttpResponse:
    """Read what is asked, answer once or again until the operator decides."""
    order = order_or_404(request.company.pk, reference)
    check = solvency_check_of(order)
    if check is None or check.state not in AWAITED:
        raise Http404
    form = AnswerForm(check, request.POST if request.method == "POST" else None)
    try:
        if form.is_valid() and _answered(request, check, form):
            return redirect("client_area:order", reference)
    except ContractError as refusal:
        return conflict(request, refusal.sentence)
    context = {"order": order, "check": check, "form": form}
    status = 400 if form.errors else 200
    return render(request, "client_area/orders/guarantees.html", context, status=status)


def _answered(request: ClientRequest, check: SolvencyCheck, form: AnswerForm) -> bool:
    wanted, actor, now = form.cleaned_data, actor_of(request), clock.now()
    if wanted["guarantee"] == REFUSES:
        if check.state == SolvencyState.ASKED:
            note_guarantees(check.pk, provided=False, actor=actor, now=now)
        messages.warning(request, "Votre refus est enregistré.")
        return True
    try:
        offer_guarantee(check.pk, **wanted, actor=actor, now=now)
    except InvalidFieldsError as problems:
        for field, sentence in problems.problems.items():
            form.add_error(field if field in form.fields else None, sentence)
        return False
    messages.success(request, "Votre réponse est enregistrée : la comptabilité la vérifie.")
    return True
