"""Log in and out, register, confirm, choose a password."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts import services
from marketingconnect.accounts.errors import AlreadyRegisteredError, StaleLinkError
from marketingconnect.accounts.models import AccessLink, LinkPurpose, User
from marketingconnect.terms.queries import current_terms, parameters_of
from marketingconnect.web.access import client_ip
from marketingconnect.web.errors import conflict
from marketingconnect.web.shop.sign_up.entry import (
    check_password,
    enter,
    enter_by_mail,
    first_page,
    leave,
)
from marketingconnect.web.shop.sign_up.forms import (
    EmailForm,
    LogInForm,
    NewPasswordForm,
    RegisterForm,
)

_WITH_ACCOUNT = (LinkPurpose.INVITE, LinkPurpose.RESET, LinkPurpose.STAFF)


@never_cache
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if isinstance(request.user, User) and request.method != "POST":
        return redirect(first_page(request, request.user, wanted))
    form = LogInForm(request.POST or None)
    if form.is_valid():
        now, typed = clock.now(), form.cleaned_data
        user = check_password(request, typed["email"], typed["password"], now=now)
        if user is not None:
            enter(request, user, now=now)
            return redirect(first_page(request, user, wanted))
        form.add_error(None, "Adresse ou mot de passe inexact.")
    return _page(request, "log_in", form, next=wanted)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    leave(request, now=clock.now())
    messages.success(request, "Vous êtes déconnecté.")
    return redirect("accounts:login")


def register(request: HttpRequest) -> HttpResponse:
    terms = parameters_of(current_terms(clock.today()))
    form = RegisterForm(
        request.POST or None,
        overseas_collectivities_accepted=terms.overseas_collectivities_accepted,
    )
    if form.is_valid() and not _throttled(request, form):
        services.ask_registration(form.registration(), now=clock.now())
        request.session["mail_sent_to"] = form.cleaned_data["email"]
        return redirect("accounts:register_sent")
    return _page(request, "register", form)


@require_safe
def register_sent(request: HttpRequest) -> HttpResponse:
    sent_to = request.session.get("mail_sent_to", "")
    return render(request, "shop/sign_up/register_sent.html", {"email": sent_to})


@never_cache
@sensitive_post_parameters("password")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    try:
        link = services.find_link(token, LinkPurpose.REGISTER, now=now)
        form = NewPasswordForm(request.POST or None, user=_future_user(link))
        if not form.is_valid():
            return _page(request, "confirm", form, wanted=services.pending_registration(link))
        user = services.confirm_registration(link.pk, password=form.chosen, now=now)
    except StaleLinkError as error:
        return _stale(request, error)
    except AlreadyRegisteredError as error:
        return conflict(request, error.sentence)
    enter_by_mail(request, user, now=now)
    messages.success(request, "Votre compte est ouvert.")
    return redirect("client_area:home")


def forgotten(request: HttpRequest) -> HttpResponse:
    form = EmailForm(request.POST or None)
    if form.is_valid() and not _throttled(request, form):
        services.ask_reset(form.cleaned_data["email"], now=clock.now())
        request.session["mail_sent_to"] = form.cleaned_data["email"]
        return redirect("accounts:forgotten_sent")
    return _page(request, "forgotten", form)


@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    sent_to = request.session.get("mail_sent_to", "")
    return render(request, "shop/sign_up/forgotten_sent.html", {"email": sent_to})


@never_cache
@sensitive_post_parameters("password")
def set_password(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    try:
        link = services.find_link(token, *_WITH_ACCOUNT, now=now)
        if link.purpose == LinkPurpose.INVITE and _has_account(link):
            return _join(request, link, now)
        form = NewPasswordForm(request.POST or None, user=_future_user(link))
        if not form.is_valid():
            return _page(request, "set_password", form, link=link)
        user = _finish(link, form.chosen, now)
    except StaleLinkError as error:
        return _stale(request, error)
    enter_by_mail(request, user, now=now)
    return redirect(first_page(request, user, ""))


def _throttled(request: HttpRequest, form: forms.Form) -> bool:
    """Whether this connection asked for too many mails; said on the form, nothing typed is lost."""
    if not services.too_many_from(client_ip(request), now=clock.now()):
        return False
    form.add_error(
        None,
        "Trop de demandes sont parties de votre connexion. Réessayez dans une heure, ou écrivez"
        " à notre service client.",
    )
    request.throttled = True  # type: ignore[attr-defined]
    return True


def _finish(link: AccessLink, password: str, now: datetime) -> User:
    if link.purpose == LinkPurpose.INVITE:
        return services.accept_invitation(link.pk, password=password, now=now)
    return services.choose_password(link.pk, password=password, now=now)


def _join(request: HttpRequest, link: AccessLink, now: datetime) -> HttpResponse:
    """Somebody with an account joins another company: one button, no password."""
    if request.method != "POST":
        return render(request, "shop/sign_up/join.html", {"link": link})
    services.accept_invitation(link.pk, password=None, now=now)
    messages.success(request, f"Vous avez rejoint {link.company}.")
    return redirect("client_area:home")


def _has_account(link: AccessLink) -> bool:
    return User.objects.filter(email=link.email).exists()


def _future_user(link: AccessLink) -> User:
    """The person a password must not resemble, saved or not yet."""
    if link.user is not None:
        return link.user
    details = link.details
    return User(email=link.email, first_name=details["first_name"], last_name=details["last_name"])


def _stale(request: HttpRequest, error: StaleLinkError) -> HttpResponse:
    context = {"sentence": error.sentence}
    return render(request, "shop/sign_up/stale_link.html", context, status=404)


def _page(request: HttpRequest, name: str, form: object, **more: object) -> HttpResponse:
    status = 400 if request.method == "POST" else 200
    status = 429 if getattr(request, "throttled", False) else status
    return render(request, f"shop/sign_up/{name}.html", {"form": form, **more}, status=status)
