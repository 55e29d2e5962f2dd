"""Save what was typed, whoever saves: a page, a background save, or two people at once."""

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.messages.blocks import BLOCK_TYPES, Block
from marketingconnect.messages.errors import StaleRevisionError
from marketingconnect.messages.models import Message
from marketingconnect.messages.queries import message_of, validated_version
from marketingconnect.messages.services import DraftChanges, save_content
from marketingconnect.web.access import ClientRequest, actor_of
from marketingconnect.web.client_area.messages.showing import Typed, typed_and_kept

_SILENT = {"csrfmiddlewaretoken", "revision"}


def message_or_404(request: ClientRequest, message_id: int) -> Message:
    """The message of this company; another one's is 404."""
    try:
        return message_of(request.company.pk, message_id)
    except Message.DoesNotExist:
        raise Http404 from None


def posted_revision(request: HttpRequest) -> int:
    """The revision that the page was made for; -1 (always stale) when it is not a number."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def save(
    request: ClientRequest,
    message: Message,
    changes: DraftChanges,
    then: Callable[[Message], HttpResponse],
) -> HttpResponse:
    """Save, then go on; a stale page gets 409 with what was typed beside what is kept."""
    stood = validated_version(message.pk) is not None
    try:
        saved = _saved(request, message, changes)
    except StaleRevisionError as refusal:
        return _conflict(request, message, refusal)
    if is_background(request):
        return _told(saved, stood)
    return then(saved)


def _saved(request: ClientRequest, message: Message, changes: DraftChanges) -> Message:
    return save_content(
        message.pk,
        company_id=request.company.pk,
        revision=posted_revision(request),
        changes=changes,
        actor=actor_of(request),
        now=clock.now(),
    )


def _told(saved: Message, stood: bool) -> HttpResponse:
    """What the script shows: a validation that just fell is said at once (CGV B.1.2)."""
    fell = stood and validated_version(saved.pk) is None
    said = "Enregistré. Votre validation ne tient plus." if fell else "Enregistré"
    return JsonResponse({"revision": saved.revision, "said": said})


def is_background(request: HttpRequest) -> bool:
    """Whether the editor's script saves by itself."""
    return request.headers.get("X-Autosave") == "1"


def refused(request: HttpRequest, form: forms.Form) -> HttpResponse:
    """Errors of a background save, for the script to put beside the fields."""
    errors = {name: [str(error) for error in each] for name, each in form.errors.items()}
    return JsonResponse({"errors": errors}, status=400)


def _conflict(
    request: ClientRequest, message: Message, refusal: StaleRevisionError
) -> HttpResponse:
    if is_background(request):
        return JsonResponse({"sentence": refusal.sentence}, status=409)
    typed = [(name, str(value)) for name, value in request.POST.items() if name not in _SILENT]
    fresh = message_of(request.company.pk, message.pk)
    context = {
        "message": fresh,
        "typed": typed,
        "compared": typed_and_kept(fresh, Typed(request.path, dict(typed))),
        "action": request.path,
        "back": reverse("client_area:message_edit", args=[message.pk]),
    }
    return render(request, "client_area/messages/conflict.html", context, status=409)


def block_or_404(message: Message, block_id: str) -> Block:
    """One block of a message in blocks."""
    blocks: list[Block] = message.content.get("blocks", [])
    for block in blocks:
        if block["id"] == block_id and block["type"] in BLOCK_TYPES:
            return block
    raise Http404
