"""The bon à tirer: freeze what is shown, send it, take the client's validation (CGV B.1.2)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from marketingconnect.accounts.models import Membership, User
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.messages.errors import MayNotValidateError, MessageError, NotValidatableError
from marketingconnect.messages.models import (
    Message,
    MessageVersion,
    ModerationRequest,
    Proof,
    Validation,
)
from marketingconnect.messages.queries.checking import findings_of, flags_of
from marketingconnect.messages.queries.drafts import compiled_draft
from marketingconnect.messages.queries.samples import Rendered, render_sample, sample_of
from marketingconnect.messages.rules.findings import is_blocked
from marketingconnect.messages.rules.moderation import was_turned_down
from marketingconnect.messages.rules.restricted import moderation_level
from marketingconnect.messages.rules.validation import (
    ATTESTATIONS,
    may_validate_proof,
    missing_attestations,
    validation_objection,
)
from marketingconnect.notices.services import queue_notice

SAME_PROOF_WITHIN = timedelta(seconds=20)
"""A second press of the button within this time is the same request."""


@transaction.atomic
def send_proof(
    message_id: int,
    *,
    company_id: int,
    user_id: int,
    to_email: str = "",
    actor: Actor,
    now: datetime,
) -> Proof:
    """CGV B.1.2: freeze the current content as a version and mail it, as a recipient would get it.

    Goes to the person who asks, or to another member of the company: a proof is no way to write to
    strangers (MessageError). Raises Message.DoesNotExist for another company's message.
    """
    message = Message.objects.select_for_update().get(pk=message_id, company_id=company_id)
    recipient = _member_email(company_id, user_id, to_email)
    version = _freeze(message, now)
    last = version.proofs.filter(to_email=recipient).order_by("-pk").first()
    if last and now - last.requested_at < SAME_PROOF_WITHIN:
        return last
    key = f"proof:{version.pk}:{version.proofs.count() + 1}"
    _mail(version, recipient, key, message, now)
    proof = Proof.objects.create(
        version=version,
        to_email=recipient,
        requested_by_id=user_id,
        requested_at=now,
        notice_key=key,
    )
    record(
        action="message.proof_sent",
        actor=actor,
        company_id=company_id,
        subject=f"message:{message.pk}",
        at=now,
        after={"version": version.number, "sha256": version.sha256, "to": recipient},
    )
    return proof


def _member_email(company_id: int, user_id: int, to_email: str) -> str:
    members = Membership.objects.filter(company_id=company_id, until__isnull=True)
    if not to_email:
        return User.objects.values_list("email", flat=True).get(pk=user_id)
    wanted = to_email.strip().lower()
    if wanted not in set(members.values_list("user__email", flat=True)):
        raise MessageError("Le bon à tirer part à un membre de votre entreprise seulement.")
    return wanted


def _freeze(message: Message, now: datetime) -> MessageVersion:
    """The version of exactly this content: the existing one, or a new one."""
    compiled = compiled_draft(message)
    if existing := message.versions.filter(sha256=compiled.sha256).first():
        return existing
    last = message.versions.aggregate(last=Max("number"))["last"] or 0
    return MessageVersion.objects.create(
        message=message,
        number=last + 1,
        sha256=compiled.sha256,
        subject=compiled.subject,
        preheader=compiled.preheader,
        sender_name=compiled.sender_name,
        reply_to=compiled.reply_to,
        html=compiled.html,
        text=compiled.text,
        fallbacks=compiled.fallbacks,
        merge_fields=compiled.merge_fields,
        created_at=now,
    )


def _mail(
    version: MessageVersion, recipient: str, key: str, message: Message, now: datetime
) -> None:
    rendered: Rendered = render_sample(version, sample_of(message))
    queue_notice(
        key=key,
        template="proof",
        to_email=recipient,
        company_id=message.company_id,
        context={"subject": rendered.subject, "text": rendered.text, "html": rendered.html},
        at=now,
        headers=_headers(version),
    )


def _headers(version: MessageVersion) -> dict[str, str]:
    """The sender's name and the reply address, as the campaign will carry them."""
    address = parseaddr(settings.NOTICES_FROM)[1]
    headers = {"From": str(Address(display_name=version.sender_name, addr_spec=address))}
    return headers | ({"Reply-To": version.reply_to} if version.reply_to else {})


@transaction.atomic
def validate_proof(
    version_id: int,
    *,
    company_id: int,
    user_id: int,
    attestations: Collection[str],
    actor: Actor,
    now: datetime,
) -> Validation:
    """CGV B.1.2, B.2: the client validates exactly this version, and moderation is asked for.

    Raises MayNotValidateError for staff and readers, NotValidatableError with the reason. A second
    validation of the same version is the first one. Another company's: MessageVersion.DoesNotExist.
    """
    version = MessageVersion.objects.select_related("message").get(
        pk=version_id, message__company_id=company_id
    )
    message = Message.objects.select_for_update().get(pk=version.message_id)
    _refuse_others(company_id, user_id)
    if missing_attestations(attestations):
        raise NotValidatableError("Cochez chaque attestation : elles vous engagent.")
    if existing := version.validations.filter(voided_at__isnull=True).first():
        return existing
    _refuse_unready(message, version, now)
    validation = Validation.objects.create(
        version=version,
        sha256=version.sha256,
        user_id=user_id,
        at=now,
        attestations=list(ATTESTATIONS.values()),
    )
    _ask_moderation(version, now)
    _journal_validation(validation, actor, now)
    return validation


def _journal_validation(validation: Validation, actor: Actor, now: datetime) -> None:
    version = validation.version
    record(
        action="message.validated",
        actor=actor,
        company_id=version.message.company_id,
        subject=f"message:{version.message_id}",
        at=now,
        after={
            "version": version.number,
            "sha256": version.sha256,
            "attestations": validation.attestations,
        },
    )


def _refuse_others(company_id: int, user_id: int) -> None:
    user = User.objects.get(pk=user_id)
    role = (
        Membership.objects.filter(company_id=company_id, user_id=user_id, until__isnull=True)
        .values_list("role", flat=True)
        .first()
    )
    if not may_validate_proof(member_role=role, is_staff=user.is_staff):
        raise MayNotValidateError(
            "Seul le client valide son message : ni un conseiller, ni un lecteur ne le peut."
        )


def _refuse_unready(message: Message, version: MessageVersion, now: datetime) -> None:
    """Raises NotValidatableError when this version is not what is shown, proved and sound."""
    refused = version.moderation_requests.values_list("state", flat=True)
    objection = validation_objection(
        version_sha256=version.sha256,
        current_sha256=compiled_draft(message).sha256,
        proof_sent=version.proofs.exists(),
        blocked=is_blocked(findings_of(message, on=paris_date(now))),
        refused_before=was_turned_down(refused),
    )
    if objection:
        raise NotValidatableError(objection)


def _ask_moderation(version: MessageVersion, now: datetime) -> ModerationRequest:
    flags = flags_of(version)
    return ModerationRequest.objects.create(
        version=version,
        level=moderation_level(flags),
        flags=[flag.as_dict() for flag in flags],
        requested_at=now,
    )
