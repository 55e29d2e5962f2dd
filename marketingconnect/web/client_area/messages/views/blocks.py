"""Add, change, move, copy and delete a block: one form each."""

import secrets

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect.accounts.roles import MemberRole
from marketingconnect.messages.blocks import (
    BLOCK_TYPES,
    MAX_BLOCKS,
    Block,
    inserted,
    moved,
    new_block,
    replaced,
    without,
)
from marketingconnect.messages.models import Message
from marketingconnect.messages.services import DraftChanges
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.messages.forms import BlockForm
from marketingconnect.web.client_area.messages.saving import (
    block_or_404,
    is_background,
    message_or_404,
    refused,
    save,
)
from marketingconnect.web.client_area.messages.showing import picture_choices
from marketingconnect.web.client_area.messages.views.editor import editor_page


@client_page(MemberRole.EDITOR)
@require_POST
def add(request: ClientRequest, message_id: int) -> HttpResponse:
    """A new block after another one, or at the end."""
    message = message_or_404(request, message_id)
    kind = request.POST.get("type", "")
    blocks = message.content.get("blocks", [])
    if kind not in BLOCK_TYPES or message.kind != "blocks" or len(blocks) >= MAX_BLOCKS:
        sentence = f"Choisissez un type de bloc ; un message en a au plus {MAX_BLOCKS}."
        return editor_page(request, message, {"add_error": sentence}, status=400)
    block = new_block(kind)
    return _save_blocks(
        request, message, inserted(blocks, block, request.POST.get("after", "")), block["id"]
    )


@client_page(MemberRole.EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ClientRequest, message_id: int, block_id: str) -> HttpResponse:
    """What a block holds."""
    message = message_or_404(request, message_id)
    block = block_or_404(message, block_id)
    if request.method != "POST":
        return redirect(_place(message, block_id))
    pictures = picture_choices(request.company.pk)
    form = BlockForm(block["type"], request.POST, pictures=pictures)
    if not form.is_valid():
        if is_background(request):
            return refused(request, form)
        typed = {"block_form": form, "open_id": block_id}
        return editor_page(request, message, typed, status=400)
    new = replaced(message.content["blocks"], form.block(block_id))
    return _save_blocks(request, message, new, block_id)


@client_page(MemberRole.EDITOR)
@require_POST
def move(request: ClientRequest, message_id: int, block_id: str) -> HttpResponse:
    """One place up or down, or to a place dropped on."""
    message = message_or_404(request, message_id)
    block = block_or_404(message, block_id)
    to = request.POST.get("to", "")
    if not (to.isascii() and to.isdigit() and len(to) < 4):
        raise Http404
    new = moved(message.content["blocks"], block["id"], int(to))
    return _save_blocks(request, message, new, block_id)


@client_page(MemberRole.EDITOR)
@require_POST
def copy(request: ClientRequest, message_id: int, block_id: str) -> HttpResponse:
    """The same block again, just below."""
    message = message_or_404(request, message_id)
    block = block_or_404(message, block_id)
    twin = {**block, "id": secrets.token_hex(4)}
    blocks = message.content["blocks"]
    if len(blocks) >= MAX_BLOCKS:
        return editor_page(request, message, {"add_error": "Ce message est plein."}, status=400)
    return _save_blocks(request, message, inserted(blocks, twin, block_id), twin["id"])


@client_page(MemberRole.EDITOR)
@require_POST
def delete(request: ClientRequest, message_id: int, block_id: str) -> HttpResponse:
    """Take a block out."""
    message = message_or_404(request, message_id)
    block_or_404(message, block_id)
    return _save_blocks(request, message, without(message.content["blocks"], block_id), "")


def _save_blocks(
    request: ClientRequest, message: Message, blocks: list[Block], open_id: str
) -> HttpResponse:
    changes = DraftChanges(content={**message.content, "blocks": blocks})
    return save(request, message, changes, lambda saved: redirect(_place(saved, open_id)))


def _place(message: Message, block_id: str) -> str:
    page = reverse("client_area:message_edit", args=[message.pk])
    return f"{page}?bloc={block_id}#bloc-{block_id}" if block_id else f"{page}#blocs"
