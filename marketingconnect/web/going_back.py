"""Send a person back to the page it came from, when that page is one of ours."""

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def own_page(request: HttpRequest, wanted: str) -> str:
    """`wanted` when it is the path of a page of this site, else nothing."""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted.startswith("/") else ""


def go_back(request: HttpRequest, wanted: str, *, otherwise: str) -> HttpResponseRedirect:
    """To `wanted` if it is ours, else to the path `otherwise`."""
    return HttpResponseRedirect(own_page(request, wanted) or otherwise)
