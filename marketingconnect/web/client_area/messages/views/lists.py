"""The messages of the company, and how a new one starts."""

from django.contrib import messages as notes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.messages.library import CATEGORIES, templates, templates_for
from marketingconnect.messages.queries import messages_of, standing_of
from marketingconnect.messages.services import archive_message, create_message, duplicate_message
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.messages.saving import message_or_404
from marketingconnect.web.components import Tab

_LISTED = 60
_STARTS = {"html": "Mon code HTML", "": "Message vierge"}


@client_page()
@require_safe
def index(request: ClientRequest) -> HttpResponse:
    """The drafts, proofs and approved messages, with where each stands."""
    listed = [(each, standing_of(each)) for each in messages_of(request.company.pk)[:_LISTED]]
    return render(request, "client_area/messages/index.html", {"listed": listed})


@client_page(MemberRole.EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ClientRequest) -> HttpResponse:
    """The gallery; choosing a template creates the draft."""
    start = request.POST.get("template", "?")
    names = {template.code: template.name for template in templates()} | _STARTS
    if start not in names:
        return _gallery(request)
    message = create_message(
        company_id=request.company.pk,
        user_id=request.user.pk,
        name=names[start],
        template="" if start in _STARTS else start,
        kind="html" if start == "html" else "blocks",
        actor=actor_of(request),
        now=clock.now(),
    )
    return redirect("client_area:message_edit", message.pk)


def _gallery(request: ClientRequest) -> HttpResponse:
    """The templates on show; a choice that does not exist is a 400."""
    unknown = request.method == "POST"
    wanted = request.GET.get("pour", "")
    try:
        shown = templates_for(wanted)
    except KeyError as unknown_category:
        raise Http404 from unknown_category
    context = {"templates": shown, "unknown": unknown, "categories": _categories(wanted)}
    page = "client_area/messages/gallery.html"
    return render(request, page, context, status=400 if unknown else 200)


def _categories(wanted: str) -> list[Tab]:
    every = Tab("Tous", "?", not wanted, len(templates()))
    return [every] + [
        Tab(label, f"?pour={code}", code == wanted, len(templates_for(code)))
        for code, label in CATEGORIES.items()
    ]


@client_page(MemberRole.EDITOR)
@require_POST
def duplicate(request: ClientRequest, message_id: int) -> HttpResponse:
    """A copy to work on."""
    message = message_or_404(request, message_id)
    copy = duplicate_message(
        message.pk,
        company_id=request.company.pk,
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )
    notes.success(request, "La copie est prête.")
    return redirect("client_area:message_edit", copy.pk)


@client_page(MemberRole.EDITOR)
@require_POST
def archive(request: ClientRequest, message_id: int) -> HttpResponse:
    """Put away; nothing is lost."""
    message = message_or_404(request, message_id)
    archive_message(
        message.pk, company_id=request.company.pk, actor=actor_of(request), now=clock.now()
    )
    notes.success(request, f"« {message.name} » est rangé.")
    return redirect("client_area:messages")
