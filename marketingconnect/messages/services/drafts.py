"""Compose a message: create, copy, save with its revision, put away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.messages.composing.legal import TO_BASE
from marketingconnect.messages.errors import StaleRevisionError
from marketingconnect.messages.library import template_of
from marketingconnect.messages.merge_fields import SUGGESTED_FALLBACKS
from marketingconnect.messages.models import Message
from marketingconnect.messages.queries.drafts import compiled_draft
from marketingconnect.messages.rules.validation import is_validation_void
from marketingconnect.messages.services.voiding import void_validations
from marketingconnect.messages.theme import Theme

VOIDED_BECAUSE = "Le message a été modifié"


@dataclass(frozen=True, kw_only=True)
class DraftChanges:
    """What a save changes; None leaves a field as it is."""

    name: str | None = None
    kind: str | None = None
    subject: str | None = None
    preheader: str | None = None
    sender_name: str | None = None
    reply_to: str | None = None
    content: Mapping[str, Any] | None = None
    fallbacks: Mapping[str, str] | None = None

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}


@transaction.atomic
def create_message(
    *,
    company_id: int,
    user_id: int,
    name: str,
    template: str = "",
    kind: str = "blocks",
    actor: Actor,
    now: datetime,
) -> Message:
    """CGV B.1.1: start a draft from a template of the library, from nothing, or for own HTML.

    The advertiser's mentions are filled from the company. Raises KeyError for an unknown template.
    """
    company = Company.objects.get(pk=company_id)
    model = template_of(template) if template else None
    content = model.content() if model else _empty_content(kind)
    email = (
        company.memberships.filter(user_id=user_id).values_list("user__email", flat=True).first()
    )
    message = Message.objects.create(
        company=company,
        name=name,
        template=template,
        kind=kind,
        subject=model.subject if model else "",
        preheader=model.preheader if model else "",
        sender_name=company.legal_name[:60],
        reply_to=email or "",
        content={**content, "legal": legal_mentions_of(company, email or "")},
        fallbacks=dict(SUGGESTED_FALLBACKS),
        revision=1,
        created_by_id=user_id,
        created_at=now,
        updated_at=now,
    )
    _journal("message.created", message, actor, now, {"name": name, "template": template})
    return message


def _empty_content(kind: str) -> dict[str, Any]:
    if kind == "html":
        return {"html": "", "css": "", "ground": "", "footer": True, "removed": [], "text": ""}
    return {"theme": Theme().as_dict(), "blocks": [], "text": ""}


def legal_mentions_of(company: Company, email: str) -> dict[str, str]:
    """CGV B.2: the mentions to start with; the client says why it writes to these people."""
    siret = company.siret
    spaced = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}".replace(" ", "\u00a0")
    address = f"{company.billing_street}, {company.billing_postal_code} {company.billing_city}"
    return {
        "advertiser": company.legal_name,
        "identity": f"SIRET\u00a0{spaced}, {address}",
        "origin": f"vous êtes en relation avec {company.legal_name}",
        "rights_contact": email,
        "privacy_url": "",
    }


def kept_mentions(typed: Mapping[str, str], *, on: date) -> dict[str, str]:
    """CGV B.2, B.5: the mentions typed, with whose file it is when addresses are rented."""
    owner = operator_on(on).legal_name if typed.get("sent_to") == TO_BASE else ""
    return {**typed, "rented_from": owner}


@transaction.atomic
def duplicate_message(
    message_id: int, *, company_id: int, user_id: int, actor: Actor, now: datetime
) -> Message:
    """A copy to work on, without the proofs and decisions of the original."""
    copy = Message.objects.get(pk=message_id, company_id=company_id)
    copy.pk = None
    copy._state.adding = True
    copy.name = f"{copy.name[:110]} (copie)"
    copy.created_by_id = user_id
    copy.created_at = copy.updated_at = now
    copy.archived_at = None
    copy.revision = 1
    copy.save(force_insert=True)
    _journal("message.created", copy, actor, now, {"name": copy.name, "copy_of": message_id})
    return copy


@transaction.atomic
def save_content(
    message_id: int,
    *,
    company_id: int,
    revision: int,
    changes: DraftChanges,
    actor: Actor,
    now: datetime,
) -> Message:
    """CGV B.1.2: save what was composed; a validation falls once recipients would see a change.

    `revision` is the one the page was made for: StaleRevisionError, and nothing is written, when
    somebody saved in between. Raises Message.DoesNotExist for another company's message.
    """
    message = Message.objects.select_for_update().get(pk=message_id, company_id=company_id)
    if message.revision != revision:
        raise StaleRevisionError(message.revision)
    before = compiled_draft(message).sha256
    for name, value in changes.values().items():
        setattr(message, name, value)
    message.revision += 1
    message.updated_at = now
    message.save()
    if is_validation_void(validated_sha256=before, current_sha256=compiled_draft(message).sha256):
        void_validations(message, because=VOIDED_BECAUSE, actor=actor, now=now)
    return message


@transaction.atomic
def choose_contact_file(message_id: int, *, company_id: int, contact_file_id: int | None) -> None:
    """CGV B.1.1: the file whose fields the editor offers; what recipients get does not change."""
    Message.objects.filter(pk=message_id, company_id=company_id).update(
        contact_file_id=contact_file_id
    )


@transaction.atomic
def archive_message(message_id: int, *, company_id: int, actor: Actor, now: datetime) -> None:
    """Put a message away; its versions, proofs and decisions stay."""
    message = Message.objects.select_for_update().get(pk=message_id, company_id=company_id)
    if message.archived_at is None:
        message.archived_at = now
        message.save(update_fields=["archived_at"])
        _journal("message.archived", message, actor, now, {"name": message.name})


def _journal(
    action: str, message: Message, actor: Actor, now: datetime, after: Mapping[str, Any]
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=message.company_id,
        subject=f"message:{message.pk}",
        at=now,
        after=after,
    )
