"""What changes from one version of the terms, or one price list, to another."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketingconnect import clock
from marketingconnect.catalogue.queries import price_list_before, price_list_of, prices_compared
from marketingconnect.terms.models import TermsVersion
from marketingconnect.terms.queries import version_of
from marketingconnect.web.terms_compared import comparison


@require_GET
def terms(request: HttpRequest, earlier: int, later: int) -> HttpResponse:
    """Two published versions, word by word, the one that came first on the left."""
    versions = sorted((_version_or_404(earlier), _version_or_404(later)), key=_number)
    context = {
        "earlier": versions[0],
        "later": versions[1],
        "compared": comparison(versions[0], versions[1]),
        "kicker": f"De la version {versions[0].number} à la version {versions[1].number}",
    }
    return render(request, "shop/terms_compare.html", context)


def _version_or_404(number: int) -> TermsVersion:
    version = version_of(number)
    if version is None:
        raise Http404
    return version


def _number(version: TermsVersion) -> int:
    return version.number


@require_GET
def prices(request: HttpRequest, number: int) -> HttpResponse:
    """A price list beside the one it replaces."""
    later = price_list_of(number)
    if later is None:
        raise Http404
    earlier = price_list_before(later)
    context = {
        "later": later,
        "earlier": earlier,
        "is_coming": later.in_force_from > clock.today(),
        "changes": prices_compared(earlier, later),
    }
    return render(request, "shop/prices_compared.html", context)
