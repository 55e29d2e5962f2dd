"""The message as a recipient sees it, and what the checks say of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect.messages.queries import compiled_draft, render_sample, sample_of
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.messages.saving import message_or_404
from marketingconnect.web.client_area.messages.views.editor import checks_context
from marketingconnect.web.email_preview import preview_response


@client_page()
@require_safe
def preview(request: ClientRequest, message_id: int) -> HttpResponse:
    """The document of the preview frame: HTML, or plain text with `?vue=texte`."""
    message = message_or_404(request, message_id)
    rendered = render_sample(compiled_draft(message), sample_of(message))
    return preview_response(rendered, request.GET.get("vue", ""))


@client_page()
@require_safe
def checks(request: ClientRequest, message_id: int) -> HttpResponse:
    """The list of checks alone, for the editor's script."""
    message = message_or_404(request, message_id)
    context = {"message": message, **checks_context(message)}
    return render(request, "client_area/messages/_checks.html", context)
