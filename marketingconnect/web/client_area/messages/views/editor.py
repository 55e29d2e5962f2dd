"""The editor: one panel on the left, the message as it will be on the right."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.messages.models import Message
from marketingconnect.messages.queries import (
    compiled_draft,
    findings_of,
    flags_of,
    merge_choices,
    standing_of,
)
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.messages.saving import message_or_404
from marketingconnect.web.client_area.messages.showing import (
    PANELS,
    panel_context,
    panels_of,
    picture_src,
)


@client_page(MemberRole.EDITOR)
@require_safe
def edit(request: ClientRequest, message_id: int) -> HttpResponse:
    """CGV B.1.1: compose a message, with or without JavaScript."""
    return editor_page(request, message_or_404(request, message_id), {})


def editor_page(
    request: ClientRequest,
    message: Message,
    typed: dict[str, Any],
    *,
    panel: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, with the forms in `typed` in place of the ones kept."""
    wanted = panel or request.GET.get("onglet", "contenu")
    current = wanted if wanted in PANELS else "contenu"
    open_id = request.GET.get("bloc", "")
    context = {
        "message": message,
        "panel": current,
        "panels": panels_of(message, current),
        "merge_choices": merge_choices(message).items(),
        "view": request.GET.get("vue", ""),
        **checks_context(message),
        **panel_context(message, current, typed.get("open_id", open_id)),
        **typed,
    }
    return render(request, "client_area/messages/editor.html", context, status=status)


def checks_context(message: Message) -> dict[str, Any]:
    """The checks, the flags and where the message stands."""
    compiled = compiled_draft(message)
    findings = findings_of(message, on=clock.today(), compiled=compiled)
    return {
        "compiled": compiled,
        "findings": findings,
        "blocking": sum(1 for each in findings if each.level == "blocking"),
        "flags": flags_of(compiled),
        "standing": standing_of(message),
        "picture_src": picture_src(""),
    }
