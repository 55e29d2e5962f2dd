"""Where a message stands between the first word and the moderator's approval."""

from dataclasses import dataclass
from datetime import datetime

from marketingconnect.accounts.models import Membership, User
from marketingconnect.messages.models import (
    Message,
    MessageVersion,
    ModerationRequest,
    Proof,
    Validation,
)
from marketingconnect.messages.queries.drafts import compiled_draft
from marketingconnect.messages.queries.moderation import moderation_of
from marketingconnect.messages.rules.moderation import REASONS
from marketingconnect.messages.states import ModerationState
from marketingconnect.sending.merge import ORIGIN_LINK, fields_in


@dataclass(frozen=True)
class Standing:
    """`stage`: draft, proof_sent, validated, approved, refused or changes_asked.

    `fallen` is the last validation when it no longer holds, with why (CGV B.1.2).
    """

    stage: str
    version: MessageVersion | None
    proof: Proof | None
    validation: Validation | None
    moderation: ModerationRequest | None
    fallen: Validation | None

    @property
    def label(self) -> str:
        return STAGE_LABELS[self.stage][0]

    @property
    def kind(self) -> str:
        return STAGE_LABELS[self.stage][1]


STAGE_LABELS = {
    "draft": ("Brouillon", "neutral"),
    "proof_sent": ("Bon à tirer envoyé", "info"),
    "validated": ("Validé, en modération", "progress"),
    "approved": ("Prêt à partir", "success"),
    "refused": ("Refusé par la modération", "error"),
    "changes_asked": ("Modification demandée", "warning"),
}


def validated_version(message_id: int) -> MessageVersion | None:
    """CGV B.1.2: the version under an open validation, always the message's current content."""
    validation = (
        Validation.objects.filter(version__message_id=message_id, voided_at__isnull=True)
        .select_related("version")
        .first()
    )
    return validation.version if validation else None


def standing_of(message: Message) -> Standing:
    """The current content's version, proof, validation and moderation, as far as they exist."""
    sha256 = compiled_draft(message).sha256
    version = message.versions.filter(sha256=sha256).first()
    proof = version.proofs.order_by("-pk").first() if version else None
    of_message = Validation.objects.filter(version__message=message).select_related(
        "version", "user"
    )
    validation = of_message.filter(voided_at__isnull=True).first()
    moderation = moderation_of(version.pk) if version else None
    last = of_message.order_by("-pk").first()
    return Standing(
        stage=_stage(proof, validation, moderation),
        version=version,
        proof=proof,
        validation=validation,
        moderation=moderation,
        fallen=last if last and last.voided_at and not validation else None,
    )


def _stage(
    proof: Proof | None, validation: Validation | None, moderation: ModerationRequest | None
) -> str:
    if moderation and moderation.state in {
        ModerationState.REFUSED,
        ModerationState.CHANGES_ASKED,
    }:
        return moderation.state
    if validation:
        approved = moderation and moderation.state == ModerationState.APPROVED
        return "approved" if approved else "validated"
    return "proof_sent" if proof else "draft"


def says_origin(message: Message) -> bool:
    """CGV B.5: whether both forms of the message lead to where a rented address comes from."""
    compiled = compiled_draft(message)
    return all(ORIGIN_LINK in fields_in(part) for part in (compiled.html, compiled.text))


def members_of(company_id: int) -> list[User]:
    """Members to whom a proof may be sent."""
    memberships = Membership.objects.filter(company_id=company_id, until__isnull=True)
    return [each.user for each in memberships.select_related("user").order_by("pk")]


HistoryRow = tuple[datetime, str, str, str, str, str]
"""Instant, what happened, who, a few words more, icon, kind."""


def history_of(message: Message) -> list[HistoryRow]:
    """Proofs, validations and decisions of a message, the latest first."""
    rows = [*_proof_rows(message), *_validation_rows(message), *_decision_rows(message)]
    return sorted(rows, key=lambda row: row[0], reverse=True)


def _proof_rows(message: Message) -> list[HistoryRow]:
    proofs = Proof.objects.filter(version__message=message).select_related(
        "version", "requested_by"
    )
    return [
        (
            each.requested_at,
            f"Bon à tirer de la version {each.version.number}",
            each.requested_by.full_name,
            f"Envoyé à {each.to_email}",
            "send",
            "info",
        )
        for each in proofs
    ]


def _validation_rows(message: Message) -> list[HistoryRow]:
    rows: list[HistoryRow] = []
    for each in Validation.objects.filter(version__message=message).select_related(
        "version", "user"
    ):
        title = f"Version {each.version.number} validée"
        rows.append((each.at, title, each.user.full_name, "", "badge-check", "success"))
        if each.voided_at:
            fallen = f"Validation de la version {each.version.number} annulée"
            rows.append((each.voided_at, fallen, "", each.voided_because, "undo-2", "warning"))
    return rows


def _decision_rows(message: Message) -> list[HistoryRow]:
    decided = ModerationRequest.objects.filter(
        version__message=message, decided_at__isnull=False
    ).select_related("version")
    rows: list[HistoryRow] = []
    for each in decided:
        reason = REASONS.get(each.reason)
        words = " ".join(filter(None, [reason.label if reason else "", each.comment]))
        title = f"Modération de la version {each.version.number}"
        rows.append((each.decided_at, title, "", words or "Acceptée", "shield-check", "neutral"))  # type: ignore[arg-type]
    return rows
