"""The public pages: offers, prices, terms, and what the law asks to show."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from marketingconnect import clock
from marketingconnect.catalogue.queries import coming_price_lists
from marketingconnect.messages.specification import characteristics, specification_on
from marketingconnect.terms.queries import terms_versions
from marketingconnect.web.going_back import go_back
from marketingconnect.web.shop.pages.offers import BY_CODE, OFFERS
from marketingconnect.web.shop.pages.pricing import (
    FORMS,
    email_estimate,
    minimum_order,
    operator_of,
    shown_tariff,
)
from marketingconnect.web.shop.pages.terms_text import parameters_on, version_in_force, version_page

THEMES = {"light", "dark", "system"}
A_YEAR = 365 * 24 * 3600


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What the service does, for someone who has never sent a campaign."""
    context = {"offers": OFFERS, "estimate": email_estimate(2_000, clock.today())}
    return render(request, "shop/home.html", context)


@require_GET
def offer(request: HttpRequest, code: str) -> HttpResponse:
    """One offer; those not sold yet say so and have no order button."""
    if code not in BY_CODE:
        raise Http404
    today = clock.today()
    context = {
        "offer": BY_CODE[code],
        "offers": OFFERS,
        "offer_code": code,
        "parameters": parameters_on(today),
    }
    if code not in FORMS:
        return render(request, BY_CODE[code].template, context)
    form = FORMS[code](request.GET or {"quantity": 2_000})
    priced = {"form": form, "estimate": form.estimate(today), "tariff": shown_tariff(today)}
    return render(request, BY_CODE[code].template, {**context, **priced}, status=form.status)


@require_GET
def offer_price(request: HttpRequest, code: str) -> HttpResponse:
    """The calculator's answer alone, for htmx."""
    if code not in FORMS:
        raise Http404
    form = FORMS[code](request.GET)
    context = {"estimate": form.estimate(clock.today()), "form": form}
    return render(request, "shop/_estimate.html", context, status=form.status)


@require_GET
def prices(request: HttpRequest) -> HttpResponse:
    """The tariff in force, and the next one once it is published."""
    today = clock.today()
    context = {
        "tariff": shown_tariff(today),
        "coming": coming_price_lists(today).first(),
        "minimum": minimum_order(today),
        "today": today,
    }
    return render(request, "shop/prices.html", context)


@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    """The terms in force, with an anchor an article."""
    version = version_in_force(clock.today())
    return render(request, "shop/terms.html", version_page(version, clock.today()))


@require_GET
def terms_version(request: HttpRequest, number: int) -> HttpResponse:
    """Any version ever published: an order keeps the one it accepted."""
    version = next((known for known in terms_versions() if known.number == number), None)
    if version is None:
        raise Http404
    return render(request, "shop/terms.html", version_page(version, clock.today()))


@require_GET
def email_specification(request: HttpRequest) -> HttpResponse:
    """What a message must respect; the checks of the editor read the same figures."""
    specification = specification_on(clock.today())
    context = {"specification": specification, "lines": characteristics(specification)}
    return render(request, "shop/email_specification.html", context)


@require_GET
def legal(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/legal.html", {"operator": operator_of(clock.today())})


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/privacy.html", {"operator": operator_of(clock.today())})


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/accessibility.html", {"operator": operator_of(clock.today())})


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the device's choice, then come back to the page."""
    choice = request.POST.get("theme", "")
    if choice not in THEMES:
        raise Http404
    response = go_back(request, request.POST.get("next", ""), otherwise="/")
    response.set_cookie("theme", choice, max_age=A_YEAR, samesite="Lax", httponly=True)
    return response
