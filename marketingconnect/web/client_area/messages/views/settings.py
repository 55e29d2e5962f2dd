"""All of a message but its blocks: subject, colours, mentions, fields, text, own HTML."""

from typing import Any

from django import forms
from django.contrib import messages as notes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.contacts.queries import usable_files
from marketingconnect.messages.blocks import InvalidBlockError
from marketingconnect.messages.models import Message
from marketingconnect.messages.own_html.sanitising import sanitise
from marketingconnect.messages.services import DraftChanges
from marketingconnect.messages.services.drafts import choose_contact_file, kept_mentions
from marketingconnect.messages.specification import specification_on
from marketingconnect.messages.theme import PALETTES, clean_theme
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.messages.forms import (
    DetailsForm,
    FallbacksForm,
    HtmlForm,
    LegalForm,
    ThemeForm,
)
from marketingconnect.web.client_area.messages.saving import (
    is_background,
    message_or_404,
    refused,
    save,
)
from marketingconnect.web.client_area.messages.showing import fallback_labels
from marketingconnect.web.client_area.messages.views.editor import editor_page


@client_page(MemberRole.EDITOR)
@require_POST
def details(request: ClientRequest, message_id: int) -> HttpResponse:
    """Subject, preheader, sender."""
    message = message_or_404(request, message_id)
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _refused(request, message, "objet", {"details_form": form}, form)
    return _saved(request, message, "objet", DraftChanges(**form.cleaned_data))


@client_page(MemberRole.EDITOR)
@require_POST
def theme(request: ClientRequest, message_id: int) -> HttpResponse:
    """Colours and letters, one by one or a whole palette."""
    message = message_or_404(request, message_id)
    palette = PALETTES.get(request.POST.get("palette", ""))
    form = ThemeForm(palette[1].as_dict() if palette else request.POST)
    try:
        chosen = clean_theme(form.cleaned_data if form.is_valid() else {"accent": "?"})
    except InvalidBlockError as refusal:
        for name, sentence in refusal.errors.items():
            form.add_error(name, sentence)
        return _refused(request, message, "apparence", {"theme_form": form}, form)
    changes = DraftChanges(content={**message.content, "theme": chosen.as_dict()})
    return _saved(request, message, "apparence", changes)


@client_page(MemberRole.EDITOR)
@require_POST
def legal(request: ClientRequest, message_id: int) -> HttpResponse:
    """The mentions of the footer (CGV B.2)."""
    message = message_or_404(request, message_id)
    form = LegalForm(request.POST)
    if not form.is_valid():
        return _refused(request, message, "mentions", {"legal_form": form}, form)
    changes = DraftChanges(
        content={**message.content, "legal": kept_mentions(form.cleaned_data, on=clock.today())}
    )
    return _saved(request, message, "mentions", changes)


@client_page(MemberRole.EDITOR)
@require_POST
def fallbacks(request: ClientRequest, message_id: int) -> HttpResponse:
    """What replaces a missing value."""
    message = message_or_404(request, message_id)
    form = FallbacksForm(fallback_labels(message), request.POST)
    if not form.is_valid():
        return _refused(request, message, "champs", {"fallbacks_form": form}, form)
    kept = {**message.fallbacks, **form.cleaned_data}
    return _saved(request, message, "champs", DraftChanges(fallbacks=kept))


@client_page(MemberRole.EDITOR)
@require_POST
def contact_file(request: ClientRequest, message_id: int) -> HttpResponse:
    """The file whose fields are on offer; recipients see no difference."""
    message = message_or_404(request, message_id)
    wanted = request.POST.get("contact_file", "")
    files = {str(each.pk): each.pk for each in usable_files(request.company.pk)}
    if wanted and wanted not in files:
        raise Http404
    choose_contact_file(
        message.pk, company_id=request.company.pk, contact_file_id=files.get(wanted)
    )
    return redirect(_panel_url(message, "champs"))


@client_page(MemberRole.EDITOR)
@require_POST
def plain_text(request: ClientRequest, message_id: int) -> HttpResponse:
    """A plain-text part of the client's own; empty takes the derived one back."""
    message = message_or_404(request, message_id)
    text = "" if "derive" in request.POST else request.POST.get("text", "")
    content = {**message.content, "text": text.replace("\r\n", "\n").replace("\x00", "").strip()}
    return _saved(request, message, "texte", DraftChanges(content=content))


@client_page(MemberRole.EDITOR)
@require_POST
def own_html(request: ClientRequest, message_id: int) -> HttpResponse:
    """CGV B.1.1: the client's own HTML, cleaned; what was left out is listed."""
    message = message_or_404(request, message_id)
    form = HtmlForm(request.POST, request.FILES)
    source = _source(form) if form.is_valid() and message.kind == "html" else None
    if source is None:
        return _refused(request, message, "contenu", {"html_form": form}, form)
    clean = sanitise(source)
    content = {
        **message.content,
        "html": clean.body,
        "css": clean.css,
        "ground": clean.ground,
        "removed": [list(each) for each in clean.removed],
        "footer": form.cleaned_data["footer"],
    }
    return _saved(request, message, "contenu", DraftChanges(content=content))


def _source(form: HtmlForm) -> str | None:
    """The HTML pasted or uploaded; None with an error on the form."""
    file, most = form.cleaned_data["file"], specification_on(clock.today()).max_own_html_bytes
    data = file.read(most + 1) if file else form.cleaned_data["html"].encode()
    if len(data) > most:
        form.add_error("file" if file else "html", "Ce code pèse plus d’un mébioctet.")
        return None
    try:
        return str(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return str(data.decode("cp1252", "replace"))


def _refused(
    request: ClientRequest,
    message: Message,
    panel: str,
    typed: dict[str, Any],
    form: forms.Form,
) -> HttpResponse:
    if is_background(request):
        return refused(request, form)
    return editor_page(request, message, {**typed, "error_form": form}, panel=panel, status=400)


def _saved(
    request: ClientRequest, message: Message, panel: str, changes: DraftChanges
) -> HttpResponse:
    def then(saved: Message) -> HttpResponse:
        notes.success(request, "Enregistré.")
        return redirect(_panel_url(saved, panel))

    return save(request, message, changes, then)


def _panel_url(message: Message, panel: str) -> str:
    return f"{reverse('client_area:message_edit', args=[message.pk])}?onglet={panel}"
