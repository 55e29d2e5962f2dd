"""Where a message stands between the first word and the moderator's approval."""

from dataclasses import dataclass

from marketingconnect.messages.models import (
    Message,
    MessageVersion,
    ModerationRequest,
    Proof,
    Validation,
)
from marketingconnect.messages.queries.drafts import compiled_draft
from marketingconnect.messages.queries.moderation import moderation_of
from marketingconnect.messages.states import ModerationState


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
