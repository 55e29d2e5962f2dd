"""The bon à tirer: ask for it, read it, validate exactly that version (CGV B.1.2)."""

from typing import Any

from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.messages.errors import (
    MayNotValidateError,
    MessageError,
    NotValidatableError,
)
from marketingconnect.messages.models import Message, MessageVersion, Proof
from marketingconnect.messages.queries import sample_of
from marketingconnect.messages.queries.standing import history_of, members_of
from marketingconnect.messages.rules.moderation import REASONS
from marketingconnect.messages.rules.validation import ATTESTATIONS, may_validate_proof
from marketingconnect.messages.services import send_proof, validate_proof
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.messages.saving import message_or_404
from marketingconnect.web.client_area.messages.views.editor import checks_context
from marketingconnect.web.components import TimelineEntry


@client_page()
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: ClientRequest, message_id: int) -> HttpResponse:
    """Where the message stands; a POST mails the proof of the current content."""
    message = message_or_404(request, message_id)
    if request.method != "POST":
        return _page(request, message, {}, 200)
    if request.member_role == MemberRole.VIEWER:
        raise PermissionDenied
    try:
        sent = _sent(request, message)
    except MessageError as refusal:
        return _page(request, message, {"proof_error": refusal.sentence}, 400)
    notes.success(request, f"Le bon à tirer est parti à {sent.to_email}.")
    return redirect("client_area:message_proof", message.pk)


def _sent(request: ClientRequest, message: Message) -> Proof:
    return send_proof(
        message.pk,
        company_id=request.company.pk,
        user_id=request.user.pk,
        to_email=request.POST.get("to_email", ""),
        actor=actor_of(request),
        now=clock.now(),
    )


@client_page(MemberRole.EDITOR)
@require_POST
def validate(request: ClientRequest, message_id: int, version_id: int) -> HttpResponse:
    """CGV B.1.2: the client's own act, on the version that the page showed."""
    message = message_or_404(request, message_id)
    ticked = request.POST.getlist("attestations")
    try:
        _validated(request, version_id, ticked)
    except MessageVersion.DoesNotExist:
        raise Http404 from None
    except MayNotValidateError:
        raise PermissionDenied from None
    except NotValidatableError as refusal:
        typed = {"validation_error": refusal.sentence, "ticked": ticked}
        return _page(request, message, typed, 409 if len(ticked) == len(ATTESTATIONS) else 400)
    notes.success(request, "Votre validation est enregistrée : la modération relit le message.")
    return redirect("client_area:message_proof", message.pk)


def _validated(request: ClientRequest, version_id: int, ticked: list[str]) -> None:
    validate_proof(
        version_id,
        company_id=request.company.pk,
        user_id=request.user.pk,
        attestations=ticked,
        actor=actor_of(request),
        now=clock.now(),
    )


def _page(
    request: ClientRequest, message: Message, typed: dict[str, Any], status: int
) -> HttpResponse:
    context = {
        "message": message,
        "attestations": ATTESTATIONS.items(),
        "may_validate": may_validate_proof(
            member_role=request.member_role, is_staff=request.user.is_staff
        ),
        "members": members_of(message.company_id),
        "sample": sample_of(message),
        **checks_context(message),
        **typed,
    }
    moderation = context["standing"].moderation
    context["reason"] = REASONS.get(moderation.reason) if moderation else None
    context["history"] = [_entry(*each) for each in history_of(message)]
    return render(request, "client_area/messages/proof.html", context, status=status)


def _entry(at: Any, title: str, who: str, text: str, icon: str, kind: Any) -> TimelineEntry:
    return TimelineEntry(title, at, text, who, icon, kind)
