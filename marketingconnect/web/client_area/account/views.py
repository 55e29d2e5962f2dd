"""The company's details, and the switch between companies."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from marketingconnect import clock
from marketingconnect.accounts import services
from marketingconnect.accounts.models import User
from marketingconnect.accounts.queries import companies_open_to
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.terms.queries import current_terms, parameters_of
from marketingconnect.web.access import SESSION_COMPANY, ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.account.forms import CompanyDetailsForm
from marketingconnect.web.components import Tab

_TABS = [
    ("account", "Société"),
    ("members", "Utilisateurs"),
    ("mandates", "Mandataires"),
    ("account_terms", "Conditions"),
    ("security", "Sécurité"),
]


def tabs(current: str) -> list[Tab]:
    """The pages of the account."""
    return [
        Tab(label, reverse(f"client_area:{name}"), current=name == current) for name, label in _TABS
    ]


@client_page()
def company(request: ClientRequest) -> HttpResponse:
    terms = parameters_of(current_terms(clock.today()))
    form = CompanyDetailsForm(
        request.POST or None,
        initial=CompanyDetailsForm.initial_of(request.company),
        overseas_collectivities_accepted=terms.overseas_collectivities_accepted,
    )
    if request.method == "POST" and request.member_role is MemberRole.OWNER and form.is_valid():
        return _save(request, form)
    is_owner = request.member_role is MemberRole.OWNER
    status = (400 if is_owner else 403) if request.method == "POST" else 200
    context = {"form": form, "tabs": tabs("account"), "may_change": is_owner}
    return render(request, "client_area/account/company.html", context, status=status)


def _save(request: ClientRequest, form: CompanyDetailsForm) -> HttpResponse:
    changed = services.update_company(
        request.company.pk, details=form.details(), actor=actor_of(request), now=clock.now()
    )
    messages.success(request, "Enregistré." if changed else "Rien n’avait changé.")
    return redirect("client_area:account")


@require_POST
@login_required
def switch_company(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101  login_required
    for choice in companies_open_to(user.pk, today=clock.today()):
        if choice.reference == request.POST.get("company"):
            request.session[SESSION_COMPANY] = choice.pk
            return redirect("client_area:home")
    raise Http404
